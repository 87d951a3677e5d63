import { uniformSequence } from '../../../shared/domain/random.ts'
import type { Neighbours } from './adjacency-rows.ts'

/** Return parameter p and in-out parameter q: 1 and 1 for steps to any neighbour alike. */
export type WalkBias = { readonly p: number; readonly q: number }

/**
 * A walk over a snapshot's graph, channel after channel; where a channel has no neighbours it stays.
 * @param key which walk: the same seed and key give the same walk (stream `batches`)
 * @source Grover and Leskovec 2016 (node2vec)
 */
export function walkFrom(
  start: number,
  neighbours: Neighbours,
  { snapshot, length, bias, seed, key }: { snapshot: number; length: number; bias: WalkBias; seed: number; key: readonly [number, number] },
): Uint16Array {
  const draw = uniformSequence(seed, 'batches', key),
    walk = new Uint16Array(length)
  walk[0] = start
  for (let step = 1; step < length; step++) {
    const here = walk[step - 1]!,
      around = neighbours.of(snapshot, here)
    if (around.length === 0) walk[step] = here
    else if (step === 1 || (bias.p === 1 && bias.q === 1)) walk[step] = around[Math.floor(draw() * around.length)]!
    else walk[step] = biasedStep(around, walk[step - 2]!, neighbours.of(snapshot, walk[step - 2]!), bias, draw)
  }
  return walk
}

/** Weight 1/p for going back, 1 for a neighbour of where the walk came from, 1/q for going on. */
function biasedStep(around: Uint16Array, before: number, aroundBefore: Uint16Array, { p, q }: WalkBias, draw: () => number): number {
  const weightOf = (channel: number): number => (channel === before ? 1 / p : aroundBefore.includes(channel) ? 1 : 1 / q)
  const weights = Array.from(around, weightOf)
  let left = draw() * weights.reduce((sum, weight) => sum + weight, 0)
  for (const [k, weight] of weights.entries()) {
    left -= weight
    if (left < 0) return around[k]!
  }
  return around.at(-1)!
}
