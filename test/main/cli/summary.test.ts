import { expect, test } from 'vitest'
import type { CohortRecord } from '../../../src/main/cli/validation/cohort-record.ts'
import { mostByChance, summarise } from '../../../src/main/cli/validation/summary.ts'
import { translator } from '../../../src/shared/locales/translate.ts'

/** A record whose two columns have these p of both tests and these ρ. */
function record(asRecorded: [number, number, number], rateMatched: [number, number, number], aucs: (number | null)[]): CohortRecord {
  const test = ([signFlip, swap, meanRho]: [number, number, number]) => ({
    z: [],
    subjectCount: 8,
    meanRho,
    interval95: null,
    signFlip: { p: signFlip, exact: true, permutationCount: 256 },
    swap: { p: swap, exact: true, permutationCount: 40_320 },
    needed: { forTest: 6, forPower: null },
  })
  return {
    settings: { kind: 'planted', subjects: 8, epochs: 120, seed: 1 },
    cohort: 1,
    version: '0',
    claim: { verdict: rateMatched[1] < 0.05 ? 'claimed' : 'nothing-found', column: 'rateMatched', direction: 'positive', counterparts: [] },
    measures: [
      {
        measure: 'coupling',
        kind: 'primary',
        asRecorded: test(asRecorded),
        rateMatched: test(rateMatched),
        q: { asRecorded: null, rateMatched: null },
      },
    ],
    cultures: aucs.map((auc, k) => ({
      subject: String(k),
      channelAuc: { asRecorded: null, rateMatched: auc },
      heldOutAuc: k === 0 ? 0.9 : null,
      degreeProductAuc: k === 0 ? 0.8 : null,
    })),
    sentence: '',
    seconds: 1,
  }
}

test('a cohort counts where both tests pass in the column; a planted one only where coupling rises with performance', () => {
  const records = [record([0.01, 0.01, 0.5], [0.01, 0.2, 0.5], [0.8, null]), record([0.01, 0.01, -0.5], [0.01, 0.04, 0.4], [0.6, 0.7])]
  const translate = translator('en')
  expect(summarise('planted', records, translate)).toEqual({
    kind: 'planted',
    cohorts: 2,
    claimed: 1,
    claimedRateMatched: 1,
    channelAuc: expect.closeTo(0.7, 12),
    heldOutAuc: 0.9,
    degreeProductAuc: 0.8,
    sentences: { 'No relation of coupling with performance was found.': 1, 'Sensory–motor coupling follows performance.': 1 },
  })
  expect(summarise('null', records, translate)).toMatchObject({ claimed: 2, claimedRateMatched: 1 })
  expect(summarise('null', [], translate)).toMatchObject({ cohorts: 0, claimed: 0, channelAuc: null, sentences: {} })
})

test('what chance claims at most is the quantile of the binomial distribution', () => {
  // scipy.stats.binom.ppf(0.975, n, 0.05)
  expect([1, 4, 10, 20, 50, 300].map(mostByChance)).toEqual([1, 1, 2, 3, 6, 23])
})
