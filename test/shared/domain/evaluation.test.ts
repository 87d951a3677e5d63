import { expect, test } from 'vitest'
import { spokenModel, spokenName, type EvaluationRow } from '../../../src/shared/domain/evaluation.ts'

test('TAVRNN speaks, else a TAVRNN of which no part was left out, else the first learned', () => {
  expect(spokenName(['dyngem', 'tavrnn-identity', 'tavrnn'])).toBe('tavrnn')
  expect(spokenName(['vgae-identity', 'tavrnn-no-recurrence-identity', 'tavrnn-identity'])).toBe('tavrnn-identity')
  expect(spokenName(['vgae', 'tavrnn-random-weights', 'tavrnn-published-node-statistics-2'])).toBe('tavrnn-published-node-statistics-2')
  expect(spokenName(['vgae', 'tavrnn-no-attention', 'tavrnn-untrained-gru'])).toBe('vgae')
  expect(spokenName(['dynae', 'tavrnnish'])).toBe('dynae')
  expect(spokenName([])).toBeNull()
})

test('of rows those with a score speak, and vectors made elsewhere only where nothing was learned', () => {
  const row = (model: string, kind: EvaluationRow['kind'], mean: number | null): Pick<EvaluationRow, 'model' | 'kind' | 'scores'> => ({
    model,
    kind,
    scores: mean === null ? {} : { balancedAccuracy: { mean, low: null, high: null, count: 1 } },
  })
  const learned = [row('tavrnn', 'learned', null), row('vgae', 'learned', 0.6), row('dynae', 'learned', 0.8)]
  expect(spokenModel([row('density', 'simple', 0.9), row('cebra', 'imported', 0.9), ...learned])).toBe('vgae')
  expect(spokenModel([row('density', 'simple', 0.9), row('cebra', 'imported', 0.9)])).toBe('cebra')
  expect(spokenModel([row('density', 'simple', 0.9)])).toBeNull()
})
