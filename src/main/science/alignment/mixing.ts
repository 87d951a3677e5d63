import { nearestNeighbours } from '../projection/neighbours.ts'
import type { ConnectedVectors } from './connected-vectors.ts'
import { motor, sensory, type LabelStatistic } from './labels.ts'

/** Channels of one snapshot, [count], and the nearest to each: indexes into `channels`, [count, neighbourCount]. */
export type Neighbourhoods = { channels: Int32Array; nearest: Int32Array; neighbourCount: number }

/**
 * The nearest connected channels of every connected channel, by Euclid.
 * @returns null where there are not more others than wanted: then everybody is near to everybody
 */
export function neighbourhoodsOf(vectors: ConnectedVectors, neighbourCount: number, interrupt: () => void): Neighbourhoods | null {
  const { channels, data, dimensionCount } = vectors
  if (channels.length - 1 <= neighbourCount) return null
  const search = nearestNeighbours({ data, pointCount: channels.length, dimensionCount }, neighbourCount, interrupt)
  for (;;) {
    const { value, done } = search.next()
    if (done) return { channels, nearest: value.indexes, neighbourCount }
  }
}

/**
 * Mixing: how many of the nearest channels are of the other role, over as many as there were if nearness knew no roles;
 * 1 is mixed, 0 apart.
 * @source model spec 7.1
 */
export function mixingOf({ channels, nearest, neighbourCount }: Neighbourhoods): LabelStatistic {
  const count = channels.length,
    isSensory = new Int32Array(count),
    isMotor = new Int32Array(count)
  return ({ roles }) => {
    let sensoryCount = 0,
      motorCount = 0
    for (let i = 0; i < count; i++) {
      const role = roles[channels[i]!]!
      sensoryCount += isSensory[i] = Number(role === sensory)
      motorCount += isMotor[i] = Number(role === motor)
    }
    let found = 0
    // without branches, as in coupling
    for (let i = 0, at = 0; i < count; i++) {
      let sensoryNear = 0,
        motorNear = 0
      for (const end = at + neighbourCount; at < end; at++) {
        const other = nearest[at]!
        sensoryNear += isSensory[other]!
        motorNear += isMotor[other]!
      }
      found += isSensory[i]! * motorNear + isMotor[i]! * sensoryNear
    }
    const expected = (2 * sensoryCount * motorCount * neighbourCount) / (count - 1)
    return expected > 0 ? found / expected : NaN
  }
}

/**
 * Purity: how many of the nearest channels are of the own region, over as many as there were if nearness knew no regions.
 * @source model spec 7.1
 */
export function purityOf({ channels, nearest, neighbourCount }: Neighbourhoods): LabelStatistic {
  const count = channels.length,
    own = new Int32Array(count)
  return ({ regions }) => {
    const sizes: number[] = []
    for (let i = 0; i < count; i++) {
      const region = regions[channels[i]!]!
      // channels without a region are like nobody, not like each other
      own[i] = region >= 0 ? region : -1 - i
      if (region >= 0) sizes[region] = (sizes[region] ?? 0) + 1
    }
    let found = 0
    for (let i = 0, at = 0; i < count; i++) {
      const region = own[i]!
      for (const end = at + neighbourCount; at < end; at++) found += Number(own[nearest[at]!]! === region)
    }
    const pairs = sizes.reduce((sum, size) => sum + size * (size - 1), 0),
      expected = (pairs * neighbourCount) / (count - 1)
    return expected > 0 ? found / expected : NaN
  }
}
