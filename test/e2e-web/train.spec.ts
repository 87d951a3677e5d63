import type { Page } from '@playwright/test'
import { expect, test } from './app.ts'
import { importSmall } from './small-recording.ts'

async function makeSnapshots(page: Page): Promise<void> {
  await page.getByTestId('go-snapshots').click()
  await expect(page.getByTestId('snapshot-preset')).toContainText('Studio')
  await page.getByTestId('edge-rule').getByText('Strongest').click()
  await page.getByTestId('make-snapshots').click()
  await page.getByTestId('train-on-these').click()
}

async function setEpochs(page: Page, epochs: number): Promise<void> {
  await page.getByLabel(/^Epochs/).fill(String(epochs))
}

test('the loss grows epoch by epoch from the first, and the page then knows how long the next training takes', async ({ page, app }) => {
  await importSmall(page, app)
  await makeSnapshots(page)
  await expect(page.getByText(/roughly .* on one core/)).toBeVisible()
  await setEpochs(page, 1000)
  await page.getByRole('switch', { name: /Stop when the loss is flat/ }).click()
  // every count the strip shows while the training runs
  await page.evaluate(() => {
    const seen: string[] = []
    Object.assign(window, { seen })
    new MutationObserver(() => {
      const epoch = /epoch ([\d,]+) of/.exec(document.querySelector('[data-testid=run-strip]')?.textContent ?? '')?.[1]
      if (epoch !== undefined && seen.at(-1) !== epoch) seen.push(epoch)
    }).observe(document.body, { subtree: true, childList: true, characterData: true })
  })
  await page.getByTestId('train').click()
  await expect(page.getByTestId('see-embedding')).toBeVisible({ timeout: 60_000 })
  await expect(page.getByText('epoch 1,000 of 1,000')).toBeVisible()
  await expect(page.getByText(/After epoch 1,000:/)).toBeVisible()
  const seen = await page.evaluate(() => (window as unknown as { seen: string[] }).seen.map((epoch) => Number(epoch.replace(',', ''))))
  expect(seen.length).toBeGreaterThan(3)
  expect(seen).toEqual([...seen].sort((a, b) => a - b))
  await expect(page.getByText(/^about .* s$/)).toBeVisible()
  await expect(page.getByText('done, 1,000 epochs')).toBeVisible()
  await expect(page.getByTestId('run-strip')).toContainText(/engine: CPU, \d+ threads?/)
  await page
    .getByTestId('run-strip')
    .getByRole('button', { name: /Why this engine/ })
    .click()
  await expect(page.getByText(/Measured on these data, time per epoch: CPU, 1 thread .*s/)).toBeVisible()
})

test('a training is ended for good only after a question', async ({ page, app }) => {
  await importSmall(page, app)
  await makeSnapshots(page)
  await setEpochs(page, 50_000)
  await page.getByRole('switch', { name: /Stop when the loss is flat/ }).click()
  await page.getByTestId('train').click()
  await expect(page.getByText(/epoch [1-9]\d* of/)).toBeVisible()
  const inRail = page.getByTestId('job').filter({ hasText: 'Training' }).getByRole('button', { name: 'Cancel' })
  await inRail.click()
  await expect(page.getByRole('alertdialog')).toContainText('cannot be resumed')
  await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByTestId('run-state')).toHaveText('Training')
  await inRail.click()
  await page.getByTestId('dialog-confirm').click()
  await expect(page.getByTestId('run-state')).toHaveText('Cancelled')
})

test('a setting that cannot be used holds the page, in words', async ({ page, app }) => {
  await importSmall(page, app)
  await page.getByTestId('go-snapshots').click()
  await expect(page.getByText(/5 windows of 12 channels, 66 pairs each/)).toBeVisible()
  const bin = page.getByLabel('Bin', { exact: true })
  await bin.fill('0')
  await expect(page.getByTestId('make-snapshots')).toBeDisabled()
  await bin.fill('7')
  await expect(page.getByTestId('error-note')).toContainText('The window of 120 s is not a whole number of 7 ms bins')
  await expect(page.getByTestId('error-note').getByRole('button')).toHaveCount(0)
  await bin.fill('50')
  await expect(page.getByTestId('make-snapshots')).toBeEnabled()
  await page.getByTestId('make-snapshots').click()
  await page.getByTestId('train-on-these').click()
  await setEpochs(page, 0)
  await expect(page.getByTestId('train')).toBeDisabled()
})

test('trainings that differ by their seed are one line, opened, shown seed by seed and removed together', async ({ page, app }) => {
  await importSmall(page, app)
  await makeSnapshots(page)
  await setEpochs(page, 2)
  await page.getByLabel(/^Trainings/).fill('3')
  await page.getByLabel(/^Trainings/).press('Tab')
  await page.getByTestId('train').click()
  const list = page.getByTestId('model-runs'),
    seeds = list.getByRole('button', { name: /^Studio, 3 seeds, (?!rate)/ })
  await expect(seeds).toContainText('done, 2 epochs', { timeout: 60_000 })
  await expect(list.getByText(/^Studio, seed/)).toHaveCount(0)
  await seeds.click()
  await expect(list.getByText(/^Studio, seed \d, (?!rate)/)).toHaveCount(3)
  await expect(seeds).toHaveAttribute('aria-expanded', 'true')
  const third = list.getByRole('button', { name: /^Studio, seed 3, (?!rate)/ })
  await third.click()
  await expect(third).toHaveAttribute('aria-pressed', 'true')
  await expect(third).not.toHaveAttribute('aria-expanded')
  await page.getByTestId('see-embedding').click()
  await expect(page.getByLabel('Seed', { exact: true }).first()).toContainText('3')

  await page.getByTestId('rail-train').click()
  await list.getByRole('button', { name: /^Remove Studio, 3 seeds, (?!rate)/ }).click()
  await expect(seeds).toHaveCount(0)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(seeds).toBeVisible()
})
