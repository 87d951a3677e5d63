import { fail } from '../../../shared/contract/errors.ts'
import { sharesSamples } from '../../../shared/domain/split.ts'
import type { Draw } from '../draws.ts'

/** A window as far as splits care: when it was, whose it is, and what must stay together with it. */
export type SplitWindow = {
  /** names the recording; windows of different recordings share no samples */
  recording: number
  subject: string
  startS: number
  endS: number
  /** a visit, lap or session whose windows stay on one side; null: on its own */
  group: string | null
}

/** Indexes of windows on both sides; windows in neither are the gap. */
export type Fold = { test: Int32Array; train: Int32Array }

/** Whether two windows may not sit on both sides of a split: they share samples or belong together. */
export function belongTogether(a: SplitWindow, b: SplitWindow): boolean {
  if (a.recording !== b.recording) return false
  if (a.group !== null && a.group === b.group) return true
  return sharesSamples(a, b)
}

/**
 * Folds of contiguous blocks in time, each block the test side once. Windows that share samples with a test window are in
 * neither side: with windows of equal length that is a gap of ⌈length/step⌉ − 1. Groups are never cut. Recordings are cut each
 * for itself, and block k of all of them is fold k.
 * @param windows in order of time within a recording
 * @param foldCount at most the number of windows
 * @source model spec 6.1
 */
export function blockedFolds(windows: readonly SplitWindow[], foldCount: number): Fold[] {
  const blockOf = new Int32Array(windows.length)
  for (const members of indexesBy(windows, ({ recording }) => String(recording))) {
    const units = unitsOf(windows, members)
    let done = 0
    for (const unit of units) {
      // the block in which the middle of the unit falls
      const block = Math.min(foldCount - 1, Math.floor(((done + unit.length / 2) * foldCount) / members.length))
      for (const window of unit) blockOf[window] = block
      done += unit.length
    }
  }
  return Array.from({ length: foldCount }, (_, fold) => foldOf(windows, (window) => blockOf[window] === fold)).filter(
    ({ test, train }) => test.length > 0 && train.length > 0,
  )
}

/**
 * Every subject is the test side once, with all its recordings.
 * @throws evaluations/one-subject where there are fewer than two
 */
export function subjectFolds(windows: readonly SplitWindow[]): Fold[] {
  const bySubject = indexesBy(windows, ({ subject }) => subject)
  if (bySubject.length < 2) throw fail('evaluations/one-subject', {})
  return bySubject.map((members) => {
    const own = new Set(members)
    return foldOf(windows, (window) => own.has(window))
  })
}

/**
 * Folds of windows drawn at random, for windows that share nothing.
 * @throws evaluations/windows-overlap while any two windows share samples
 */
export function shuffledFolds(windows: readonly SplitWindow[], foldCount: number, uniform: Draw): Fold[] {
  for (let a = 0; a < windows.length; a++) {
    for (let b = a + 1; b < windows.length; b++) {
      if (belongTogether({ ...windows[a]!, group: null }, windows[b]!))
        throw fail('evaluations/windows-overlap', { first: a + 1, second: b + 1 })
    }
  }
  const units = unitsOf(windows, [...windows.keys()])
  const order = shuffled(units.length, uniform)
  const blockOf = new Int32Array(windows.length)
  order.forEach((unit, place) => {
    for (const window of units[unit]!) blockOf[window] = place % foldCount
  })
  return Array.from({ length: foldCount }, (_, fold) => foldOf(windows, (window) => blockOf[window] === fold)).filter(
    ({ test, train }) => test.length > 0 && train.length > 0,
  )
}

/** The first pair that sits on both sides though it belongs together, or null. */
export function leakOf({ test, train }: Fold, windows: readonly SplitWindow[]): { test: number; train: number } | null {
  for (const tested of test) {
    for (const trained of train) {
      if (tested === trained || belongTogether(windows[tested]!, windows[trained]!)) return { test: tested, train: trained }
    }
  }
  return null
}

/**
 * Refuses folds that leak, naming two windows of which one would tell about the other.
 * @throws evaluations/split-leaks
 */
export function refuseLeaks(folds: readonly Fold[], windows: readonly SplitWindow[]): void {
  folds.forEach((fold, at) => {
    const leak = leakOf(fold, windows)
    if (leak) throw fail('evaluations/split-leaks', { fold: at + 1, test: leak.test + 1, train: leak.train + 1 })
  })
}

/** Numbers 0 … count − 1 in random order (Fisher and Yates). */
export function shuffled(count: number, uniform: Draw): Int32Array {
  const order = Int32Array.from({ length: count }, (_, k) => k)
  for (let k = count - 1; k > 0; k--) {
    const other = Math.floor(uniform() * (k + 1)),
      kept = order[k]!
    order[k] = order[other]!
    order[other] = kept
  }
  return order
}

function foldOf(windows: readonly SplitWindow[], isTest: (window: number) => boolean): Fold {
  const test: number[] = [],
    train: number[] = []
  windows.forEach((_, window) => {
    if (isTest(window)) test.push(window)
  })
  windows.forEach((own, window) => {
    if (!isTest(window) && !test.some((tested) => belongTogether(own, windows[tested]!))) train.push(window)
  })
  return { test: Int32Array.from(test), train: Int32Array.from(train) }
}

function indexesBy(windows: readonly SplitWindow[], key: (window: SplitWindow) => string): number[][] {
  const found = new Map<string, number[]>()
  windows.forEach((window, index) => found.set(key(window), [...(found.get(key(window)) ?? []), index]))
  return [...found.values()]
}

/** Windows that stay together, in order of their first. */
function unitsOf(windows: readonly SplitWindow[], members: readonly number[]): number[][] {
  const units = new Map<string, number[]>()
  for (const window of members) {
    const { group, recording } = windows[window]!
    const key = group === null ? `window ${window}` : `group ${recording} ${group}`
    units.set(key, [...(units.get(key) ?? []), window])
  }
  return [...units.values()]
}
