import { expect, test } from 'vitest'
import { evaluationTable } from '../../../src/main/cli/evaluation-table.ts'
import type { EvaluationRow } from '../../../src/shared/domain/evaluation.ts'
import { translator } from '../../../src/shared/locales/translate.ts'

const row = (model: string, given: Partial<EvaluationRow>): EvaluationRow => ({
  model,
  kind: 'simple',
  readOut: null,
  seeds: [],
  scores: {},
  perSeed: [],
  perUnit: [],
  confusion: null,
  epochs: null,
  secondsPerEpoch: null,
  memoryMB: null,
  reason: null,
  ...given,
})
const why = row('cross-role-density', { reason: { reason: 'no-roles', what: 'Kultur 7', found: 0, needed: 0 } })

test('a row without a score says why behind its dashes, also where no row has one', () => {
  const density = row('density', { readOut: 'logistic', scores: { balancedAccuracy: { mean: 0.7, low: 0.6, high: 0.8, count: 6 } } })
  expect(evaluationTable(translator('en'), { recipe: { task: 'states' }, findings: { rows: [density, why] } })).toEqual([
    'Model                  Read-out             Seeds  balanced accuracy',
    'density                logistic regression  –      0.70 [0.60, 0.80]',
    'density between roles  –                    –      –                  Kultur 7 has no sensory and motor channels: give its regions these roles first.',
  ])
  expect(evaluationTable(translator('zh'), { recipe: { task: 'clusters' }, findings: { rows: [why] } })).toEqual([
    '模型          读出方法  种子数',
    '角色间边密度  –         –       Kultur 7没有感觉与运动通道：请先为其区域指定这些角色。',
  ])
})
