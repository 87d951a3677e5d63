import type { ModelRecipe } from '../../shared/domain/model-run.ts'
import type { AwaitedMachine, SymmetricMatrices } from '../engine/engine.ts'
import type { Program, TensorArray, View } from '../engine/program.ts'
import type { HeldPairs, SnapshotGraphs } from './graph-input.ts'

/** What a model is trained on. */
export type TrainingData = {
  readonly recipe: ModelRecipe
  /** without the pairs that are held out */
  readonly graphs: SnapshotGraphs
  readonly held: HeldPairs | null
  /** for models that read bins; null where they are not at hand */
  readonly bins: Bins | null
}

/** The signal of which the snapshots were made: values [binCount, channelCount], and the bins of every window. */
export type Bins = {
  readonly values: Float32Array
  readonly channelCount: number
  readonly windows: readonly { readonly firstBin: number; readonly binCount: number }[]
}

/** The moment of an epoch, counted from 0. */
export type At = { readonly epoch: number; readonly learningRate: number }
/** Loss terms are sums over snapshots; a model without KL has its whole loss in `nll`. The norm is before clipping. */
export type EpochLoss = { nll: number; kl: number; klWeight: number; gradientNorm: number }
/** Of every channel in every snapshot, [T, N, 8]; μ′ is null for a model that carries no state from snapshot to snapshot. */
export type Vectors = { mean: Float32Array; logVariance: Float32Array; priorMean: Float32Array | null }

/** A model's program with what a training does to it. */
export type Trainee = {
  readonly program: Program
  readonly inputs: Readonly<Record<string, TensorArray>>
  readonly symmetric: Readonly<Record<string, SymmetricMatrices>>
  /** flat; the two that the update keeps beside them lie like it */
  readonly parameters: View
  readonly moments: readonly [View, View]
  /** Runs one epoch, of one step or many, and leaves its parameters in the machine. */
  readonly epoch: (machine: AwaitedMachine, at: At, interrupt: () => void) => Promise<EpochLoss>
  readonly embed: (machine: AwaitedMachine, at: At, interrupt: () => void) => Promise<Vectors>
}

/** What the memory and the time of a training depend on; `edgeCount` counts the edges of all snapshots, `binCount` the recording's bins. */
export type TrainingSize = {
  readonly channelCount: number
  readonly snapshotCount: number
  readonly edgeCount: number
  readonly binCount?: number
}
/** A training before anything is allocated: `runCount` runs of a program that takes `multiplyAdds` each. */
export type TrainingPlan = { peakMemoryMB: number; parameterCount: number; runCount: number; multiplyAdds: number }

/** A model as a training sees it, before an engine is there. */
export type Model = {
  readonly epochCount: (data: TrainingData) => number
  readonly learningRate: (recipe: ModelRecipe) => number
  readonly firstParameters: (data: TrainingData) => Float32Array
  /** Whether a training with these losses is over before its last epoch. */
  readonly isFlat: (recipe: ModelRecipe, losses: ArrayLike<number>) => boolean
  readonly plan: (size: TrainingSize, recipe: ModelRecipe) => TrainingPlan
  /** @param asHalves the engine takes symmetric matrices */
  readonly build: (data: TrainingData, interrupt: () => void, asHalves: boolean) => Trainee
}
