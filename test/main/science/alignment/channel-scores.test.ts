import { expect, test } from 'vitest'
import { channelScores } from '../../../../src/main/science/alignment/channel-scores.ts'
import type { AlignmentInput } from '../../../../src/main/science/alignment/channel-scores.ts'

/** Two snapshots of five channels with two latent coordinates; by hand below. */
const example: AlignmentInput = {
  mean: Float32Array.from([1, 0, 0, 2, 3, 1, -1, 1, 5, 5, 1, 0, 0, 2, 3, 1, -1, 1, 5, 5]),
  shape: { snapshotCount: 2, channelCount: 5, latentCount: 2 },
  degree: Int32Array.of(1, 2, 1, 3, 4, 1, 0, 1, 0, 4),
  roles: ['sensory', 'sensory', 'motor', 'motor', 'other'],
}

test('a score is the mean positive logit with the connected channels of the other role', () => {
  const scores = channelScores(example)
  // snapshot 0: logits 0–2 3, 0–3 −1, 1–2 2, 1–3 2; snapshot 1: only 0 and 2 are connected
  expect([...scores]).toEqual([1.5, 2, 2.5, 1, NaN, 3, NaN, 3, NaN, NaN])
})

test('a snapshot in which one side has no connected channel has no scores', () => {
  const scores = channelScores({ ...example, degree: Int32Array.of(1, 1, 0, 0, 1, 0, 0, 1, 1, 1) })
  expect(scores.every(Number.isNaN)).toBe(true)
})

test('scores do not change when all vectors are turned alike', () => {
  const turned = Float32Array.from(example.mean, (_, at) => (at % 2 === 0 ? example.mean[at + 1]! : -example.mean[at - 1]!))
  expect(channelScores({ ...example, mean: turned })).toEqual(channelScores(example))
})

test('without sensory or without motor channels there is nothing to align', () => {
  expect(() => channelScores({ ...example, roles: ['sensory', 'sensory', 'other', 'other', 'other'] })).toThrow('alignments/no-roles')
  expect(() => channelScores({ ...example, roles: ['motor', 'motor', 'other', 'other', 'other'] })).toThrow('alignments/no-roles')
})
