import {
  alignmentMeasures,
  type AlignmentColumn,
  type AlignmentMaps,
  type AlignmentMeasure,
  type AlignmentReason,
  type AlignmentRecipe,
  type AlignmentSeries,
} from '../../../shared/domain/alignment.ts'
import { uniformSequence } from '../../../shared/domain/random.ts'
import { correlationComponents } from '../baselines/correlation-components.ts'
import { spatialFolds } from '../evaluation/spatial-blocks.ts'
import { meanOverSnapshots } from '../rates.ts'
import type { ColumnInput, RecordingInput } from './column-input.ts'
import { paddlesOf } from './direction.ts'
import { labelNullOf } from './label-null.ts'
import { labelsOf, motor, sensory, type Labels } from './labels.ts'
import { blockLength, blockStandardError, highMinusLow, performanceMap, seedStandardError } from './maps.ts'
import { correlateWithPerformance, leastWindows, type PerformanceNull } from './performance-correlation.ts'
import { measureSnapshot, type SnapshotTask } from './snapshot.ts'

/** Principal components of the rows of |r| that stand in for an embedding. @source model spec 5 */
const componentCount = 8

export type ColumnTask = {
  recording: RecordingInput
  column: ColumnInput
  /** which column it is: each draws random numbers of its own */
  place: number
  performance: PerformanceNull
  recipe: AlignmentRecipe
}

/**
 * One column of an alignment: every measure in every window averaged over seeds, its null of relabelled roles, how it goes
 * with the performance, and the maps. What cannot be computed is NaN or null with a reason; the rest is computed.
 * @param interrupt called at least every 0.3 s
 * @returns yields progress over windows
 * @source model spec 7.1 to 7.4
 */
export function* alignColumn(task: ColumnTask, interrupt: () => void): Generator<{ done: number; total: number }, AlignmentColumn> {
  const { recording, column, place, performance, recipe } = task,
    { channelIndexes, trainings, graphs } = column
  const channelCount = channelIndexes.length,
    windowCount = recording.windowStartS.length,
    labels = labelsOf(recording.regions, recording.regionOfChannel, channelIndexes)
  const positionsUm = Float64Array.from(
    { length: 2 * channelCount },
    (_, at) => recording.positionsUm[2 * channelIndexes[at >> 1]! + (at & 1)]!,
  )
  const folds = spatialFolds(positionsUm)
  const labelNull = labelNullOf({ labels, positionsUm, recipe, column: place }, interrupt)
  const trained = Array.from({ length: windowCount }, (_, t) => t),
    components = graphs.map(({ r }, g) =>
      correlationComponents(r, channelCount, {
        trained,
        count: componentCount,
        uniform: uniformSequence(recipe.seed, 'projection', [place, g]),
        interrupt,
      }),
    )

  const values = eachMeasure(() => new Float64Array(windowCount).fill(NaN)),
    nulls = eachMeasure(() => ({
      p: new Float64Array(windowCount).fill(NaN),
      mean: new Float64Array(windowCount).fill(NaN),
      sd: new Float64Array(windowCount).fill(NaN),
    }))
  const level = new Float32Array(windowCount * channelCount),
    levelZ = new Float32Array(windowCount * channelCount),
    seedLevels = trainings.map(() => new Float32Array(windowCount * channelCount)),
    connectedShare = new Float32Array(channelCount)
  const snapshotTask: Omit<SnapshotTask, 't'> = {
    column,
    components,
    componentCount,
    labels,
    roles: Array.from(labels.regions, (region) => recording.regions[region]?.role ?? 'other'),
    paddles: paddlesOf(recording.regions),
    neighbourCount: recipe.neighbourCount,
    regionCount: recording.regions.length,
    folds,
    labelNull,
  }
  for (let t = 0; t < windowCount; t++) {
    yield { done: t, total: windowCount }
    const found = measureSnapshot({ ...snapshotTask, t }, interrupt)
    for (const measure of alignmentMeasures) {
      values[measure][t] = found.values[measure]
      const test = found.nulls[measure]
      if (!test) continue
      nulls[measure].p[t] = test.p
      nulls[measure].mean[t] = test.mean
      nulls[measure].sd[t] = test.sd
    }
    level.set(found.level, t * channelCount)
    levelZ.set(found.levelZ, t * channelCount)
    found.seedLevels.forEach((one, k) => seedLevels[k]!.set(one, t * channelCount))
    for (let c = 0; c < channelCount; c++) connectedShare[c]! += found.connectedShare[c]! / windowCount
  }

  const controls = {
    density: values.density,
    meanRateHz: values.meanRateHz,
    windowIndex: Float64Array.from({ length: windowCount }, (_, t) => t),
  }
  const series = (measure: AlignmentMeasure): AlignmentSeries => {
    const roleNull = nulls[measure].p.some((p) => !Number.isNaN(p)) ? nulls[measure] : null,
      reason = values[measure].some(Number.isNaN) ? whyNone(measure, snapshotTask) : null,
      correlation = correlateWithPerformance(values[measure], performance, controls)
    // windows with events are there: it is the measure that they lack
    const isMeasure =
      correlation.reason === 'too-few-windows' && (performance.seen.order.length >= leastWindows || values[measure].every(Number.isNaN))
    return {
      perWindow: values[measure],
      reason,
      roleNull,
      performance: isMeasure && reason !== null ? { ...correlation, reason } : correlation,
    }
  }
  const measures = eachMeasure(series)
  const shape = { snapshotCount: windowCount, channelCount }
  const maps: AlignmentMaps = {
    ...performanceMap({ data: level, windowCount, channelCount }, performance, interrupt),
    level,
    levelZ,
    meanLevel: meanOverSnapshots(level, shape),
    meanLevelZ: meanOverSnapshots(levelZ, shape),
    windowSe: blockStandardError(
      { data: level, windowCount, channelCount },
      blockLength(recording.windowStartS, recording.windowEndS),
      uniformSequence(recipe.seed, 'bootstrap', [1, place]),
    ),
    seedSe: seedStandardError(seedLevels.map((one) => meanOverSnapshots(one, shape))),
    highMinusLow: highMinusLow({ data: level, windowCount, channelCount }, performance.seen.values),
    connectedShare,
  }
  const { kind, distinctMapCount, reason } = labelNull,
    isTested = kind !== null && distinctMapCount() > 0
  return {
    seeds: trainings.map(({ seed }) => seed),
    modelRunIds: trainings.map(({ modelRunId }) => modelRunId),
    channelIndexes,
    roleNull: isTested ? { kind, distinctMapCount: distinctMapCount() } : null,
    roleNullReason: reason ?? (isTested && measures.coupling.roleNull === null ? 'too-few-maps' : null),
    measures,
    maps,
    regions: meanBOfRegions(recording, labels, maps.b),
  }
}

function eachMeasure<Value>(make: (measure: AlignmentMeasure) => Value): Record<AlignmentMeasure, Value> {
  return Object.fromEntries(alignmentMeasures.map((measure) => [measure, make(measure)])) as Record<AlignmentMeasure, Value>
}

function whyNone(
  measure: AlignmentMeasure,
  { labels: { roles, regions }, paddles, folds }: Pick<SnapshotTask, 'labels' | 'paddles' | 'folds'>,
): AlignmentReason {
  if (measure === 'direction' || measure === 'directionPca8') {
    const moved = paddles.filter((paddle) => paddle !== null)
    // two regions that move it alike, and another way to move it
    return new Set(moved).size < 2 || new Set(moved).size === moved.length ? 'no-paddle-directions' : 'too-few-connected'
  }
  if (measure === 'regionReadOut' && folds.length === 0) return 'no-positions'
  if (measure === 'regionReadOut') return regions.some((region) => region >= 0) ? 'too-few-connected' : 'no-regions'
  if (measure === 'purity') return regions.some((region) => region >= 0) ? 'too-few-neighbours' : 'no-regions'
  if (!roles.includes(sensory)) return 'no-sensory'
  if (!roles.includes(motor)) return 'no-motor'
  return measure === 'mixing' || measure === 'mixingPca8' ? 'too-few-neighbours' : 'too-few-connected'
}

function meanBOfRegions({ regions }: RecordingInput, labels: Labels, b: Float32Array): AlignmentColumn['regions'] {
  return regions.map(({ name }, region) => {
    const own = Array.from(b).filter((value, c) => labels.regions[c] === region && !Number.isNaN(value))
    return {
      region: name,
      channelCount: own.length,
      meanB: own.length > 0 ? own.reduce((sum, value) => sum + value, 0) / own.length : null,
    }
  })
}
