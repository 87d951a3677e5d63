import { alignmentMeasures, type AlignmentColumn, type AlignmentMeasure } from '../../shared/domain/alignment.ts'
import type { ModelRecipe } from '../../shared/domain/model-run.ts'
import { uniformSequence } from '../../shared/domain/random.ts'
import { alignColumn, type ColumnTask } from '../science/alignment/column.ts'
import type { ColumnInput } from '../science/alignment/column-input.ts'
import { wholeLineTest, type LineValues } from '../science/alignment/whole-line.ts'
import { shiftedSpikes } from '../science/evaluation/shifted-spikes.ts'
import { trainedInSight } from './evaluation/training.ts'
import { makeSnapshots, type SnapshotsInput, type SnapshotsResult } from './snapshots.ts'
import type { Interrupt, StepNotice } from './step.ts'

/** What the turned recordings are made of and trained with. */
export type WholeLineInput = { source: SnapshotsInput; model: ModelRecipe; threadLimit: number | null }

/**
 * The column with every measure held against recordings whose spike trains were turned, each by an offset of its own, and that
 * went through graphs, training and measure again. One training for each, with the column's seeds in turn: a column that is a
 * mean over seeds varies less than that, so its p is rather too large.
 * @source model spec 7.3
 */
export async function* besideWholeLine(
  column: AlignmentColumn,
  { source, model, threadLimit }: WholeLineInput,
  task: Omit<ColumnTask, 'column'>,
  interrupt: Interrupt,
): AsyncGenerator<StepNotice, AlignmentColumn> {
  if (source.signal.kind !== 'spikes') return column
  const { seed, wholeLine: total } = task.recipe,
    turned: Record<AlignmentMeasure, LineValues>[] = []
  for (let turn = 0; turn < total; turn++) {
    const told = (share: number): StepNotice => ({ kind: 'progress', done: turn + share, total, phase: 'wholeLine' })
    yield told(0)
    const trains = shiftedSpikes(source.signal.trains, source, uniformSequence(seed, 'surrogates', [turn, 7])),
      made = lastOf(makeSnapshots({ ...source, signal: { kind: 'spikes', trains }, previewOnly: false }, interrupt)),
      { edges, r, nodeStatistics, channelIndexes } = made
    const graphs = { channelCount: channelIndexes.length, snapshotCount: edges.length, edges, r, nodeStatistics },
      trainingSeed = column.seeds[turn % column.seeds.length]!,
      { mean } = yield* trainedInSight(graphs, { ...model, seed: trainingSeed }, { threadLimit, interrupt }, told)
    const measured = lastOf(alignColumn({ ...task, recipe: alone(task.recipe), column: columnOf(made, mean, trainingSeed) }, interrupt))
    turned.push(valuesOf(measured))
  }
  const seen = valuesOf(column),
    measures = { ...column.measures }
  for (const measure of alignmentMeasures) {
    const wholeLine = wholeLineTest(
      seen[measure],
      turned.map((values) => values[measure]),
    )
    measures[measure] = { ...measures[measure], performance: { ...measures[measure].performance, wholeLine } }
  }
  return { ...column, measures }
}

/** A turned recording needs no relabellings of its own. */
const alone = (recipe: ColumnTask['recipe']): ColumnTask['recipe'] => ({ ...recipe, permutations: 0 })

function columnOf({ edges, r, rateHz, degree, channelIndexes }: SnapshotsResult, mean: Float32Array, seed: number): ColumnInput {
  const latentCount = mean.length / edges.length / channelIndexes.length
  return { channelIndexes, graphs: [{ edges, r, rateHz, degree }], trainings: [{ seed, modelRunId: 0, graphs: 0, mean }], latentCount }
}

const valuesOf = ({ measures }: AlignmentColumn): Record<AlignmentMeasure, LineValues> =>
  Object.fromEntries(
    alignmentMeasures.map((measure) => [measure, { perWindow: measures[measure].perWindow, rho: measures[measure].performance.rho }]),
  ) as Record<AlignmentMeasure, LineValues>

function lastOf<Result>(steps: Generator<unknown, Result>): Result {
  for (;;) {
    const { value, done } = steps.next()
    if (done) return value
  }
}
