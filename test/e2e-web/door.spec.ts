import { expect, test } from './app.ts'

test('the page opens from the printed address, once, and its policy has nothing to object to', async ({ app, browser }) => {
  const context = await browser.newContext()
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (problem) => complaints.push(problem.message))

  await page.goto(app.url)
  await expect(page).toHaveTitle(/TAVRNN Studio/)
  await expect(page.locator('#app')).not.toBeEmpty()
  expect(new URL(page.url()).search).toBe('')
  await page.reload()
  await expect(page.locator('#app')).not.toBeEmpty()
  expect(complaints).toEqual([])

  const stranger = await (await browser.newContext()).newPage()
  const response = await stranger.goto(app.url)
  expect(response?.status()).toBe(401)
  await expect(stranger.locator('body')).toContainText('A fresh one has just been printed')
  expect(await page.evaluate(() => document.cookie)).toBe('')
})
