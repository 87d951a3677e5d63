import type { ModelRecipe } from '../../../shared/domain/model-run.ts'
import type { SnapshotGraphs } from '../../model/graph-input.ts'
import type { Interrupt, StepNotice } from '../step.ts'
import type { TrainResult } from '../train-epochs.ts'
import { train } from '../train.ts'

/** What a training within an evaluation runs with: always on the CPU, whose bits are the same everywhere. */
export type Training = { threadLimit: number | null; interrupt: Interrupt }

/** A whole training, its progress kept to itself. */
export async function trained(graphs: SnapshotGraphs, recipe: ModelRecipe, { threadLimit, interrupt }: Training): Promise<TrainResult> {
  return finished(train({ graphs, recipe, from: null, engine: 'cpu', threadLimit }, interrupt))
}

/** A whole training that tells how far it is, after every epoch. */
export async function* trainedInSight(
  graphs: SnapshotGraphs,
  recipe: ModelRecipe,
  { threadLimit, interrupt }: Training,
  told: (share: number) => StepNotice,
): AsyncGenerator<StepNotice, TrainResult> {
  const steps = train({ graphs, recipe, from: null, engine: 'cpu', threadLimit }, interrupt)
  for (;;) {
    const { value, done } = await steps.next()
    if (done) return value
    if (value.kind === 'epoch') yield told(Math.min(1, value.record.epoch / recipe.epochs))
  }
}

/** Runs a trained model forward over all snapshots without training it further. */
export async function embedded(
  graphs: SnapshotGraphs,
  recipe: ModelRecipe,
  parameters: Float32Array,
  { threadLimit, interrupt }: Training,
): Promise<TrainResult> {
  const from = {
    epoch: recipe.epochs,
    learningRate: recipe.learningRate,
    halvings: 0,
    losses: new Float64Array(0),
    parameters,
    adamMean: new Float32Array(parameters.length),
    adamVariance: new Float32Array(parameters.length),
  }
  return finished(train({ graphs, recipe, from, engine: 'cpu', threadLimit }, interrupt))
}

/** The graphs of some snapshots, in that order. */
export function chosenSnapshots(graphs: SnapshotGraphs, indexes: readonly number[]): SnapshotGraphs {
  const { nodeStatistics, snapshotCount } = graphs,
    width = (nodeStatistics?.length ?? 0) / snapshotCount
  return {
    ...graphs,
    nodeStatistics:
      nodeStatistics && Float32Array.from(indexes.flatMap((t) => Array.from(nodeStatistics.subarray(t * width, (t + 1) * width)))),
    snapshotCount: indexes.length,
    edges: indexes.map((t) => graphs.edges[t]!),
    r: indexes.map((t) => graphs.r[t]!),
  }
}

async function finished(training: AsyncGenerator<unknown, TrainResult>): Promise<TrainResult> {
  for (;;) {
    const { value, done } = await training.next()
    if (done) return value
  }
}
