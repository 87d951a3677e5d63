import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test, type App } from './app.ts'

/** 16 channels over 8 min that fire together in every other minute, when balls are hit, and apart else. */
async function importPlayed(page: Page, app: App): Promise<void> {
  const folder = dirname(app.dataDir),
    spikes: string[] = [],
    events: string[] = []
  for (let channel = 0; channel < 16; channel++) {
    for (let k = 0; k < 1440; k++) {
      const timeS = k / 3,
        isTogether = Math.floor(timeS / 60) % 2 === 0
      const ownS = ((k * (channel + 5) * 7919) % 1000) / 3000,
        sharedS = k % (channel + 3) === 0 ? ownS : ((k * 7907) % 1000) / 3100
      spikes.push(`${channel},${(timeS + (isTogether ? sharedS : ownS)).toFixed(4)}`)
    }
  }
  for (let timeS = 3; timeS < 480; timeS += 3)
    events.push(`${timeS},${(Math.floor(timeS / 60) % 2 === 0 ? timeS % 4 !== 0 : timeS % 4 === 0) ? 'hit' : 'miss'}`)
  const layout = Array.from({ length: 16 }, (_, k) => {
    const isSensory = k < 8
    return `${k},${(k % 4) * 100},${Math.floor(k / 4) * 100},${isSensory ? 'sensory' : 'motor'},${isSensory ? 'sensory' : 'motor'}`
  })
  const files = {
    'spikes.csv': ['channel,time_s', ...spikes],
    'events.csv': ['time_s,kind', ...events],
    'layout.csv': ['channel,x_um,y_um,region,role', ...layout],
  }
  for (const [name, lines] of Object.entries(files)) await writeFile(join(folder, name), `${lines.join('\n')}\n`)
  await page.getByTestId('import-recording').click()
  await page.getByTestId('import-files').setInputFiles(Object.keys(files).map((name) => join(folder, name)))
  for (let step = 0; step < 4; step++) await page.getByTestId('import-next').click()
  await page.getByTestId('import-run').click()
  await expect(page.getByTestId('go-snapshots')).toBeVisible()
}

test('from a recording to its alignment, to the cohort’s sentence and to a split that was drawn', async ({ page, app }) => {
  test.setTimeout(300_000)
  await importPlayed(page, app)
  await page.getByTestId('rail-snapshots').click()
  for (const [label, value] of [
    [/^Window/, '20'],
    [/^One every/, '10'],
  ] as const) {
    await page.getByLabel(label).first().fill(value)
    await page.getByLabel(label).first().press('Tab')
  }
  await expect(page.getByText(/47 windows of 16 channels/)).toBeVisible()

  await page.getByTestId('rail-cohort').click()
  await page.getByTestId('run-line').click()
  await expect(page.getByTestId('cohort-sentence')).toContainText('Too few subjects for a test.', { timeout: 120_000 })
  await expect(page.getByRole('cell', { name: 'done' })).toBeVisible()

  await page.getByTestId('rail-alignment').click()
  await expect(page.getByText(/Coupling goes with the hit ratio by ρ = .* over \d+ windows/)).toBeVisible()
  await expect(page.getByText(/One recording describes; a cohort claims/)).toBeVisible()

  await page.getByTestId('rail-states').click()
  await page.getByTestId('evaluation-split').getByText('By hand').click()
  await expect(page.getByText(/31 learned from, 1 left out, 15 tested/)).toBeVisible()
  await page.getByTestId('split-strip').getByRole('button').nth(10).click()
  await expect(page.getByText(/Window 11 is tested and shares samples with window 10/)).toBeVisible()
  await page.getByTestId('split-mend').click()
  await expect(page.getByText(/28 learned from, 3 left out, 16 tested/)).toBeVisible()
  await page.getByTestId('evaluate').click()
  await expect(page.getByText(/Windows were parted as drawn by hand/)).toBeVisible({ timeout: 120_000 })
  await expect(page.getByText(/With TAVRNN the balanced accuracy is/)).toBeVisible()
})
