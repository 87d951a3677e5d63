import { fail } from '../../shared/contract/errors.ts'
import type { Role } from '../../shared/domain/region.ts'

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

/** Mean over `partners` of max(0, μ_i · μ_j); `at` and `partners` are where the vectors begin. */
function meanPositiveLogit(mean: Float32Array, latentCount: number, at: number, partners: readonly number[]): number {
  let sum = 0
  for (const partner of partners) {
    let logit = 0
    for (let d = 0; d < latentCount; d++) logit += mean[at + d]! * mean[partner + d]!
    if (logit > 0) sum += logit
  }
  return sum / partners.length
}

/**
 * Channel score s_i = mean of max(0, μ_i · μ_j) over the connected channels j of the other role: how strongly the model
 * expects i to be linked with the other side. Connected is who has an edge in that snapshot.
 * @returns [snapshotCount, channelCount]; NaN where i is unconnected, is neither sensory nor motor, or the other role has
 *   no connected channel
 * @throws alignments/no-roles where no channel is sensory, or none is motor
 * @source model spec 7.1
 */
export function channelScores({ mean, shape, degree, roles }: AlignmentInput, interrupt = (): void => {}): Float32Array {
  if (!roles.includes('sensory') || !roles.includes('motor')) throw fail('alignments/no-roles', {})
  const { snapshotCount, channelCount, latentCount } = shape
  const scores = new Float32Array(snapshotCount * channelCount).fill(NaN)
  for (let t = 0; t < snapshotCount; t++) {
    interrupt()
    const connected = (role: Role): number[] =>
      roles.flatMap((own, c) => (own === role && degree[t * channelCount + c]! > 0 ? [(t * channelCount + c) * latentCount] : []))
    const sensory = connected('sensory'),
      motor = connected('motor')
    if (sensory.length === 0 || motor.length === 0) continue
    for (const at of sensory) scores[at / latentCount] = meanPositiveLogit(mean, latentCount, at, motor)
    for (const at of motor) scores[at / latentCount] = meanPositiveLogit(mean, latentCount, at, sensory)
  }
  return scores
}
