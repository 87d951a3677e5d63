import { fail } from '../../../shared/contract/errors.ts'
import type { ReasonGiven, UnscoredSubject, WindowSide } from '../../../shared/domain/evaluation.ts'
import { uniformSequence } from '../../../shared/domain/random.ts'
import { blockedFolds, refuseLeaks, shuffledFolds, subjectFolds, type Fold, type SplitWindow } from '../../science/evaluation/splits.ts'
import { tooLittle, type TooLittle } from '../../science/evaluation/state-scores.ts'
import type { EvaluateInput } from './input.ts'

/** All windows of an evaluation, recording after recording. */
export type LabelledWindows = {
  windows: SplitWindow[]
  /** index into classes, −1 without a label */
  labels: Int32Array
  classes: string[]
}

export function labelledWindows({ recordings, classes: ordered }: Pick<EvaluateInput, 'recordings' | 'classes'>): LabelledWindows {
  const windows = recordings.flatMap(({ subject, windows: own, groups }, recording) =>
    own.map(({ startS, endS }, k): SplitWindow => ({ recording, subject, startS, endS, group: groups[k] ?? null })),
  )
  const names = recordings.flatMap(({ labels }) => labels)
  const present = new Set(names.filter((name) => name !== null))
  const classes = [...ordered.filter((name) => present.has(name)), ...[...present].filter((name) => !ordered.includes(name))]
  return { windows, labels: Int32Array.from(names, (name) => (name === null ? -1 : classes.indexOf(name))), classes }
}

/** Sides as asked for, and why they cannot be scored; subjects that lack a class are named and left out where others do not. */
export type Parted = { folds: Fold[]; unscored: readonly UnscoredSubject[]; reason: ReasonGiven | null }

/**
 * Folds by the recipe's rule. Blocks are as many as asked for or, where one would lack a class, as many as do not.
 * @throws evaluations/one-subject, evaluations/windows-overlap, evaluations/split-leaks, evaluations/sides-disagree
 */
export function partedWindows(
  { windows, labels, classes }: LabelledWindows,
  { recipe: { split, seed }, unparted }: Pick<EvaluateInput, 'recipe' | 'unparted'>,
): Parted {
  const task = { labels, classCount: classes.length }
  const said = ({ reason, className, found, needed }: TooLittle): ReasonGiven => ({ reason, what: classes[className] ?? '', found, needed })
  const judged = (folds: Fold[], unscored = unparted): Parted => {
    const found = tooLittle({ ...task, folds })
    return { folds, unscored, reason: found && (classes.length === 0 && unparted[0] ? unparted[0].reason : said(found)) }
  }
  if (split.kind === 'blocks') {
    for (let foldCount = split.foldCount; foldCount > 2; foldCount--) {
      const parted = judged(blockedFolds(windows, foldCount))
      if (parted.reason === null) return parted
    }
    return judged(blockedFolds(windows, 2))
  }
  if (split.kind === 'subjects') {
    const folds = subjectFolds(windows),
      lacks = folds.map((fold) => tooLittle({ ...task, folds: [fold] }))
    const unscored = folds.flatMap(({ test }, k): UnscoredSubject[] => {
      const { subject } = windows[test[0]!]!,
        found = lacks[k]
      if (!found) return []
      const known = unparted.find((one) => one.subject === subject)
      if (known) return [known]
      if (test.every((window) => labels[window]! < 0)) return [{ subject, reason: { ...said(found), reason: 'no-labels' } }]
      const own = test.filter((window) => labels[window] === found.className).length
      return [{ subject, reason: { ...said(found), reason: own > found.found ? 'few-windows' : 'few-in-fold' } }]
    })
    const scored = folds.filter((_, k) => lacks[k] === null)
    return scored.length > 0 ? judged(scored, unscored) : judged(folds)
  }
  if (split.kind === 'shuffled') return judged(shuffledFolds(windows, split.foldCount, uniformSequence(seed, 'splits')))
  if (split.sides.length !== windows.length)
    throw fail('evaluations/sides-disagree', { expected: windows.length, found: split.sides.length })
  const on = (side: WindowSide): Int32Array => Int32Array.from([...split.sides.keys()].filter((k) => split.sides[k] === side))
  const folds = [{ test: on('test'), train: on('train') }]
  refuseLeaks(folds, windows)
  return judged(folds)
}

/** The side of every window in every fold. */
export function sidesOf(folds: readonly Fold[], windowCount: number): WindowSide[][] {
  return folds.map(({ test, train }) => {
    const sides = new Array<WindowSide>(windowCount).fill('gap')
    for (const k of train) sides[k] = 'train'
    for (const k of test) sides[k] = 'test'
    return sides
  })
}

/** Windows that neighbouring ones share samples with, and one more: labels are permuted in blocks of so many. */
export function blockLengthOf(windows: readonly SplitWindow[]): number {
  let longest = 1
  windows.forEach((window, k) => {
    let last = k
    while (last + 1 < windows.length && windows[last + 1]!.recording === window.recording && windows[last + 1]!.startS < window.endS - 1e-9)
      last++
    longest = Math.max(longest, last - k + 1)
  })
  return longest + 1
}
