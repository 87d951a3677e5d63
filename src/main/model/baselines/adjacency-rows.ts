import { uniformSequence } from '../../../shared/domain/random.ts'
import type { SnapshotGraphs } from '../graph-input.ts'

/** Neighbours of every channel in every snapshot. */
export type Neighbours = { readonly of: (snapshot: number, channel: number) => Uint16Array }

export function neighboursOf({ edges, channelCount }: SnapshotGraphs): Neighbours {
  const lists = edges.map((pairs) => {
    const own = Array.from({ length: channelCount }, (): number[] => [])
    for (let at = 0; at < pairs.length; at += 2) {
      own[pairs[at]!]!.push(pairs[at + 1]!)
      own[pairs[at + 1]!]!.push(pairs[at]!)
    }
    return own.map((channels) => Uint16Array.from(channels))
  })
  return { of: (snapshot, channel) => lists[snapshot]![channel]! }
}

/** Mean number of neighbours over all channels and snapshots, at least 1: what the published code divides a row's error by, row by row. */
export const meanDegreeOf = ({ edges, channelCount, snapshotCount }: SnapshotGraphs): number =>
  Math.max(1, edges.reduce((sum, pairs) => sum + pairs.length, 0) / channelCount / snapshotCount)

/** Writes the row A_t[i, :] of a channel to `out` from `first` on. */
export function putRow(out: Float32Array, first: number, neighbours: Uint16Array, channelCount: number): void {
  out.fill(0, first, first + channelCount)
  for (const j of neighbours) out[first + j] = 1
}

/** The numbers 0 … count − 1 in an order that seed and epoch decide (stream `batches`). */
export function shuffled(count: number, seed: number, epoch: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, k) => k),
    draw = uniformSequence(seed, 'batches', [epoch, 0])
  for (let k = count - 1; k > 0; k--) {
    const other = Math.floor(draw() * (k + 1))
    ;[order[k], order[other]] = [order[other]!, order[k]!]
  }
  return order
}

/** Batches of one size that cover an order; the last is filled up from its beginning. */
export function* batchesOf(order: Uint32Array, batchSize: number): Generator<Uint32Array> {
  for (let first = 0; first < order.length; first += batchSize) {
    yield Uint32Array.from({ length: batchSize }, (_, k) => order[(first + k) % order.length]!)
  }
}
