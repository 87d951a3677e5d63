import type { ClockJoin } from '../../shared/domain/behaviour.ts'

/** A line from one clock to another, and how well it fits: there = startS + (1 + drift) · here. */
export type ClockLine = { startS: number; drift: number; joined: ClockJoin }

/** Clocks of recorders differ by up to some hundred parts in a million; beyond this they are not the same event. */
const mostDrift = 0.002
const leastToleranceS = 0.02
const closeS = 0.005
/** Pairs are looked for in the first events; the line is then drawn through all. */
const firstTried = 12
const mostEvents = 2000

/**
 * Joins two clocks by an event that both have. Pulses may be missing on either side: of all ways to begin, the first that pairs most
 * events is taken, and a straight line is drawn through its pairs.
 * @param here times on the clock to be joined, [n ≥ 1], ascending
 * @param there times of the same event on the other clock, [m ≥ 1], ascending
 * @returns null where nothing can be paired
 */
export function joinClocks(here: readonly number[], there: readonly number[]): ClockLine | null {
  const [h, t] = [here.slice(0, mostEvents), there.slice(0, mostEvents)]
  const counts = { hereCount: here.length, thereCount: there.length }
  if (h.length === 0 || t.length === 0) return null
  const [h0 = 0, t0 = 0] = [h[0], t[0]]
  if (h.length === 1 || t.length === 1) {
    return {
      startS: t0 - h0,
      drift: 0,
      joined: { offsetS: t0 - h0, driftPpm: null, residualMs: null, pairCount: 1, ...counts },
    }
  }
  let best: Pair[] = []
  for (const i of h.keys()) {
    if (i >= firstTried) break
    for (const j of t.keys()) {
      // From here on fewer can be paired than are already.
      if (Math.min(h.length - i, t.length - j) <= best.length) break
      const pairs = pairsFrom(h, t, i, j)
      if (pairs.length > best.length) best = pairs
    }
  }
  if (best.length < 2) return null
  const line = lineThrough(best)
  const residuals = best.map(([own, other]) => other - (line.startS + (1 + line.drift) * own))
  const [first = [0, 0]] = best
  return {
    ...line,
    joined: {
      offsetS: line.startS + line.drift * first[0],
      driftPpm: 1e6 * line.drift,
      residualMs: 1000 * Math.sqrt(residuals.reduce((sum, r) => sum + r * r, 0) / residuals.length),
      pairCount: best.length,
      ...counts,
    },
  }
}

type Pair = [here: number, there: number]

/** Goes on from one pair; each later event is expected where the pairs so far say, and taken where one is near. */
function pairsFrom(h: readonly number[], t: readonly number[], i: number, j: number): Pair[] {
  const pairs: Pair[] = [[h[i]!, t[j]!]]
  let drift = 0
  let next = j + 1
  for (let k = i + 1; k < h.length; k++) {
    const [own, other] = pairs[0]!
    const elapsed = h[k]! - own
    const expected = other + elapsed * (1 + drift)
    const tolerance = pairs.length < 4 ? Math.max(leastToleranceS, mostDrift * elapsed) : leastToleranceS + 1e-4 * elapsed
    while (next + 1 < t.length && Math.abs(t[next + 1]! - expected) <= Math.abs((t[next] ?? Infinity) - expected)) next += 1
    if (next >= t.length) break
    if (Math.abs(t[next]! - expected) > tolerance) continue
    pairs.push([h[k]!, t[next]!])
    if (elapsed > 0) drift = Math.max(-mostDrift, Math.min(mostDrift, (t[next]! - other) / elapsed - 1))
    next += 1
  }
  return pairs
}

/** Least squares, about the means so that days on a clock lose no digits. */
function lineThrough(pairs: readonly Pair[]): { startS: number; drift: number } {
  const mean = (of: 0 | 1): number => pairs.reduce((sum, pair) => sum + pair[of], 0) / pairs.length
  const [ownMean, otherMean] = [mean(0), mean(1)]
  let square = 0
  let product = 0
  for (const [own, other] of pairs) {
    square += (own - ownMean) ** 2
    product += (own - ownMean) * (other - otherMean - (own - ownMean))
  }
  const drift = square > 0 ? product / square : 0
  return { startS: otherMean - (1 + drift) * ownMean, drift }
}

/** Whether a line through these pairs may be trusted: half of the rarer event is paired, within some milliseconds. */
export function fits({ joined }: ClockLine): boolean {
  const { pairCount, hereCount, thereCount, residualMs } = joined
  if (residualMs === null) return true
  return pairCount >= Math.min(hereCount, thereCount, mostEvents) / 2 && residualMs <= 1000 * leastToleranceS
}

/** Beyond this a person should look at it. */
export const residualToTellMs = 1000 * closeS
export const driftToTellPpm = 500
