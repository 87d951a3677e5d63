import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test, type App } from './app.ts'

/** Spikes of 24 channels over a minute, one spike a second. */
const spikes = (channelCount = 24): string =>
  [
    'channel,time_s',
    ...Array.from({ length: channelCount }, (_, c) =>
      Array.from({ length: 60 }, (_, k) => `e${c},${(k + ((c * 7919) % 900) / 1000).toFixed(4)}`).join('\n'),
    ),
  ].join('\n')
const layout = ['channel,x_um,y_um,region', ...Array.from({ length: 24 }, (_, c) => `e${c},${c * 30},0,${c < 12 ? 'left' : 'right'}`)].join(
  '\n',
)

/** Spikes whose times are sample numbers: nothing says how many a second. */
const samples = (seed: number): string =>
  ['channel,sample', ...Array.from({ length: 960 }, (_, k) => `e${k % 24},${(k * (seed + 7) * 7919) % 6000}`)].join('\n')

/** Writes files into a folder beside the app's data. */
async function folderOf(app: App, name: string, files: Record<string, string | Uint8Array>): Promise<string> {
  const folder = join(dirname(app.dataDir), name)
  for (const [place, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, place)), { recursive: true })
    await writeFile(join(folder, place), content)
  }
  return folder
}

/** Drops what lies at these paths onto the page, as a file manager does. */
async function drop(page: Page, paths: string[]): Promise<void> {
  const browser = await page.context().newCDPSession(page)
  const data = { items: [], files: paths, dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await browser.send('Input.dispatchDragEvent', { type, x: 600, y: 300, data })
  }
}

/** Pastes what a spreadsheet puts into the clipboard. */
async function paste(page: Page, testid: string, text: string): Promise<void> {
  await page.getByTestId(testid).evaluate((cell, cells) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', cells)
    cell.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  }, text)
}

test('a folder is sorted into recordings, named by a pasted table, imported, and taken back', async ({ page, app }) => {
  const folder = await folderOf(app, 'Versuch ä', {
    'dish 1/spikes.csv': spikes(),
    'dish 2 2024-05-03 baseline/spikes.csv': spikes(),
    'layout.csv': layout,
    'Protokoll.docx': 'PK',
    'empty.csv': '',
  })
  await page.getByTestId('import-recording').click()
  await drop(page, [folder])

  await expect(page.getByTestId('batch-run')).toContainText('Import 2 recordings')
  const left = page.getByTestId('batch-left')
  await expect(left).toContainText('Protokoll.docx is a document')
  await expect(left).toContainText('empty.csv is empty')
  await expect(page.getByTestId('batch-name-1')).toHaveValue('dish 2 2024-05-03 baseline')
  await expect(page.getByTestId('batch-recordedOn-1')).toHaveValue('2024-05-03')
  await expect(page.getByTestId('batch-condition-1')).toHaveValue('baseline')
  await page.getByTestId('batch-details-0').click()
  await expect(page.getByText('Together with layout.csv.')).toBeVisible()

  await paste(page, 'batch-subject-0', 'culture 1\tplay\t14.05.2024\nculture 2\trest\tsoon\nculture 3')
  await expect(page.getByTestId('batch-subject-1')).toHaveValue('culture 2')
  await expect(page.getByTestId('batch-recordedOn-0')).toHaveValue('2024-05-14')
  await expect(page.getByTestId('paste-note')).toContainText('1 date could not be read')
  await expect(page.getByTestId('paste-note')).toContainText('1 line of the clipboard')

  await page.getByTestId('batch-run').click()
  await expect(page.getByTestId('batch-sentence')).toContainText('2 recordings are imported')
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByTestId('batch-run')).toContainText('Import 2 recordings')
  await expect(page.getByTestId('batch-subject-0')).toHaveValue('culture 1')

  await page.getByTestId('batch-run').click()
  await page.getByTestId('batch-done').click()
  await expect(page.getByRole('main')).toContainText('culture 1')
  await expect(page.getByRole('main')).toContainText('May 14, 2024')
})

test('a file that joins the table is a line more, what was typed stays, and a layout of another array is left', async ({ page, app }) => {
  const other24 = spikes().replaceAll(/^e/gm, 'unit ')
  const folder = await folderOf(app, 'day', { 'a.csv': spikes(), 'b.csv': other24, 'layout.csv': layout, 'c.txt': 'words about cells\n' })
  const other = await folderOf(app, 'later', { 'd.csv': spikes() })
  await page.getByTestId('import-recording').click()
  await drop(page, [folder])
  await page.getByTestId('batch-subject-0').fill('culture 1')
  await page.getByTestId('batch-details-1').click()
  await expect(page.getByText('Read without the file beside it')).toBeVisible()
  await drop(page, [join(other, 'd.csv')])
  await expect(page.getByTestId('batch-run')).toContainText('Import 3 recordings')
  await expect(page.getByTestId('batch-subject-0')).toHaveValue('culture 1')
})

test('what only the person knows is asked once: the next recordings of the rig come with the answer, and say so', async ({ page, app }) => {
  const first = await folderOf(app, 'first', { 'monday.csv': samples(1) })
  const others = await folderOf(app, 'others', { 'tuesday.csv': samples(2), 'wednesday.csv': samples(5) })
  await page.getByTestId('import-recording').click()
  await page.getByTestId('import-files').setInputFiles(join(first, 'monday.csv'))
  for (let step = 0; step < 2; step++) await page.getByTestId('import-next').click()
  await page.getByRole('textbox', { name: 'Sampling rate' }).fill('100')
  await page.getByRole('textbox', { name: 'Sampling rate' }).press('Tab')
  for (let step = 0; step < 3; step++) await page.getByTestId('import-next').click()
  await page.getByTestId('import-run').click()
  await expect(page.getByTestId('go-snapshots')).toBeVisible()

  await page.getByTestId('import-recording').click()
  await page.getByTestId('import-files').setInputFiles(join(others, 'tuesday.csv'))
  await expect(page.getByTestId('remembered-rig')).toContainText('100')
  await page.getByTestId('remembered-use').click()
  for (let step = 0; step < 2; step++) await page.getByTestId('import-next').click()
  await expect(page.getByText('as last time')).toBeVisible()
  await expect(page.getByRole('textbox', { name: 'Sampling rate' })).toHaveValue('100')
  await page.getByTestId('import-leave').click()

  await page.getByTestId('import-recording').click()
  await drop(page, [others])
  await expect(page.getByTestId('batch-run')).toContainText('Import 2 recordings')
  await expect(page.getByTestId('batch-state-0')).toContainText('with your answers of')
})

test('what needs no answer is imported by one press and taken back by another; what has a warning is shown first', async ({
  page,
  app,
}) => {
  const positions = ['channel,x_um,y_um', ...Array.from({ length: 24 }, (_, c) => `e${c},${(c % 6) * 30},${Math.floor(c / 6) * 30}`)].join(
    '\n',
  )
  const folder = await folderOf(app, 'one', { 'spikes.csv': spikes(), 'positions.csv': positions, 'few.csv': spikes(5) })
  await page.getByTestId('import-recording').click()
  await page.getByTestId('import-files').setInputFiles([join(folder, 'spikes.csv'), join(folder, 'positions.csv')])
  await page.getByTestId('import-as-it-is').click()
  await expect(page.getByTestId('go-snapshots')).toBeVisible()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByText('Recordings will be here')).toBeVisible()

  await page.getByTestId('import-recording').click()
  await page.getByTestId('import-files').setInputFiles(join(folder, 'few.csv'))
  await page.getByTestId('import-as-it-is').click()
  await expect(page.getByTestId('check-look')).toContainText('Only 5 channels')
  await page.getByTestId('import-run').click()
  await expect(page.getByTestId('go-snapshots')).toBeVisible()
})
