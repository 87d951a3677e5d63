import { readFileSync } from 'node:fs'
import { AxeBuilder } from '@axe-core/playwright'
import { expect, test } from './app.ts'

// the second size is a small laptop's at 150 %
for (const [theme, width, height] of [
  ['light', 1280, 800],
  ['dark', 853, 533],
] as const) {
  test(`every page can be used without a mouse or eyes, ${theme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme })
    await page.setViewportSize({ width, height })
    const violations = async (where: string): Promise<string[]> => {
      const { violations: found } = await new AxeBuilder({ page }).analyze()
      // panes scroll, the window never does: a focus would push the rail out of it
      const overPx = await page.evaluate(() => document.documentElement.scrollHeight - innerHeight)
      return [
        ...found.map(({ id, nodes }) => `${where}: ${id} ${nodes.map(({ target }) => target.join(' ')).join(', ')}`),
        ...(overPx > 0 ? [`${where}: the window scrolls by ${overPx} px`] : []),
      ]
    }
    const seen = [...(await violations('start'))]
    await page.getByTestId('open-sample').click()
    await expect(page.getByTestId('import-next')).toBeEnabled()
    for (let step = 1; step <= 5; step++) {
      seen.push(...(await violations(`wizard ${step}`)))
      await page.getByTestId('import-next').click()
    }
    await page.getByTestId('import-run').click()
    await expect(page.getByTestId('go-snapshots')).toBeVisible()
    for (const view of ['recording', 'snapshots', 'train', 'embedding', 'alignment', 'states', 'figures', 'cohort', 'settings'] as const) {
      await page.getByTestId(`rail-${view}`).click()
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
      seen.push(...(await violations(view)))
    }
    expect(seen).toEqual([])
  })
}

test('the diagnostics file is shown before it is saved', async ({ page }) => {
  await page.getByTestId('rail-settings').click()
  await page.getByText('What it says').click()
  await expect(page.getByTestId('diagnostics-text')).toContainText('"version"')
  const saved = page.waitForEvent('download')
  await page.getByTestId('save-diagnostics').click()
  const file = await (await saved).path()
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ project: null, machine: { electron: null } })
})
