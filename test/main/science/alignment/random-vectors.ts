import { normalDraws } from '../../../../src/main/science/draws.ts'
import type { ConnectedVectors } from '../../../../src/main/science/alignment/connected-vectors.ts'
import { uniformSequence } from '../../../../src/shared/domain/random.ts'

/** Vectors of normal numbers, all channels connected. */
export function randomVectors(count: number, dimensionCount: number, seed: number): ConnectedVectors {
  const normal = normalDraws(uniformSequence(seed, 'simulate'))
  return {
    channels: Int32Array.from({ length: count }, (_, i) => i),
    data: Float64Array.from({ length: count * dimensionCount }, normal),
    dimensionCount,
  }
}

/** Every vector turned by one orthogonal matrix: a product of reflections at random planes. */
export function turned({ channels, data, dimensionCount: d }: ConnectedVectors, seed: number): ConnectedVectors {
  const normal = normalDraws(uniformSequence(seed, 'simulate', [1, 0])),
    result = data.slice()
  for (let k = 0; k < 3; k++) {
    const plane = Array.from({ length: d }, normal),
      square = plane.reduce((sum, value) => sum + value * value, 0)
    for (let at = 0; at < result.length; at += d) {
      const along = plane.reduce((sum, value, c) => sum + value * result[at + c]!, 0)
      for (let c = 0; c < d; c++) result[at + c]! -= (2 * along * plane[c]!) / square
    }
  }
  return { channels, data: result, dimensionCount: d }
}
