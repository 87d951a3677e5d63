import type { SnapshotGraphs } from '../../../../src/main/model/graph-input.ts'
import { uniformSequence } from '../../../../src/shared/domain/random.ts'

/** Graphs with a community for every channel in every snapshot, [T][N]. */
export type Planted = { graphs: SnapshotGraphs; communities: number[][] }

/**
 * Two communities, denser within than between, that exchange a member of each from snapshot to snapshot (DynGEM's own test).
 * @param isShuffled the vertices of every graph change their names at random, so that nobody's community can be seen
 */
export function plantedCommunities({
  channelCount: n,
  snapshotCount,
  seed,
  isShuffled = false,
}: {
  channelCount: number
  snapshotCount: number
  seed: number
  isShuffled?: boolean
}): Planted {
  const next = uniformSequence(seed, 'simulate'),
    communities: number[][] = []
  const graphs: SnapshotGraphs = { channelCount: n, snapshotCount, edges: [], r: [] }
  for (let t = 0; t < snapshotCount; t++) {
    const now = communities.at(-1)?.slice() ?? Array.from({ length: n }, (_, i) => i % 2)
    if (t > 0) for (const side of [0, 1]) now[pickOf(now, side, next)] = 1 - side
    communities.push(now)
    const names = Array.from({ length: n }, (_, i) => i)
    if (isShuffled) names.sort((a, b) => hash(a, t) - hash(b, t))
    const pairs: [number, number][] = [],
      values = new Int16Array((n * (n - 1)) / 2)
    for (let i = 0; i < n; i++) {
      for (let j = i + 1; j < n; j++) {
        if (next() >= (now[i] === now[j] ? 0.3 : 0.03)) continue
        const [a, b] = [names[i]!, names[j]!]
        pairs.push(a < b ? [a, b] : [b, a])
      }
    }
    pairs.sort((a, b) => a[0] - b[0] || a[1] - b[1])
    for (const [i, j] of pairs) values[(i * (2 * n - i - 1)) / 2 + j - i - 1] = 20_000
    graphs.edges.push(Uint16Array.from(pairs.flat()))
    graphs.r.push(values)
  }
  return { graphs, communities }
}

const hash = (i: number, t: number): number => uniformSequence(i + 1, 'simulate', [t, 7])()

function pickOf(communities: readonly number[], side: number, next: () => number): number {
  const members = communities.flatMap((own, i) => (own === side ? [i] : []))
  return members[Math.floor(next() * members.length)]!
}

/** Adjusted Rand index of two labellings. @source Hubert and Arabie 1985 */
export function adjustedRandIndex(a: readonly number[], b: readonly number[]): number {
  const pairs = (count: number): number => (count * (count - 1)) / 2,
    sums = (labels: readonly string[]): number => {
      const counts = new Map<string, number>()
      for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1)
      return [...counts.values()].reduce((sum, count) => sum + pairs(count), 0)
    }
  const both = sums(a.map((label, k) => `${label} ${b[k]}`)),
    [ofA, ofB] = [sums(a.map(String)), sums(b.map(String))],
    expected = (ofA * ofB) / pairs(a.length)
  return (both - expected) / ((ofA + ofB) / 2 - expected)
}

/** Two clusters of points by Lloyd's algorithm, the best of 20 starts. @param points row-major, [count, width] */
export function twoMeans(points: ArrayLike<number>, width: number): number[] {
  const count = points.length / width,
    next = uniformSequence(1, 'splits')
  const distanceTo = (i: number, centre: readonly number[]): number =>
    centre.reduce((sum, value, c) => sum + (points[i * width + c]! - value) ** 2, 0)
  let best: { labels: number[]; inertia: number } = { labels: [], inertia: Infinity }
  for (let start = 0; start < 20; start++) {
    let centres = [0, 1].map(() => {
      const i = Math.floor(next() * count)
      return Array.from({ length: width }, (_, c) => points[i * width + c]!)
    })
    let labels: number[] = []
    for (let step = 0; step < 50; step++) {
      labels = Array.from({ length: count }, (_, i) => (distanceTo(i, centres[0]!) <= distanceTo(i, centres[1]!) ? 0 : 1))
      centres = centres.map((centre, side) => {
        const own = labels.flatMap((label, i) => (label === side ? [i] : []))
        return own.length === 0 ? centre : centre.map((_, c) => own.reduce((sum, i) => sum + points[i * width + c]!, 0) / own.length)
      })
    }
    const inertia = labels.reduce((sum, label, i) => sum + distanceTo(i, centres[label]!), 0)
    if (inertia < best.inertia) best = { labels, inertia }
  }
  return best.labels
}

/** Mean over snapshots of how well two clusters of the vectors are the two communities. */
export function agreement(mean: Float32Array, { communities, graphs }: Planted): number {
  const perSnapshot = mean.length / communities.length,
    width = perSnapshot / graphs.channelCount
  const scores = communities.map((own, t) => adjustedRandIndex(twoMeans(mean.subarray(t * perSnapshot, (t + 1) * perSnapshot), width), own))
  return scores.reduce((sum, score) => sum + score, 0) / scores.length
}
