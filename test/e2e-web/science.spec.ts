import { execFileSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from '@playwright/test'
import { expect, test, type App } from './app.ts'

const tavrnn = fileURLToPath(new URL('../../src/main/cli/main.ts', import.meta.url))

/** A planted culture of 40 channels and 8 min, as `tavrnn simulate` writes it. */
async function importPlayed(page: Page, app: App): Promise<void> {
  const out = join(dirname(app.dataDir), 'files'),
    words = ['simulate', '--kind', 'planted', '--seed', '3', '--subjects', '1', '--channels', '40', '--set', 'durationS=480', '--out', out]
  execFileSync(process.execPath, [tavrnn, ...words], { stdio: 'ignore' })
  await page.getByTestId('import-recording').click()
  await page
    .getByTestId('import-files')
    .setInputFiles(['spikes.csv', 'events.csv', 'layout.csv'].map((name) => join(out, 'culture-001', name)))
  for (let step = 0; step < 5; step++) await page.getByTestId('import-next').click()
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
  await expect(page.getByText(/47 windows of 40 channels/)).toBeVisible()

  await page.getByTestId('rail-cohort').click()
  await page.getByTestId('run-line').click()
  await expect(page.getByTestId('cohort-sentence')).toContainText('Too few subjects for a test.', { timeout: 120_000 })
  await expect(page.getByRole('cell', { name: 'done' })).toBeVisible()
  await expect(page.getByRole('table', { name: 'Regions: whose channels follow performance' })).toContainText('sensory')

  await page.getByTestId('rail-alignment').click()
  await expect(page.getByText(/Between coupling and the hit ratio ρ = .* over \d+ windows/)).toBeVisible()
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
