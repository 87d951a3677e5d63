import type { WindowSide } from './evaluation.ts'

type Times = { startS: number; endS: number }

/** Overlaps shorter than this are rounding of seconds. */
const leastOverlapS = 1e-9

/** Whether two windows of one recording have samples in common. */
export const sharesSamples = (a: Times, b: Times): boolean => Math.min(a.endS, b.endS) - Math.max(a.startS, b.startS) > leastOverlapS

/** The first tested window that shares samples with one that is learned from, or null. */
export function leakOfSides(windows: readonly Times[], sides: readonly WindowSide[]): { test: number; train: number } | null {
  for (const [test, own] of windows.entries()) {
    if (sides[test] !== 'test') continue
    const train = windows.findIndex((other, k) => sides[k] === 'train' && sharesSamples(own, other))
    if (train >= 0) return { test, train }
  }
  return null
}

/** The same sides with a gap wherever a window that is learned from shares samples with a tested one (model spec 6.1). */
export function withGaps(windows: readonly Times[], sides: readonly WindowSide[]): WindowSide[] {
  const tested = windows.filter((_, k) => sides[k] === 'test')
  return sides.map((side, k) => (side === 'train' && tested.some((own) => sharesSamples(own, windows[k]!)) ? 'gap' : side))
}
