import type { Points } from '../projection/neighbours.ts'

/** A vector per channel and snapshot, [snapshotCount, channelCount, latentCount]. */
export type ChannelVectors = {
  values: Float32Array | Float64Array
  snapshotCount: number
  channelCount: number
  latentCount: number
}

/**
 * One vector per window: the mean over its connected channels; 0 where no channel is connected.
 * @param degree edges of each channel, [snapshotCount, channelCount]
 * @returns [snapshotCount, latentCount]
 * @source model spec 6.2
 */
export function meanVectors(vectors: ChannelVectors, degree: Int32Array): Points {
  return regionVectors(vectors, degree, new Int16Array(vectors.channelCount), 1)
}

/**
 * One vector per window: the means over the connected channels of every region, side by side; 0 where a region has none.
 * @param regionOfChannel −1 without a region
 * @returns [snapshotCount, regionCount · latentCount]
 * @source model spec 6.2
 */
export function regionVectors(vectors: ChannelVectors, degree: Int32Array, regionOfChannel: Int16Array, regionCount: number): Points {
  const { values, snapshotCount, channelCount, latentCount } = vectors,
    width = regionCount * latentCount
  const data = new Float64Array(snapshotCount * width)
  for (let t = 0; t < snapshotCount; t++) {
    const counts = new Uint32Array(regionCount)
    for (let i = 0; i < channelCount; i++) {
      const region = regionOfChannel[i]!
      if (region < 0 || degree[t * channelCount + i] === 0) continue
      counts[region]!++
      for (let z = 0; z < latentCount; z++) data[t * width + region * latentCount + z]! += values[(t * channelCount + i) * latentCount + z]!
    }
    for (let k = 0; k < width; k++) data[t * width + k]! /= Math.max(1, counts[Math.floor(k / latentCount)]!)
  }
  return { data, pointCount: snapshotCount, dimensionCount: width }
}

/** All channels' vectors of a window side by side, [snapshotCount, channelCount · latentCount]; read-outs bring it down. */
export function sideBySide({ values, snapshotCount, channelCount, latentCount }: ChannelVectors): Points {
  return { data: Float64Array.from(values), pointCount: snapshotCount, dimensionCount: channelCount * latentCount }
}

/**
 * What a window says whatever the turn of the embedding: for every pair of regions the mean product μ_i · μ_j and the mean
 * cosine of vectors centred on the snapshot's mean, over connected channels i ≠ j. Coordinates of separately trained models
 * do not compare; these do.
 * @returns [snapshotCount, 2 · regionCount · (regionCount + 1)/2]; 0 where a pair of regions has no pair of channels
 * @source model spec 7.1, 7.5
 */
export function invariantVectors(vectors: ChannelVectors, degree: Int32Array, regionOfChannel: Int16Array, regionCount: number): Points {
  const { values, snapshotCount, channelCount: N, latentCount: Z } = vectors,
    pairCount = (regionCount * (regionCount + 1)) / 2
  const data = new Float64Array(snapshotCount * 2 * pairCount)
  for (let t = 0; t < snapshotCount; t++) {
    const at = (i: number): number => (t * N + i) * Z
    const connected = Array.from({ length: N }, (_, i) => i).filter((i) => regionOfChannel[i]! >= 0 && degree[t * N + i]! > 0)
    const centre = new Float64Array(Z)
    for (const i of connected) for (let z = 0; z < Z; z++) centre[z]! += values[at(i) + z]! / connected.length
    // sums of vectors tell sums of products: Σ_{i,j} μ_i·μ_j = (Σ μ_i)·(Σ μ_j)
    const sums = regionSums(connected, (i, z) => values[at(i) + z]!, regionOfChannel, regionCount, Z)
    const turned = regionSums(connected, unitVector(values, at, centre), regionOfChannel, regionCount, Z)
    for (let a = 0, pair = 0; a < regionCount; a++) {
      for (let b = a; b < regionCount; b++, pair++) {
        data[(t * 2 + 0) * pairCount + pair] = meanProduct(sums, a, b, Z)
        data[(t * 2 + 1) * pairCount + pair] = meanProduct(turned, a, b, Z)
      }
    }
  }
  return { data, pointCount: snapshotCount, dimensionCount: 2 * pairCount }
}

type RegionSums = { counts: Float64Array; sums: Float64Array; squares: Float64Array }

function regionSums(
  channels: readonly number[],
  valueAt: (i: number, z: number) => number,
  regionOfChannel: Int16Array,
  regionCount: number,
  Z: number,
): RegionSums {
  const counts = new Float64Array(regionCount),
    sums = new Float64Array(regionCount * Z),
    squares = new Float64Array(regionCount)
  for (const i of channels) {
    const region = regionOfChannel[i]!
    counts[region]!++
    for (let z = 0; z < Z; z++) {
      const value = valueAt(i, z)
      sums[region * Z + z]! += value
      squares[region]! += value * value
    }
  }
  return { counts, sums, squares }
}

function meanProduct({ counts, sums, squares }: RegionSums, a: number, b: number, Z: number): number {
  let sum = 0
  for (let z = 0; z < Z; z++) sum += sums[a * Z + z]! * sums[b * Z + z]!
  const pairs = a === b ? counts[a]! * (counts[a]! - 1) : counts[a]! * counts[b]!
  return pairs > 0 ? (a === b ? sum - squares[a]! : sum) / pairs : 0
}

function unitVector(values: ArrayLike<number>, at: (i: number) => number, centre: Float64Array): (i: number, z: number) => number {
  let channel = -1,
    length = 1
  return (i, z) => {
    if (i !== channel) {
      channel = i
      length = Math.sqrt(centre.reduce((sum, middle, own) => sum + (values[at(i) + own]! - middle) ** 2, 0))
    }
    return length > 0 ? (values[at(i) + z]! - centre[z]!) / length : 0
  }
}
