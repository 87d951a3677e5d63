import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Download, Page } from '@playwright/test'
import { expect, startApp, test } from './app.ts'

const layoutFile = fileURLToPath(new URL('../fixtures/recordings/dishbrain-array/layout.csv', import.meta.url))

async function saved(page: Page, press: () => Promise<void>): Promise<{ name: string; bytes: Buffer }> {
  const [download] = await Promise.all([page.waitForEvent('download') as Promise<Download>, press()])
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) }
}

async function saveFrom(page: Page, menu: string, format: 'svg' | 'png' | 'csv') {
  return saved(page, async () => {
    await page.getByTestId(menu).click()
    await page.getByTestId(`${menu}-${format}`).click()
  })
}

async function importSample(page: Page): Promise<void> {
  await page.getByTestId('open-sample').click()
  await expect(page.getByTestId('import-next')).toBeEnabled()
  await page.getByTestId('import-next').click()
  await expect(page.getByText('675,121').first()).toBeVisible()
  for (let step = 0; step < 4; step++) await page.getByTestId('import-next').click()
  await page.getByTestId('import-run').click()
  await expect(page.getByTestId('go-snapshots')).toBeVisible()
}

test('a person gets from the sample to a saved embedding, closes, reopens and finds everything', async ({ page, app }) => {
  test.setTimeout(600_000)
  const problems: string[] = []
  page.on('pageerror', (problem) => problems.push(problem.message))
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('404')) problems.push(message.text())
  })

  await importSample(page)
  await page.getByTestId('go-snapshots').click()
  await expect(page.getByTestId('snapshot-preset')).toContainText('Waves')
  await expect(page.getByText(/21 windows of 913 channels/)).toBeVisible()
  await page.getByTestId('make-snapshots').click()
  await expect(page.getByTestId('train-on-these').first()).toBeVisible()

  await page.getByTestId('rail-train').click()
  await page.getByLabel(/^Epochs/).fill('8')
  await page.getByLabel(/^Epochs/).press('Tab')
  await page.getByTestId('train').click()
  await expect(page.getByText(/epoch [2-8] of 8/)).toBeVisible({ timeout: 120_000 })
  await page.getByTestId('pause-run').click()
  await expect(page.getByTestId('resume-run')).toBeVisible()
  // the rate-matched training goes ahead meanwhile, and finishes first
  const beside = page.getByTestId('model-runs').getByRole('listitem').filter({ hasText: 'rate-matched' })
  await expect(beside).toContainText('done', { timeout: 120_000 })
  await page.getByTestId('resume-run').click()
  await expect(page.getByTestId('see-embedding')).toBeVisible({ timeout: 240_000 })
  await page.getByTestId('see-embedding').click()

  for (const method of ['PCA', 't-SNE', 'UMAP']) {
    await page.getByTestId('projection-method').getByText(method, { exact: true }).click()
    await page.getByTestId('project').click()
    await expect(page.getByText(/This picture is shown/)).toBeVisible({ timeout: 240_000 })
  }
  const svg = await saveFrom(page, 'save-embedding', 'svg')
  expect(svg.name).toMatch(/embedding umap\.svg$/)
  expect(svg.bytes.toString()).toMatch(/<svg[\s\S]*UMAP[\s\S]*trustworthiness/)
  const png = await saveFrom(page, 'save-array', 'png')
  expect(png.bytes.subarray(1, 4).toString()).toBe('PNG')
  const csv = await saveFrom(page, 'save-embedding', 'csv')
  expect(csv.bytes.toString().trim().split('\n')).toHaveLength(1 + 21 * 913)

  await page.getByTestId('rail-start').click()
  await page.reload()
  await expect(page.getByTestId('rail-embedding')).toBeVisible()
  await page.getByTestId('rail-embedding').click()
  await expect(page.getByText(/21 snapshots/).first()).toBeVisible()
  expect(problems).toEqual([])
  expect(app.dataDir).toContain('ü')
})

test('regions loaded from a layout file give channel scores something to say', async ({ page }) => {
  await importSample(page)
  await page.getByTestId('edit-regions').click()
  await page.getByTestId('layout-file').setInputFiles(layoutFile)
  await page.getByTestId('regions-keep').click()
  await expect(page.getByText('L_down').first()).toBeVisible()
  await expect(page.getByRole('group', { name: 'Colour by' }).getByRole('button', { name: 'Region' })).toHaveAttribute(
    'aria-pressed',
    'true',
  )
})

test('a region drawn with the lasso holds the channels inside it', async ({ page }) => {
  await importSample(page)
  await page.getByTestId('edit-regions').click()
  await page.getByTestId('add-region').click()
  const box = await page.getByTestId('lasso-layer').boundingBox()
  if (!box) throw new Error('there is no layer to draw on')
  const corners = [
    [0.2, 0.2],
    [0.8, 0.2],
    [0.8, 0.8],
    [0.2, 0.8],
    [0.2, 0.2],
  ] as const
  const [first, ...rest] = corners.map(([x, y]) => ({ x: box.x + box.width * x, y: box.y + box.height * y }))
  await page.mouse.move(first?.x ?? 0, first?.y ?? 0)
  await page.mouse.down()
  for (const { x, y } of rest) await page.mouse.move(x, y, { steps: 5 })
  await page.mouse.up()
  await expect(page.getByText(/\d+ channels/).first()).toBeVisible()
  await page.getByTestId('regions-keep').click()
  await expect(page.getByTestId('edit-regions')).toBeVisible()
})

test('a file that is no recording is named, says what to do, and leaves nothing behind', async ({ page }) => {
  await page.getByTestId('new-project').click()
  await page.getByTestId('project-name').locator('input').fill('Kultur ä')
  await page.keyboard.press('Enter')
  await page
    .getByTestId('import-files')
    .first()
    .setInputFiles({ name: 'Notizen über.txt', mimeType: 'text/plain', buffer: Buffer.from('this is prose, not a recording\n') })
  const note = page.getByTestId('error-note').first()
  await expect(note).toContainText('Notizen über.txt')
  await expect(note).toContainText('Spike table (CSV or text)')
  await page.reload()
  await expect(page.getByTestId('rail-recording')).toBeVisible()
})

test('a project closed by ending the program opens again from the start page', async ({ page, app, browser }) => {
  await importSample(page)
  await app.stop()
  const again = await startApp(app.dataDir)
  const fresh = await browser.newPage()
  await fresh.goto(again.url)
  await fresh.getByText('Sample: developing retina').first().click()
  await expect(fresh.getByText('913').first()).toBeVisible()
  await fresh.close()
  await again.stop()
})
