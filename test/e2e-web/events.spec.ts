import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test, type App } from './app.ts'

const labels = Array.from({ length: 64 }, (_, e) => `${Math.floor(e / 8) + 1}${(e % 8) + 1}`).filter(
  (label) => !['11', '18', '81', '88'].includes(label),
)

/** A 60MEA over 120 s, and a protocol whose clock starts 1,000 s earlier. */
async function written(app: App): Promise<{ spikes: string; protocol: string; track: string }> {
  const at = (name: string): string => join(dirname(app.dataDir), name)
  const spikes = labels.flatMap((label, e) => [0, 1, 2, 3].map((k) => `${label},${(k * 32 + e * 0.4 + 0.1).toFixed(3)}`))
  const events = Array.from({ length: 40 }, (_, k) => `${k};${1001 + 2.9 * k};${k % 4 === 0 ? 0 : 1}`.replace('.', ','))
  const track = Array.from({ length: 480 }, (_, k) => `${k / 4},${(300 + 200 * Math.sin(k / 20)).toFixed(1)},240`)
  await writeFile(at('mea 60.csv'), `electrode,time_s\n${spikes.join('\n')}\n`)
  await writeFile(at('protocol.csv'), `nr;when;what\n${events.join('\n')}\n`)
  await writeFile(at('track.csv'), `time_s,x_px,y_px\n${track.join('\n')}\n`)
  return { spikes: at('mea 60.csv'), protocol: at('protocol.csv'), track: at('track.csv') }
}

async function choose(page: Page, testId: string, option: string): Promise<void> {
  await page.getByTestId(testId).click()
  await page.getByRole('option', { name: option, exact: true }).click()
}

test('an array is chosen, words get their meaning, clocks are joined; events come later, too, and go by Undo', async ({ page, app }) => {
  const files = await written(app)
  await page.getByTestId('import-recording').click()
  await page.getByTestId('import-files').setInputFiles(files.spikes)
  for (let step = 0; step < 3; step++) await page.getByTestId('import-next').click()
  await choose(page, 'array-template', 'MCS 60MEA, 8 × 8 without corners')
  await page.getByTestId('use-array').click()
  await expect(page.getByTestId('lasso-layer')).toBeVisible()
  await page.getByTestId('import-next').click()

  await page.getByTestId('events-file').setInputFiles(files.protocol)
  await expect(page.getByTestId('clock-inside')).toHaveText('0 of 40 events fall inside the recording.')
  await choose(page, 'meaning-1', 'hit')
  await choose(page, 'meaning-0', 'miss')
  await choose(page, 'events-clock', 'another clock, offset known')
  await page.getByRole('textbox', { name: 'Added to every time' }).fill('-1000')
  await expect(page.getByTestId('clock-inside')).toHaveText(
    'By the file’s own clock 0 of 40 events fall inside the recording; joined, 40 do.',
  )
  await expect(page.getByTestId('events-sentence')).toHaveText('Inside the recording: 30 hits, 10 misses.')
  await page.getByTestId('import-next').click()
  await page.getByTestId('import-run').click()
  await expect(page.getByTestId('recording-events')).toHaveText('30 hits, 10 misses')
  await expect(page.getByRole('row').nth(1)).toContainText('0; 1200')

  await page.getByTestId('add-events').click()
  await page.getByTestId('events-file').setInputFiles(files.track)
  await expect(page.getByTestId('track-layer')).toBeVisible()
  await expect(page.getByTestId('interval-counts')).toBeVisible()
  await page.getByText('Measure a distance').click()
  const layer = page.getByTestId('track-layer')
  await layer.click({ position: { x: 150, y: 80 } })
  await layer.click({ position: { x: 450, y: 80 } })
  await page.getByRole('textbox', { name: 'Distance between the two places' }).fill('1.2')
  await page.getByTestId('use-scale').click()
  await expect(page.getByText('Measured by two clicks.')).toBeVisible()
  await page.getByTestId('events-add').click()
  await expect(page.getByTestId('recording-events')).toContainText('“A”')
  await page.getByTestId('toast-undo').click()
  await expect(page.getByTestId('recording-events')).toHaveText('30 hits, 10 misses')
})
