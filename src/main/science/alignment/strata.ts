import type { Draw } from '../draws.ts'
import type { ArrayTorus } from './array-torus.ts'

/**
 * Where blocks end along each side of the array. Roles often meet in its middle, and labels can only change places within a
 * block: so the middle block is the widest, and no border runs through the middle.
 */
const blockEnds = [0.25, 0.75, 1] as const
const blocksAlong = blockEnds.length
const quartiles = 4

/**
 * Channels of a like degree and place: lists of channels, quartile of degree by spatial block. Channels without an edge stay
 * what they are; those without a position are a block of their own.
 * @param degree of one snapshot, or its mean over seeds, [channelCount]
 * @source model spec 7.3
 */
export function strataOf(degree: ArrayLike<number>, torus: ArrayTorus | null): Int32Array[] {
  const connected = Array.from({ length: degree.length }, (_, c) => c).filter((c) => degree[c]! > 0)
  const byDegree = [...connected].sort((a, b) => degree[a]! - degree[b]! || a - b)
  const block = new Int32Array(degree.length).fill(blocksAlong * blocksAlong)
  torus?.placed.forEach((c, i) => {
    const [column, row] = [0, 1].map((axis) => {
      const extent = torus.extentUm[axis]!
      return extent > 0 ? blockEnds.findIndex((end) => torus.placesUm[2 * i + axis]! <= end * extent) : 0
    }) as [number, number]
    block[c] = row * blocksAlong + column
  })
  const strata: number[][] = Array.from({ length: quartiles * (blocksAlong * blocksAlong + 1) }, () => [])
  byDegree.forEach((c, rank) => strata[block[c]! * quartiles + Math.floor((rank * quartiles) / byDegree.length)]!.push(c))
  return strata.filter((members) => members.length > 1).map((members) => Int32Array.from(members))
}

/** A draw serves several choices as long as so much of its 32 bits is left. */
const leastResolution = 2 ** 20

/**
 * Deals the labels of every stratum out anew among its channels.
 * @returns channel c gets the label of channel from[c], [channelCount]
 */
export function permuteWithin(strata: readonly Int32Array[], channelCount: number, uniform: Draw): Uint16Array {
  const from = new Uint16Array(channelCount)
  for (let c = 0; c < channelCount; c++) from[c] = c
  let drawn = 0,
    resolution = 0
  for (const members of strata) {
    for (let i = members.length - 1; i > 0; i--) {
      if (resolution < leastResolution * (i + 1)) {
        drawn = uniform()
        resolution = 2 ** 32
      }
      // the whole part chooses, what is behind the point is uniform again
      drawn *= i + 1
      resolution /= i + 1
      const chosen = Math.floor(drawn),
        a = members[i]!,
        b = members[chosen]!,
        kept = from[a]!
      drawn -= chosen
      from[a] = from[b]!
      from[b] = kept
    }
  }
  return from
}
