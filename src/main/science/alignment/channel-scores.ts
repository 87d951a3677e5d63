import { fail } from '../../../shared/contract/errors.ts'
import type { Role } from '../../../shared/domain/region.ts'
import { connectedVectors, type ConnectedVectors } from './connected-vectors.ts'
import { motor, sensory, type Labels } from './labels.ts'

export type EmbeddingShape = { snapshotCount: number; channelCount: number; latentCount: number }

export type AlignmentInput = {
  /** embedding μ, [snapshotCount, channelCount, latentCount] */
  mean: Float32Array
  shape: EmbeddingShape
  /** edges of each channel, [snapshotCount, channelCount] */
  degree: Int32Array
  /** [channelCount] */
  roles: readonly Role[]
}

/** Writes the score of every channel under labels, [channelCount]; NaN where it has none. */
export type Scores = (labels: Labels, out: Float64Array) => void

/**
 * Channel score s_i = mean of max(0, μ_i · μ_j) over the connected channels j of the other role: how strongly the model
 * expects i to be linked with the other side. NaN where i is unconnected, is neither sensory nor motor, or the other role has
 * no connected channel.
 * @source model spec 7.1
 */
export function scoresOf({ channels, data, dimensionCount }: ConnectedVectors): Scores {
  const count = channels.length,
    positive = new Float64Array(count * count)
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) {
      let logit = 0
      for (let d = 0, a = i * dimensionCount, b = j * dimensionCount; d < dimensionCount; d++) logit += data[a++]! * data[b++]!
      if (logit > 0) positive[i * count + j] = positive[j * count + i] = logit
    }
  }
  const isSensory = new Float64Array(count),
    isMotor = new Float64Array(count)
  return ({ roles }, out) => {
    out.fill(NaN)
    let sensoryCount = 0,
      motorCount = 0
    for (let i = 0; i < count; i++) {
      const role = roles[channels[i]!]!
      sensoryCount += isSensory[i] = Number(role === sensory)
      motorCount += isMotor[i] = Number(role === motor)
    }
    if (sensoryCount === 0 || motorCount === 0) return
    for (let i = 0; i < count; i++) {
      const role = roles[channels[i]!]!
      if (role < 0) continue
      const isOther = role === sensory ? isMotor : isSensory
      let sum = 0
      for (let j = 0, at = i * count; j < count; j++, at++) sum += positive[at]! * isOther[j]!
      out[channels[i]!] = sum / (role === sensory ? motorCount : sensoryCount)
    }
  }
}

/**
 * Channel scores of all snapshots.
 * @returns [snapshotCount, channelCount]; NaN where a channel has none
 * @throws alignments/no-roles where no channel is sensory, or none is motor
 */
export function channelScores({ mean, shape, degree, roles }: AlignmentInput, interrupt = (): void => {}): Float32Array {
  if (!roles.includes('sensory') || !roles.includes('motor')) throw fail('alignments/no-roles', {})
  const { snapshotCount, channelCount, latentCount } = shape,
    codes = Int8Array.from(roles, (role) => (role === 'sensory' ? sensory : role === 'motor' ? motor : -1)),
    labels: Labels = { roles: codes, regions: new Int16Array(channelCount) }
  const scores = new Float32Array(snapshotCount * channelCount),
    own = new Float64Array(channelCount)
  for (let t = 0; t < snapshotCount; t++) {
    interrupt()
    const vectors = mean.subarray(t * channelCount * latentCount, (t + 1) * channelCount * latentCount)
    scoresOf(connectedVectors(vectors, degree.subarray(t * channelCount, (t + 1) * channelCount), latentCount))(labels, own)
    scores.set(own, t * channelCount)
  }
  return scores
}
