import { alignmentMeasures, type AlignmentMeasure } from '../../../shared/domain/alignment.ts'
import type { Role } from '../../../shared/domain/region.ts'
import { densitiesOf } from '../baselines/graph-densities.ts'
import { scoresOf } from './channel-scores.ts'
import type { ColumnInput } from './column-input.ts'
import { centredUnits, connectedVectors } from './connected-vectors.ts'
import { couplingOf } from './coupling.ts'
import { difference } from './difference.ts'
import { directionOf } from './direction.ts'
import type { LabelNull } from './label-null.ts'
import type { Labels, LabelStatistic } from './labels.ts'
import type { Fold } from '../evaluation/splits.ts'
import { silentChannelCounts } from '../rates.ts'
import { regionReadOut } from './region-read-out.ts'
import { mixingOf, neighbourhoodsOf, purityOf } from './mixing.ts'
import { twoSided, type TwoSided } from './two-sided.ts'

/** Maps that the z-score of a level is taken from: mean and SD need fewer than a p does. */
const mapsForZ = 100

export type SnapshotTask = {
  t: number
  column: ColumnInput
  /** of each of the column's graphs: principal components of the rows of |r|, [snapshotCount, channelCount, componentCount] */
  components: readonly Float64Array[]
  componentCount: number
  labels: Labels
  /** [channelCount] */
  roles: readonly Role[]
  paddles: readonly (string | null)[]
  neighbourCount: number
  regionCount: number
  /** of channels, by blocks of the array: for the region read-out */
  folds: readonly Fold[]
  labelNull: LabelNull
}

export type SnapshotMeasures = {
  /** averaged over seeds; NaN where it cannot be computed */
  values: Record<AlignmentMeasure, number>
  nulls: Partial<Record<AlignmentMeasure, TwoSided>>
  /** channel scores averaged over seeds, their z, and those of each seed; [channelCount], NaN where there is none */
  level: Float64Array
  levelZ: Float64Array
  seedLevels: Float64Array[]
  /** share of seeds in which a channel has an edge, [channelCount] */
  connectedShare: Float64Array
}

/** Measures that depend on labels alone once the vectors are there: those that have a null of relabelled roles. */
type Statistics = Partial<Record<AlignmentMeasure, LabelStatistic>>
type Numbers = Partial<Record<AlignmentMeasure, number>>

/** All measures of one snapshot (model spec 7.1), averaged over seeds, and their null (7.3). */
export function measureSnapshot(task: SnapshotTask, interrupt: () => void): SnapshotMeasures {
  const { t, column, labels, labelNull } = task,
    { trainings } = column
  const channelCount = column.channelIndexes.length,
    degrees = column.graphs.map(({ degree }) => degree.subarray(t * channelCount, (t + 1) * channelCount))
  const onEmbeddings = trainings.map(({ mean, graphs }) => {
    const vectors = connectedVectors(rowsOf(mean, t, channelCount, column.latentCount), degrees[graphs]!, column.latentCount)
    const { numbers, statistics } = measuresOf(vectors, task, interrupt)
    const readOut = regionReadOut(
      {
        vectors: rowsOf(mean, t, channelCount, column.latentCount),
        dimensionCount: column.latentCount,
        degree: degrees[graphs]!,
        regions: labels.regions,
        regionCount: task.regionCount,
        folds: task.folds,
      },
      interrupt,
    )
    return { numbers: { ...numbers, regionReadOut: readOut }, statistics, scores: scoresOf(vectors) }
  })
  const onGraphs = column.graphs.map((_, g) => simpleMeasuresOf(task, g, degrees[g]!, interrupt))
  interrupt()

  const seedLevels = onEmbeddings.map(({ scores }) => {
    const own = new Float64Array(channelCount)
    scores(labels, own)
    return own
  })
  const level = meanOfAll(seedLevels),
    levelZ = new Float64Array(channelCount).fill(NaN)
  const meanDegree = new Float64Array(channelCount)
  for (const degree of degrees) degree.forEach((edgeCount, c) => (meanDegree[c]! += edgeCount / degrees.length))
  const maps = labels.roles.includes(0) && labels.roles.includes(1) ? labelNull.labelsOf(t, meanDegree) : null
  const nulls: SnapshotMeasures['nulls'] = {}
  const values = Object.fromEntries(
    alignmentMeasures.map((measure) => {
      const parts = [...onEmbeddings, ...onGraphs]
      const fixed = parts.flatMap(({ numbers }) => numbers[measure] ?? []),
        statistics = parts.flatMap((part) => part.statistics[measure] ?? [])
      const ofLabels = (given: Labels): number => meanOf(statistics.map((statistic) => statistic(given)))
      if (statistics.length === 0) return [measure, meanOf(fixed)]
      const seen = ofLabels(labels)
      if (maps) {
        nulls[measure] = twoSided(seen, Float64Array.from(maps, ofLabels))
        interrupt()
      }
      return [measure, seen]
    }),
  ) as SnapshotMeasures['values']
  if (maps)
    writeZ(
      levelZ,
      level,
      onEmbeddings.map(({ scores }) => scores),
      maps.slice(0, mapsForZ),
      interrupt,
    )
  const connectedShare = new Float64Array(channelCount)
  for (const { graphs } of trainings)
    degrees[graphs]!.forEach((edgeCount, c) => (connectedShare[c]! += Number(edgeCount > 0) / trainings.length))
  return { values, nulls, level, levelZ, seedLevels, connectedShare }
}

const rowsOf = <Kind extends Float32Array | Float64Array>(all: Kind, t: number, channelCount: number, width: number): Kind =>
  all.subarray(t * channelCount * width, (t + 1) * channelCount * width) as Kind

function measuresOf(
  vectors: ReturnType<typeof connectedVectors>,
  { labels, paddles, neighbourCount }: SnapshotTask,
  interrupt: () => void,
): { numbers: Numbers; statistics: Statistics } {
  const units = centredUnits(vectors),
    near = neighbourhoodsOf(vectors, neighbourCount, interrupt)
  return {
    numbers: { direction: directionOf(units, labels.regions, paddles) },
    statistics: {
      coupling: couplingOf(vectors),
      couplingCosine: couplingOf(units),
      mixing: near ? mixingOf(near) : () => NaN,
      purity: near ? purityOf(near) : () => NaN,
    },
  }
}

function simpleMeasuresOf(
  { t, column, components, componentCount, labels, roles, paddles, neighbourCount }: SnapshotTask,
  graph: number,
  degree: Int32Array,
  interrupt: () => void,
): { numbers: Numbers; statistics: Statistics } {
  const { edges, r, rateHz } = column.graphs[graph]!,
    channelCount = column.channelIndexes.length
  const vectors = connectedVectors(rowsOf(components[graph]!, t, channelCount, componentCount), degree, componentCount)
  const near = neighbourhoodsOf(vectors, neighbourCount, interrupt),
    { density, crossRole, crossRoleR, withinRoleR } = densitiesOf({ edges: edges[t]!, r: r[t]! }, roles),
    rates = rowsOf(rateHz, t, channelCount, 1)
  return {
    numbers: {
      directionPca8: directionOf(centredUnits(vectors), labels.regions, paddles),
      crossRoleDensity: crossRole,
      crossOverWithin: withinRoleR > 0 ? crossRoleR / withinRoleR : NaN,
      crossMinusWithin: difference(crossRoleR, withinRoleR),
      density,
      meanRateHz: meanOf(rates),
      silentChannels: silentChannelCounts(rates, channelCount)[0]!,
    },
    statistics: { couplingPca8: couplingOf(vectors), mixingPca8: near ? mixingOf(near) : () => NaN },
  }
}

/** Over those that are numbers; NaN without any. */
function meanOf(values: ArrayLike<number>): number {
  let sum = 0,
    count = 0
  for (let k = 0; k < values.length; k++) {
    if (Number.isNaN(values[k]!)) continue
    sum += values[k]!
    count++
  }
  return sum / count
}

/** Entry by entry over those that are numbers. */
const meanOfAll = (all: readonly Float64Array[]): Float64Array =>
  Float64Array.from({ length: all[0]?.length ?? 0 }, (_, c) => meanOf(all.map((one) => one[c]!)))

/** Levels in SDs of those under relabelled roles; NaN for a channel without a level, or whose null has no spread. */
function writeZ(
  out: Float64Array,
  level: Float64Array,
  scores: readonly ReturnType<typeof scoresOf>[],
  maps: readonly Labels[],
  interrupt: () => void,
): void {
  const count = new Float64Array(level.length),
    sums = new Float64Array(level.length),
    squares = new Float64Array(level.length),
    own = scores.map(() => new Float64Array(level.length))
  for (const [k, labels] of maps.entries()) {
    if (k % 16 === 0) interrupt()
    scores.forEach((score, s) => score(labels, own[s]!))
    for (let c = 0; c < level.length; c++) {
      let sum = 0,
        seeds = 0
      for (const one of own) {
        if (Number.isNaN(one[c]!)) continue
        sum += one[c]!
        seeds++
      }
      if (seeds === 0) continue
      count[c]!++
      sums[c]! += sum / seeds
      squares[c]! += (sum / seeds) ** 2
    }
  }
  for (let c = 0; c < level.length; c++) {
    if (count[c]! < 2) continue
    const mean = sums[c]! / count[c]!,
      sd = Math.sqrt(Math.max(0, squares[c]! / count[c]! - mean * mean))
    if (sd > 1e-9 * Math.abs(mean)) out[c] = (level[c]! - mean) / sd
  }
}
