import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, type App } from './app.ts'

/** Imports 12 channels over 6 min; the even ones fire together, the odd ones on their own. */
export async function importSmall(page: Page, app: App): Promise<void> {
  const rows = Array.from({ length: 12 }, (_, channel) =>
    Array.from({ length: 720 }, (_, k) => {
      const own = ((k * (channel + 3) * 7919) % 360_000) / 1000
      const shared = ((k * 7907) % 360_000) / 1000 + channel / 1000
      return `unit ${channel},${(channel % 2 === 0 ? shared : own).toFixed(4)}`
    }).join('\n'),
  )
  const file = join(dirname(app.dataDir), 'culture 7.csv')
  await writeFile(file, `channel,time_s\n${rows.join('\n')}\n`)
  await page.getByTestId('import-recording').click()
  await page.getByTestId('import-files').setInputFiles(file)
  for (let step = 0; step < 5; step++) await page.getByTestId('import-next').click()
  await page.getByTestId('import-run').click()
  await expect(page.getByTestId('go-snapshots')).toBeVisible()
}
