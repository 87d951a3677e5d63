import { isRounding } from './difference.ts'

/** Vectors of the connected channels of one snapshot: those with an edge in it. */
export type ConnectedVectors = {
  /** ascending, [count] */
  channels: Int32Array
  /** [count, dimensionCount] */
  data: Float64Array
  dimensionCount: number
}

/**
 * Picks the connected channels of one snapshot. A channel without edges gets nearly the same vector as every other such
 * channel, whatever its role: in no measure does it count.
 * @param vectors of one snapshot, [channelCount, dimensionCount]
 * @param degree of the same snapshot, [channelCount]
 * @source model spec 2.6, 7.1
 */
export function connectedVectors(vectors: Float32Array | Float64Array, degree: Int32Array, dimensionCount: number): ConnectedVectors {
  const channels = Int32Array.from(degree.keys()).filter((c) => degree[c]! > 0)
  const data = new Float64Array(channels.length * dimensionCount)
  channels.forEach((c, i) => data.set(vectors.subarray(c * dimensionCount, (c + 1) * dimensionCount), i * dimensionCount))
  return { channels, data, dimensionCount }
}

/** The same vectors from their common mean and of length 1, so that products are cosines; a vector at the mean stays 0. */
export function centredUnits({ channels, data, dimensionCount }: ConnectedVectors): ConnectedVectors {
  const centre = new Float64Array(dimensionCount),
    units = new Float64Array(data.length)
  for (let at = 0; at < data.length; at++) centre[at % dimensionCount]! += data[at]! / channels.length
  for (let first = 0; first < data.length; first += dimensionCount) {
    let square = 0,
      own = 0
    for (let d = 0; d < dimensionCount; d++) {
      square += (data[first + d]! - centre[d]!) ** 2
      own += data[first + d]! ** 2
    }
    const length = Math.sqrt(square)
    if (!isRounding(length, Math.sqrt(own)))
      for (let d = 0; d < dimensionCount; d++) units[first + d] = (data[first + d]! - centre[d]!) / length
  }
  return { channels, data: units, dimensionCount }
}
