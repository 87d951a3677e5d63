import type { Draw } from '../draws.ts'
import type { Points } from '../projection/neighbours.ts'
import { classScores, confusionOf, type ClassScores } from './confusion.ts'
import { brierScore, likeliestClass, logLoss, oneAgainstRest } from './probability-scores.ts'
import { readFold, type ReadOut } from './read-out.ts'
import { blockedFolds, subjectFolds, type Fold, type SplitWindow } from './splits.ts'

/** Scores of one read-out: balanced accuracy first, the others as in model spec 6.2. */
export type StateScores = ClassScores & { auc: number; logLoss: number; brier: number }

/** Scores of each fold, and the confusion of all folds together. */
export type ReadStates = { folds: StateScores[]; confusion: number[][] }

export type StateTask = {
  points: Points
  /** class from 0, −1 without one */
  labels: Int32Array
  classCount: number
  windows: readonly SplitWindow[]
  folds: readonly Fold[]
}

/** Folds within the training side: subjects where there are several, else blocks; five at most. */
export function innerFoldsOf(windows: readonly SplitWindow[], bySubject: boolean): (train: Int32Array) => Fold[] {
  return (train) => {
    const own = Array.from(train, (k) => windows[k]!)
    const outer = (fold: Fold): Fold => ({ test: fold.test.map((k) => train[k]!), train: fold.train.map((k) => train[k]!) })
    const several = bySubject && new Set(own.map(({ subject }) => subject)).size > 1
    const folds = several ? subjectFolds(own) : blockedFolds(own, 4)
    return folds.slice(0, 5).map(outer)
  }
}

/** Reads the states of all folds out of windows' vectors. */
export function readStates(
  readOut: ReadOut,
  task: StateTask,
  { uniform, interrupt, bySubject }: { uniform: Draw; interrupt: () => void; bySubject: boolean },
): ReadStates {
  const { labels, classCount } = task
  const confusion = emptyConfusion(classCount)
  const innerFolds = innerFoldsOf(task.windows, bySubject)
  const folds = task.folds.map((fold) => {
    const { tested, probabilities } = readFold(readOut, fold, { ...task, innerFolds, uniform, interrupt })
    const truth = tested.map((k) => labels[k]!)
    return scored(probabilities, truth, confusion)
  })
  return { folds, confusion }
}

const emptyConfusion = (classCount: number): number[][] => Array.from({ length: classCount }, () => new Array<number>(classCount).fill(0))

/** Scores of one fold; its confusion is added to the whole. */
function scored(probabilities: Float64Array, truth: Int32Array, confusion: number[][]): StateScores {
  const classCount = confusion.length,
    counts = confusionOf(truth, likeliestClass(probabilities, classCount), classCount)
  for (const [own, row] of counts.entries()) for (const [read, count] of row.entries()) confusion[own]![read]! += count
  return {
    ...classScores(counts),
    auc: oneAgainstRest(probabilities, truth, classCount),
    logLoss: logLoss(probabilities, truth, classCount),
    brier: brierScore(probabilities, truth, classCount),
  }
}

/** What always guessing the commonest class of the training side scores: the floor every model stands on. */
export function majorityStates({ labels, classCount, folds }: StateTask): ReadStates {
  const confusion = emptyConfusion(classCount)
  const scores = folds.map(({ test, train }) => {
    const shares = new Float64Array(classCount),
      trained = train.filter((k) => labels[k]! >= 0)
    for (const k of trained) shares[labels[k]!]! += 1 / trained.length
    const truth = test.filter((k) => labels[k]! >= 0).map((k) => labels[k]!)
    const probabilities = Float64Array.from({ length: truth.length * classCount }, (_, at) => shares[at % classCount]!)
    return scored(probabilities, truth, confusion)
  })
  return { folds: scores, confusion }
}

/** Why no score can be given, in numbers; null where one can. */
export type TooLittle = { reason: 'one-class' | 'few-windows' | 'few-in-fold'; className: number; found: number; needed: number }

const leastPerClass = 10,
  leastPerFold = 2

/**
 * Whether there is enough to score: ten windows of every class, two of every class on both sides of every fold.
 * @source model spec 6.1
 */
export function tooLittle({ labels, classCount, folds }: Pick<StateTask, 'labels' | 'classCount' | 'folds'>): TooLittle | null {
  if (classCount < 2) return { reason: 'one-class', className: 0, found: classCount, needed: 2 }
  const count = (indexes: Iterable<number>, one: number): number => {
    let found = 0
    for (const k of indexes) if (labels[k] === one) found++
    return found
  }
  for (let one = 0; one < classCount; one++) {
    const found = count(labels.keys(), one)
    if (found < leastPerClass) return { reason: 'few-windows', className: one, found, needed: leastPerClass }
  }
  for (const { test, train } of folds) {
    for (let one = 0; one < classCount; one++) {
      const found = Math.min(count(test, one), count(train, one))
      if (found < leastPerFold) return { reason: 'few-in-fold', className: one, found, needed: leastPerFold }
    }
  }
  return folds.length === 0 ? { reason: 'few-in-fold', className: 0, found: 0, needed: leastPerFold } : null
}
