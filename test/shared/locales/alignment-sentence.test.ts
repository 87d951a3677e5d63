import { expect, test } from 'vitest'
import type { Alignment } from '../../../src/shared/domain/alignment.ts'
import { alignmentSentence } from '../../../src/shared/locales/alignment-sentence.ts'
import { translator } from '../../../src/shared/locales/translate.ts'

const measured = (rho: number | null, p: number | null, rest: number | null = null) => ({
  performance: {
    rho,
    p,
    windowCount: 19,
    null95: p === null ? null : [-0.5, 0.5],
    residual: { all: { rho: rest } },
    reason: 'no-motor',
    wholeLine: null,
  },
})
const columnOf = (rho: number | null, p: number | null, rest: number | null = null) => ({
  measures: { coupling: measured(rho, p, rest), crossOverWithin: measured(0.41, 0.1), density: measured(0.2, 0.3) },
})
const said = (asRecorded: ReturnType<typeof columnOf>, rateMatched: ReturnType<typeof columnOf> | null = null): string =>
  alignmentSentence(translator('en'), { asRecorded, rateMatched } as unknown as Alignment)

test('what turned events give as well is said to be no more than that, and nothing is explained away that is not there', () => {
  expect(said(columnOf(0.77, 0.37, -0.33), columnOf(0.1, 0.8))).toBe(
    'Between coupling and the hit ratio ρ = 0.77 over 19 windows. 95 % of randomly turned event trains give −0.50 to 0.50, p = 0.37. ' +
      'That is no more than turned events give. With density, rate and place in the session taken out of both, ρ = −0.33. ' +
      'Rate-matched ρ = 0.10. The plain ratio of mean correlations gives ρ = 0.41. One recording describes; a cohort claims.',
  )
})

test('what is beyond turned events and goes with the rates is said to be so; without a ρ the reason is told', () => {
  const found = said(columnOf(0.77, 0.01), columnOf(0.1, 0.8))
  expect(found).toContain('Rate-matched only ρ = 0.10: firing rates may explain it.')
  expect(found).not.toContain('no more than')
  expect(said(columnOf(null, null))).toBe('Nothing can be said about performance. No channel is motor.')
})
