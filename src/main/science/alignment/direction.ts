import type { Region } from '../../../shared/domain/region.ts'
import type { ConnectedVectors } from './connected-vectors.ts'
import { difference } from './difference.ts'

/** Motor regions that move a paddle, by the direction they move it in: as many entries as regions, null for all others. */
export const paddlesOf = (regions: readonly Region[]): (string | null)[] =>
  regions.map(({ role, paddle }) => (role === 'motor' ? paddle : null))

/**
 * Direction: the mean cosine between motor channels of different regions that move the paddle alike (L_up with R_up, L_down
 * with R_down), less the mean between those that move it apart.
 * @param units centred, of length 1
 * @param regionOf of every channel, [channelCount]
 * @param paddles of every region
 * @returns NaN where there are no pairs of one of the two kinds
 * @source model spec 7.1
 */
export function directionOf(units: ConnectedVectors, regionOf: Int16Array, paddles: readonly (string | null)[]): number {
  const { channels, data, dimensionCount } = units,
    sums = new Float64Array(paddles.length * dimensionCount),
    counts = new Float64Array(paddles.length)
  for (let i = 0; i < channels.length; i++) {
    const region = regionOf[channels[i]!]!
    if (region < 0 || paddles[region] === null) continue
    counts[region]!++
    for (let d = 0; d < dimensionCount; d++) sums[region * dimensionCount + d]! += data[i * dimensionCount + d]!
  }
  const alike = { sum: 0, count: 0 },
    apart = { sum: 0, count: 0 }
  for (let a = 0; a < paddles.length; a++) {
    for (let b = 0; b < a; b++) {
      const pairs = paddles[a] === paddles[b] ? alike : apart
      pairs.count += counts[a]! * counts[b]!
      for (let d = 0; d < dimensionCount; d++) pairs.sum += sums[a * dimensionCount + d]! * sums[b * dimensionCount + d]!
    }
  }
  return difference(alike.sum / alike.count, apart.sum / apart.count)
}
