import { expect, test } from 'vitest'
import { autoregressive, normalDraws } from '../../../../src/main/science/draws.ts'
import { permutedLabels } from '../../../../src/main/science/evaluation/permuted-labels.ts'
import type { ReadOut } from '../../../../src/main/science/evaluation/read-out.ts'
import {
  blockedFolds,
  refuseLeaks,
  shuffledFolds,
  subjectFolds,
  type Fold,
  type SplitWindow,
} from '../../../../src/main/science/evaluation/splits.ts'
import { majorityStates, readStates, tooLittle, type StateTask } from '../../../../src/main/science/evaluation/state-scores.ts'
import { meanOf, tInterval95 } from '../../../../src/main/science/evaluation/uncertainty.ts'
import { uniformSequence } from '../../../../src/shared/domain/random.ts'

/** Recordings whose true labels are read: a split of one fold needs as many as three folds have in three. */
const trueCount = 9
const perSubject = 60,
  D = 3

/** Subjects' windows, a state, and vectors that show it: slow, with drifts besides, or new in every window. */
function simulated(
  stepS: number,
  subjects: readonly string[],
  seed: number,
  isSlow = true,
): { task: Omit<StateTask, 'folds'>; blockLength: number } {
  const normal = normalDraws(uniformSequence(seed, 'simulate'))
  const windows: SplitWindow[] = [],
    labels: number[] = [],
    data: number[] = []
  const series = (timeConstant: number): Float64Array =>
    isSlow ? autoregressive(perSubject, timeConstant, normal) : Float64Array.from({ length: perSubject }, normal)
  subjects.forEach((subject, recording) => {
    const state = series(4),
      drifts = Array.from({ length: D - 1 }, () => series(6))
    for (let k = 0; k < perSubject; k++) {
      windows.push({ recording, subject, startS: k * stepS, endS: k * stepS + 2, group: null })
      labels.push(state[k]! > 0 ? 1 : 0)
      data.push(state[k]! + 0.3 * normal(), ...drifts.map((drift) => drift[k]!))
    }
  })
  const points = { data: Float64Array.from(data), pointCount: windows.length, dimensionCount: D }
  return { task: { points, labels: Int32Array.from(labels), classCount: 2, windows }, blockLength: isSlow ? Math.ceil(2 / stepS) + 1 : 1 }
}

/** Mean balanced accuracy over folds; null where there is too little. */
function accuracy(readOut: ReadOut, task: StateTask, uniform: () => number): number | null {
  if (tooLittle(task)) return null
  const bySubject = new Set(task.windows.map(({ subject }) => subject)).size > 1
  const { folds } = readStates(readOut, task, { uniform, interrupt: () => {}, bySubject })
  return meanOf(folds.map(({ balancedAccuracy }) => balancedAccuracy))
}

type SplitKind = { stepS: number; subjects: readonly string[]; isSlow: boolean; folds: (windows: readonly SplitWindow[]) => Fold[] }
const shuffledInFive = (windows: readonly SplitWindow[]): Fold[] => shuffledFolds(windows, 5, uniformSequence(1, 'splits'))
/** The middle of the recording to test and the rest to train on, as a person would draw them, a gap where windows overlap. */
function drawnByHand(windows: readonly SplitWindow[]): Fold[] {
  const first = windows.length / 3,
    end = (2 * windows.length) / 3
  const on = (isOnIt: (k: number) => boolean): Int32Array => Int32Array.from([...windows.keys()].filter(isOnIt))
  const folds = [{ test: on((k) => k >= first && k < end), train: on((k) => k < first - 1 || k > end) }]
  refuseLeaks(folds, windows)
  return folds
}
const splits: Record<string, SplitKind> = {
  'blocks of overlapping windows': { stepS: 1, subjects: ['a'], isSlow: true, folds: (windows) => blockedFolds(windows, 3) },
  'a subject left out': { stepS: 1, subjects: ['a', 'b'], isSlow: true, folds: subjectFolds },
  'blocks of visits that stay together': {
    stepS: 1,
    subjects: ['a'],
    isSlow: true,
    folds: (windows) => {
      const visits = windows.map((window, k) => ({ ...window, group: `visit ${Math.floor(k / 3)}` }))
      return blockedFolds(visits, 3)
    },
  },
  'sides drawn by hand': { stepS: 1, subjects: ['a'], isSlow: true, folds: drawnByHand },
  'shuffled windows that share nothing': { stepS: 2, subjects: ['a'], isSlow: false, folds: shuffledInFive },
}
const seedCounts: Record<ReadOut, number> = { logistic: 24, neighbours: 60, perceptron: 6 }

for (const [name, { stepS, subjects, isSlow, folds }] of Object.entries(splits)) {
  for (const [readOut, seedCount] of Object.entries(seedCounts) as [ReadOut, number][]) {
    test(`labels permuted as blocks are read at chance, true ones above it: ${name}, ${readOut}`, { timeout: 60_000 }, () => {
      const permuted: number[] = [],
        truth: number[] = []
      for (let seed = 1; seed <= seedCount; seed++) {
        const { task, blockLength } = simulated(stepS, subjects, seed, isSlow)
        const whole: StateTask = { ...task, folds: folds(task.windows) },
          uniform = uniformSequence(seed, 'permutation')
        const labels = permutedLabels(whole.labels, whole.windows, blockLength, uniform)
        const one = accuracy(readOut, { ...whole, labels }, uniform)
        if (one !== null) permuted.push(one)
        const other = seed <= trueCount ? accuracy(readOut, whole, uniform) : null
        if (other !== null) truth.push(other)
      }
      const { mean, high } = tInterval95(permuted)
      expect(permuted.length).toBeGreaterThan(4)
      // fifteen such checks are made: the interval is half as wide again as one check's
      expect(Math.abs(mean - 0.5), permuted.join(' ')).toBeLessThan(1.5 * (high! - mean))
      expect(meanOf(truth)).toBeGreaterThan(0.65)
    })
  }
}

test('windows dealt out at random tell of their neighbours in time, and permuted labels show it', () => {
  const scores = Array.from({ length: 20 }, (_, k) => {
    const { task } = simulated(2, ['a'], k + 1)
    const uniform = uniformSequence(k + 1, 'permutation')
    const read = (folds: Fold[]): number =>
      accuracy('neighbours', { ...task, folds, labels: permutedLabels(task.labels, task.windows, 6, uniform) }, uniform) ?? NaN
    return { shuffled: read(shuffledInFive(task.windows)), blocked: read(blockedFolds(task.windows, 3)) }
  })
  const { low } = tInterval95(scores.map(({ shuffled }) => shuffled).filter(Number.isFinite))
  expect(low).toBeGreaterThan(0.55)
  expect(tInterval95(scores.map(({ blocked }) => blocked).filter(Number.isFinite)).low).toBeLessThan(0.5)
})

test('always guessing the commonest class scores one half, and 1 where a fold holds no other', () => {
  const { task } = simulated(1, ['a'], 3)
  const { folds, confusion } = majorityStates({ ...task, folds: blockedFolds(task.windows, 3) })
  for (const { balancedAccuracy } of folds) expect([0.5, 1]).toContain(balancedAccuracy)
  expect(folds.some(({ balancedAccuracy }) => balancedAccuracy === 0.5)).toBe(true)
  expect(confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(60)
})

test('a class with nine windows, or one window of a class in a fold, gives no score and says which', () => {
  const windows: SplitWindow[] = Array.from({ length: 40 }, (_, k) => ({ recording: 0, subject: 'a', startS: k, endS: k + 1, group: null }))
  const folds = blockedFolds(windows, 4)
  const few = Int32Array.from(windows, (_, k) => Number(k < 9))
  expect(tooLittle({ labels: few, classCount: 2, folds })).toEqual({ reason: 'few-windows', className: 1, found: 9, needed: 10 })
  const late = Int32Array.from(windows, (_, k) => Number(k < 20))
  expect(tooLittle({ labels: late, classCount: 2, folds })).toMatchObject({ reason: 'few-in-fold', className: 0, found: 0 })
  expect(tooLittle({ labels: Int32Array.from(windows, (_, k) => k % 2), classCount: 2, folds })).toBe(null)
})

test('permuting labels as blocks keeps how many there are, and windows without a label', () => {
  const { task } = simulated(1, ['a', 'b'], 1)
  const labels = task.labels.map((own, k) => (k % 7 === 0 ? -1 : own))
  const permuted = permutedLabels(labels, task.windows, 3, uniformSequence(2, 'permutation'))
  const count = (all: Int32Array, one: number): number => all.slice(0, 60).filter((own) => own === one).length
  for (const one of [-1, 0, 1]) expect(count(permuted, one)).toBe(count(labels, one))
  expect(permuted).not.toEqual(labels)
  const runs = (all: Int32Array): number => all.filter((own, k) => own >= 0 && own !== all[k - 1]).length
  expect(runs(permuted)).toBeLessThan(60)
})
