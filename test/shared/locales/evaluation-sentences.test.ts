import { expect, test } from 'vitest'
import {
  evaluationRecipe,
  type EvaluationFindings,
  type EvaluationRow,
  type UnscoredSubject,
} from '../../../src/shared/domain/evaluation.ts'
import { evaluationSentences } from '../../../src/shared/locales/evaluation-sentences.ts'
import { translator, type Language } from '../../../src/shared/locales/translate.ts'

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

const asked = { classes: ['a', 'b'], windows: [], folds: [], unscored: [], regions: null }

/** What is said of density beside TAVRNN at 0.70 ± 0.05. */
function saidOf(density: number, p: number | null, unit: 'seeds' | 'subjects' = 'seeds', language: Language = 'en'): string {
  const comparison = {
    model: 'tavrnn',
    other: 'density',
    readOut: 'logistic',
    difference: 0.7 - density,
    p,
    unit,
    count: unit === 'subjects' ? 4 : 20,
  }
  const findings: EvaluationFindings = {
    ...asked,
    rows: [
      row('density', 'simple', density, null),
      row('tavrnn', 'learned', 0.7, 0.05),
      row('dyngem', 'learned', 0.74, 0.05),
      row('dynae', 'learned', 0.71, 0.05),
    ],
    comparisons: [comparison, { ...comparison, other: 'dyngem', difference: -0.04, p: p === null ? null : 0.11 }],
    controls: [],
    reason: null,
  }
  const recipe = evaluationRecipe.parse({ task: 'states', readOuts: ['logistic'], split: { kind: 'blocks', foldCount: 5 } })
  return evaluationSentences(translator(language), { recipe, findings }).join(' ')
}

test('a simple model is better where the test says so, as good within the interval, and behind below it', () => {
  expect(saidOf(0.9, 0.001)).toContain('A simple model does better: density, 0.90. Nothing is gained by TAVRNN here.')
  expect(saidOf(0.9, 0.2)).toContain('A simple model does as well: density, 0.90.')
  expect(saidOf(0.66, 0.001)).toContain('A simple model does as well: density, 0.66.')
  expect(saidOf(0.6, 0.001)).toContain('The best simple model is density with 0.60.')
})

test('without a p nothing is said of what is gained, and beyond the interval is not "as well"', () => {
  expect(saidOf(0.9, null, 'subjects')).not.toContain('Nothing is gained')
  expect(saidOf(0.9, null, 'subjects')).toContain(
    'A simple model lies above the interval of TAVRNN: density, 0.90. That TAVRNN gains anything cannot be shown here.',
  )
  expect(saidOf(0.72, null, 'subjects')).toContain(
    'A simple model does as well: density, 0.72. That TAVRNN gains anything cannot be shown here.',
  )
  expect(saidOf(0.6, null, 'subjects')).toContain('The best simple model is density with 0.60.')
  expect(saidOf(0.9, null, 'subjects', 'zh')).toContain('简单模型高于 TAVRNN 的区间：边密度，0.90。')
})

test('another model that is ahead is told with its test, and as one that was picked', () => {
  expect(saidOf(0.6, 0.001)).toContain(
    'Of the other models DynGEM is ahead, with 0.74 [0.69, 0.79] (p = 0.11, the best of 2 being picked).',
  )
})

test('where TAVRNN was trained on other features it speaks all the same, and none is picked unsaid', () => {
  const compared = { model: 'tavrnn-identity', readOut: 'logistic', difference: -0.04, p: 0.02, unit: 'seeds' as const, count: 20 }
  const findings: EvaluationFindings = {
    ...asked,
    rows: [
      row('density', 'simple', 0.6, null),
      row('dyngem', 'learned', 0.62, 0.05),
      row('tavrnn-no-attention-identity', 'learned', 0.72, 0.05),
      row('tavrnn-identity', 'learned', 0.7, 0.05),
      row('cebra', 'imported', 0.74, 0.05),
    ],
    comparisons: [
      { ...compared, other: 'density', p: 0.001 },
      { ...compared, other: 'cebra' },
    ],
    controls: [],
    reason: null,
  }
  const recipe = evaluationRecipe.parse({ task: 'states', readOuts: ['logistic'] })
  const said = evaluationSentences(translator('en'), { recipe, findings }).join(' ')
  expect(said).toContain('With TAVRNN, identity features the balanced accuracy is 0.70')
  expect(said).toContain('Their difference over seeds: p = 0.0010')
  expect(said).toContain('Of the other models CEBRA-Time is ahead, with 0.74 [0.69, 0.79] (p = 0.020, the best of 3 being picked).')
})

test('over too few subjects there is no p, and it is said how many more it takes', () => {
  const said = saidOf(0.9, null, 'subjects')
  expect(said).toContain('A simple model lies above the interval of TAVRNN: density, 0.90.')
  expect(said).toContain('No p is given for a difference over 4 subjects: 2 more are needed for any p below 0.05.')
  expect(said).toContain('Of the other models DynGEM is ahead, with 0.74 [0.69, 0.79].')
  expect(said).not.toContain('p = ')
  expect(saidOf(0.9, null, 'subjects', 'zh')).toContain('差异基于4 个受试对象，不给出 p 值：还需 2 个受试对象')
})

test('subjects that could not be tested are named with why, and recordings that keep regions from being read', () => {
  const unscored: UnscoredSubject[] = [
    { subject: 'c6', reason: { reason: 'same-ratio', what: '', found: 0, needed: 0 } },
    { subject: 'c7', reason: { reason: 'few-in-fold', what: 'above', found: 1, needed: 2 } },
  ]
  const findings: EvaluationFindings = {
    classes: ['below', 'above'],
    windows: [],
    folds: [[], []],
    unscored,
    regions: { shared: [], lacking: [{ recording: 'Kultur 7', regions: ['left', 'right'], hasAny: false }] },
    rows: [row('density', 'simple', 0.6, null)],
    comparisons: [],
    controls: [],
    reason: null,
  }
  const recipe = evaluationRecipe.parse({ scope: 'subjects', split: { kind: 'subjects' } })
  expect(evaluationSentences(translator('en'), { recipe, findings }).join(' ')).toContain(
    'One subject was left out at a time (2 in all). Not scored: c6 (its hit ratio is the same in every window); c7 (windows of the class “above median”: 1; a score takes 2).',
  )
  const said = evaluationSentences(translator('en'), { recipe, findings }).join(' ')
  expect(said).toContain('none is in all of them: vectors of channels are read as if the whole array were one region.')
  expect(said).toContain('More is prevented by Kultur 7 (has no region).')
  const shared = { ...findings, regions: { shared: ['left'], lacking: [{ recording: 'K 7', regions: ['right', 'top'], hasAny: true }] } }
  const inShared = evaluationSentences(translator('en'), { recipe, findings: shared }).join(' ')
  expect(inShared).toContain('read in those that all have (left). More is prevented by K 7 (lacks right, top).')
  expect(evaluationSentences(translator('zh'), { recipe, findings })).toContain(
    '未评分：c6（所有窗口的命中率都相同）；c7（类别“高于中位数”只有 1 个窗口，至少需要 2 个才能给出分数）。',
  )
})

test('a missing control is told where one could have been run', () => {
  const findings: EvaluationFindings = {
    classes: [],
    windows: [],
    folds: [],
    unscored: [],
    regions: null,
    rows: [row('density', 'simple', 0.6, null)],
    comparisons: [],
    controls: [],
    reason: null,
  }
  const saidOfTask = (task: 'states' | 'channels' | 'links' | 'clusters'): string =>
    evaluationSentences(translator('en'), { recipe: evaluationRecipe.parse({ task }), findings }).join(' ')
  for (const task of ['states', 'channels'] as const) expect(saidOfTask(task)).toContain('Not controlled')
  for (const task of ['links', 'clusters'] as const) expect(saidOfTask(task)).not.toContain('Not controlled')
})
