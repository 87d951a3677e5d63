import { expect, test } from 'vitest'
import { evaluationRecipe, type EvaluationFindings, type EvaluationRow } from '../../../src/shared/domain/evaluation.ts'
import { evaluationSentences } from '../../../src/shared/locales/evaluation-sentences.ts'
import { translator } from '../../../src/shared/locales/translate.ts'

const row = (model: string, kind: EvaluationRow['kind'], mean: number, spread: number | null): EvaluationRow => ({
  model,
  kind,
  readOut: 'logistic',
  seeds: spread === null ? [] : Array.from({ length: 20 }, (_, k) => k + 1),
  scores: {
    balancedAccuracy: { mean, low: spread === null ? null : mean - spread, high: spread === null ? null : mean + spread, count: 20 },
  },
  perSeed: [],
  perUnit: [],
  confusion: null,
  epochs: null,
  secondsPerEpoch: null,
  memoryMB: null,
  reason: null,
})

/** What is said of density beside TAVRNN at 0.70 ± 0.05. */
function saidOf(density: number, p: number): string {
  const comparison = {
    model: 'tavrnn',
    other: 'density',
    readOut: 'logistic',
    difference: 0.7 - density,
    p,
    unit: 'seeds' as const,
    count: 20,
  }
  const findings: EvaluationFindings = {
    classes: ['a', 'b'],
    windows: [],
    folds: [],
    rows: [
      row('density', 'simple', density, null),
      row('tavrnn', 'learned', 0.7, 0.05),
      row('dyngem', 'learned', 0.74, 0.05),
      row('dynae', 'learned', 0.71, 0.05),
    ],
    comparisons: [comparison, { ...comparison, other: 'dyngem', difference: -0.04, p: 0.11 }],
    controls: [],
    reason: null,
  }
  const recipe = evaluationRecipe.parse({ task: 'states', readOuts: ['logistic'], split: { kind: 'blocks', foldCount: 5 } })
  return evaluationSentences(translator('en'), { recipe, findings }).join(' ')
}

test('a simple model is better where the test says so, as good within the interval, and behind below it', () => {
  expect(saidOf(0.9, 0.001)).toContain('A simple model does better: density, 0.90. Nothing is gained by TAVRNN here.')
  expect(saidOf(0.9, 0.2)).toContain('A simple model does as well: density, 0.90.')
  expect(saidOf(0.66, 0.001)).toContain('A simple model does as well: density, 0.66.')
  expect(saidOf(0.6, 0.001)).toContain('The best simple model is density with 0.60.')
})

test('another model that is ahead is told with its test, and as one that was picked', () => {
  expect(saidOf(0.6, 0.001)).toContain(
    'Of the other models DynGEM is ahead, with 0.74 [0.69, 0.79] (p = 0.11, the best of 2 being picked).',
  )
})
