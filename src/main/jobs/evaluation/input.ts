import type { EvaluationRecipe, ModelKind, ReasonGiven, SimpleModel, UnscoredSubject } from '../../../shared/domain/evaluation.ts'
import type { ModelRecipe } from '../../../shared/domain/model-run.ts'
import type { Role } from '../../../shared/domain/region.ts'
import type { SnapshotGraphs } from '../../model/graph-input.ts'
import type { SnapshotsInput } from '../snapshots.ts'

/** One recording's snapshots and what is known of its windows and channels. */
export type EvaluatedRecording = {
  recordingId: number
  name: string
  subject: string
  /** from the start of the recording, in order of time */
  windows: readonly { startS: number; endS: number }[]
  /** class of each window by name; null without one */
  labels: readonly (string | null)[]
  /** what stays together with each window besides what shares samples with it; null: nothing */
  groups: readonly (string | null)[]
  graphs: SnapshotGraphs
  /** [snapshotCount, channelCount] */
  rateHz: Float32Array
  degree: Int32Array
  /** [snapshotCount, channelCount, 6], NaN where undefined; null in sets of earlier versions */
  nodeStatistics: Float32Array | null
  regionNames: readonly string[]
  /** [channelCount], index into regionNames, −1 without */
  regionOfChannel: Int16Array
  roles: readonly Role[]
  /** [channelCount, 2], NaN without a place */
  positionsUm: Float64Array
  /** what the snapshots were made of; null for traces, which are not turned */
  source: SnapshotsInput | null
}

/** One training that differs from the others of its model by the seed alone. */
export type TrainedRun = {
  seed: number
  /** μ in each recording, [snapshotCount, channelCount, latentCount] */
  means: readonly Float32Array[]
  /** weights in each recording */
  parameters: readonly Float32Array[]
  epochs: number
  secondsPerEpoch: number
}

export type TrainedModel = {
  name: string
  recipe: ModelRecipe
  latentCount: number
  runs: readonly TrainedRun[]
  /** trainings that did not see some edges, of the first recording */
  heldOut: readonly { seed: number; mean: Float32Array; share: number; heldOutSeed: number }[]
  memoryMB: number
}

/** What the trainings of a model took. */
export type Effort = { runs: readonly { epochs: number; secondsPerEpoch: number }[]; memoryMB: number | null }

/** Vectors made elsewhere, or by a model of the app for windows; of the first recording. */
export type ImportedModel = {
  name: string
  unit: 'windows' | 'channels'
  latentCount: number
  /** [windows, latentCount] or [windows, channelCount, latentCount] */
  runs: readonly { seed: number; values: Float32Array }[]
  /** of vectors that a model of the app made for windows; null where they were made elsewhere */
  effort: Effort | null
}

/** A model that is asked and cannot be had here: a row that says why. */
export type AbsentModel = { name: string; kind: ModelKind; reason: ReasonGiven }

export type EvaluateInput = {
  recipe: EvaluationRecipe
  /** one, or several where subjects are left out */
  recordings: readonly EvaluatedRecording[]
  /** names of the classes where the label gives them an order; the others in order of appearance */
  classes: readonly string[]
  /** subjects without labels whose windows the label cannot part, and why */
  unparted: readonly UnscoredSubject[]
  trained: readonly TrainedModel[]
  simple: readonly SimpleModel[]
  imported: readonly ImportedModel[]
  absent: readonly AbsentModel[]
  /** threads of the trainings of controls at most; null for all cores */
  threadLimit: number | null
}
