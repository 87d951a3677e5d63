import { AxeBuilder } from '@axe-core/playwright'
import { expect, test } from './app.ts'

for (const theme of ['light', 'dark'] as const) {
  test(`every page can be used without a mouse or eyes, ${theme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme })
    const violations = async (where: string): Promise<string[]> => {
      const { violations: found } = await new AxeBuilder({ page }).analyze()
      return found.map(({ id, nodes }) => `${where}: ${id} ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)
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
