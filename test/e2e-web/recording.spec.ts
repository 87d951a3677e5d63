import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from '@playwright/test'
import { expect, test } from './app.ts'

const layoutFile = fileURLToPath(new URL('../fixtures/recordings/dishbrain-array/layout.csv', import.meta.url))

/** Spikes of 1,024 channels named 0, 1, …, two a channel, over 60 s: nothing in them says where a channel is. */
async function writeSpikes(dataDir: string): Promise<string> {
  const file = join(dirname(dataDir), 'culture 12, 21 DIV.csv')
  const rows = Array.from({ length: 2048 }, (_, spike) => `${spike % 1024},${(spike * 60) / 2048}`)
  await writeFile(file, `channel,time_s\n${rows.join('\n')}\n`)
  return file
}

async function importSpikes(page: Page, file: string, layout: string | null): Promise<void> {
  await page.getByTestId('import-recording').click()
  await page.getByTestId('import-files').setInputFiles(file)
  for (let step = 0; step < 3; step++) await page.getByTestId('import-next').click()
  if (layout !== null) {
    await page.getByTestId('layout-file').setInputFiles(layout)
    await expect(page.getByText('900 of 1,024 channels are in one of 5 regions')).toBeVisible()
  }
  for (let step = 0; step < 2; step++) await page.getByTestId('import-next').click()
  await page.getByTestId('import-run').click()
  await expect(page.getByTestId('go-snapshots')).toBeVisible()
}

test('a layout file given during the import brings positions and regions with it', async ({ page, app }) => {
  await importSpikes(page, await writeSpikes(app.dataDir), layoutFile)
  const first = page.getByRole('row').nth(1)
  await expect(first).toContainText('1365; 665')
  await expect(first).toContainText('sensory')
})

test('channels are left out with a reason, and taken in again by Undo', async ({ page, app }) => {
  await importSpikes(page, await writeSpikes(app.dataDir), null)
  await page.getByRole('checkbox', { name: '3', exact: true }).check()
  await page.getByRole('checkbox', { name: '5', exact: true }).check()
  await page.getByTestId('exclude').click()
  await page.getByLabel('Reason', { exact: true }).fill('noisy')
  await page.getByTestId('dialog-confirm').click()
  await expect(page.getByText('2 left out of snapshots')).toBeVisible()
  await expect(page.getByRole('cell', { name: 'noisy' })).toHaveCount(2)
  await page.getByTestId('toast-undo').click()
  await expect(page.getByText('0 left out of snapshots')).toBeVisible()
})

test('a removed recording is back after Undo, and gone once its message was dismissed', async ({ page, app }) => {
  await importSpikes(page, await writeSpikes(app.dataDir), null)
  const remove = async (): Promise<void> => {
    await page.getByTestId('recording-menu').click()
    await page.getByTestId('recording-menu-remove').click()
    await page.getByTestId('dialog-confirm').click()
    await expect(page.getByText('Recordings will be here')).toBeVisible()
  }
  await remove()
  await page.getByTestId('toast-undo').click()
  await expect(page.getByTestId('go-snapshots')).toBeVisible()
  await remove()
  await page.getByRole('button', { name: 'Dismiss' }).click()
  await page.reload()
  await expect(page.getByText('Recordings will be here')).toBeVisible()
})

test('what cannot be used holds the wizard and stays where it was typed', async ({ page, app }) => {
  await page.getByTestId('import-recording').click()
  await page.getByTestId('import-files').setInputFiles(await writeSpikes(app.dataDir))
  for (let step = 0; step < 2; step++) await page.getByTestId('import-next').click()
  const end = page.getByLabel('End of the recording', { exact: true })
  await end.fill('-1')
  await expect(page.getByTestId('error-note')).toBeVisible()
  await expect(page.getByTestId('import-next')).toBeDisabled()
  await expect(end).toHaveValue('-1')
  await end.fill('90')
  await expect(page.getByTestId('import-next')).toBeEnabled()
  await page.getByTestId('import-back').click()
  await page.getByTestId('import-next').click()
  await expect(end).toHaveValue('90')
})
