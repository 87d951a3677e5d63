import type { EdgeRule } from '../../shared/domain/snapshot.ts'
import { discoveryCut } from './multiple-testing.ts'

/** Edges of one window: pairs i < j one after another, sorted by i and then j, [2·edgeCount]. */
export type Edges = {
  pairs: Uint16Array
  /** the smallest |r| that is an edge; null where there is none */
  thresholdR: number | null
}

/** Wide enough that a bucket holds few values, and |r| = 1 has its own. */
const bucketCount = 4096

/** The `rank`-th largest |r| (1 is the largest), without sorting more than one bucket of values. */
function largestAbsolute(r: Float64Array, rank: number): number {
  const bucketOf = (value: number): number => Math.floor(Math.abs(value) * bucketCount)
  const sizes = new Uint32Array(bucketCount + 1)
  for (let pair = 0; pair < r.length; pair++) sizes[bucketOf(r[pair]!)]!++
  let bucket = bucketCount,
    above = 0
  while (above + sizes[bucket]! < rank) above += sizes[bucket--]!
  const candidates = new Float64Array(sizes[bucket]!)
  let found = 0
  for (let pair = 0; pair < r.length; pair++) {
    if (bucketOf(r[pair]!) === bucket) candidates[found++] = Math.abs(r[pair]!)
  }
  return candidates.sort()[found - (rank - above)]!
}

/** How many pairs the proportional rule keeps: ⌊d·P⌋ of the decimal d a person typed, so 0.29 of 100 pairs are 29. */
export function proportionalEdgeCount(density: number, pairCount: number): number {
  return Math.min(pairCount, Math.floor(density * pairCount + 1e-6))
}

/** The pairs for which the answer is yes, asked once each in the order of their index. */
function edgesWhere(r: Float64Array, channelCount: number, isEdge: (pair: number) => boolean): Edges {
  const chosen = new Uint8Array(r.length)
  let edgeCount = 0,
    weakest = Infinity
  for (let pair = 0; pair < r.length; pair++) {
    if (!isEdge(pair)) continue
    chosen[pair] = 1
    edgeCount++
    weakest = Math.min(weakest, Math.abs(r[pair]!))
  }
  const pairs = new Uint16Array(2 * edgeCount)
  for (let i = 0, pair = 0, written = 0; i < channelCount; i++) {
    for (let j = i + 1; j < channelCount; j++, pair++) {
      if (chosen[pair] === 0) continue
      pairs[written++] = i
      pairs[written++] = j
    }
  }
  return { pairs, thresholdR: edgeCount > 0 ? weakest : null }
}

/**
 * Edges of one window by the strength of its correlations.
 * absolute: every pair with |r| ≥ θ. proportional: exactly the strongest ⌊d·N(N − 1)/2⌋ pairs by |r|, the lower pair
 * index first among equals, also where r is 0.
 * @param r upper triangle by rows, [channelCount·(channelCount − 1)/2]
 * @param channelCount at most 65,535
 * @source model spec 1.5
 */
export function edgesOf(r: Float64Array, channelCount: number, rule: Exclude<EdgeRule, { rule: 'significance' }>): Edges {
  if (rule.rule === 'absolute') return edgesWhere(r, channelCount, (pair) => Math.abs(r[pair]!) >= rule.threshold)
  const wanted = proportionalEdgeCount(rule.density, r.length)
  if (wanted === 0) return { pairs: new Uint16Array(0), thresholdR: null }
  const threshold = largestAbsolute(r, wanted)
  let left = wanted
  for (let pair = 0; pair < r.length; pair++) if (Math.abs(r[pair]!) > threshold) left--
  return edgesWhere(r, channelCount, (pair) => {
    const strength = Math.abs(r[pair]!)
    return strength > threshold || (strength === threshold && left-- > 0)
  })
}

/**
 * Edges of one window by significance: pairs whose p, corrected over all pairs of the window by Benjamini and Hochberg,
 * is at most alpha. Channels that are constant there have p = 1 and no edge; pairs that are not tested have p = NaN and are
 * no part of the correction.
 * @param p two-sided, in the order of r
 * @source model spec 1.5
 */
export function significantEdges(r: Float64Array, p: Float64Array, channelCount: number, alpha: number): Edges {
  const cut = discoveryCut(p, alpha)
  if (cut < 0) return { pairs: new Uint16Array(0), thresholdR: null }
  return edgesWhere(r, channelCount, (pair) => p[pair]! <= cut)
}
