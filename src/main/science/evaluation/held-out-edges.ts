import { uniformSequence } from '../../../shared/domain/random.ts'
import type { LinkTest } from './link-scores.ts'

/**
 * Pairs of one snapshot that a training is not to see: a share of its edges and as many pairs without one, drawn without
 * replacement. Each snapshot draws its own; the same seed draws the same.
 * @param edges pairs i < j, sorted by i then j, [2·edgeCount]
 * @returns edges first, then the others, each sorted; fewer others where the graph lacks them; none of an empty graph
 * @source model spec 6.4
 */
export function holdOutEdges(
  edges: Uint16Array,
  { channelCount, snapshot, share, seed }: { channelCount: number; snapshot: number; share: number; seed: number },
): LinkTest {
  const n = channelCount,
    edgeCount = edges.length / 2,
    otherCount = (n * (n - 1)) / 2 - edgeCount,
    wanted = edgeCount > 0 ? Math.max(1, Math.round(share * edgeCount)) : 0
  const heldEdges = drawSome(edgeCount, wanted, uniformSequence(seed, 'splits', [snapshot, 0])),
    others = new Set(drawSome(otherCount, Math.min(wanted, otherCount), uniformSequence(seed, 'negatives', [snapshot, 0])))
  const pairs: number[] = heldEdges.flatMap((e) => [edges[2 * e]!, edges[2 * e + 1]!])
  for (let i = 0, next = 0, other = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      if (edges[2 * next] === i && edges[2 * next + 1] === j) next++
      else if (others.has(other++)) pairs.push(i, j)
    }
  }
  const isEdge = new Uint8Array(pairs.length / 2).fill(1, 0, heldEdges.length)
  return { pairs: Uint16Array.from(pairs), isEdge }
}

/** `wanted` of the numbers below `count`, ascending, by Floyd's algorithm: one draw each. */
function drawSome(count: number, wanted: number, uniform: () => number): number[] {
  const chosen = new Set<number>()
  for (let k = count - wanted; k < count; k++) {
    const drawn = Math.floor(uniform() * (k + 1))
    chosen.add(chosen.has(drawn) ? k : drawn)
  }
  return [...chosen].sort((a, b) => a - b)
}
