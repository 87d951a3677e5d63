import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

test('what was started and closed or broken off leaves no memory behind, and epochs take none', () => {
  const out = execFileSync(process.execPath, ['--expose-gc', join(import.meta.dirname, 'many-machines.ts')], { encoding: 'utf8' })
  const growthMB = JSON.parse(out) as Record<string, number>
  // each of the 16 rounds holds 10 MB and more while it runs
  expect(growthMB['brokenOff']).toBeLessThan(80)
  expect(growthMB['science']).toBeLessThan(80)
  expect(growthMB['epochs']).toBeLessThan(20)
}, 120_000)
