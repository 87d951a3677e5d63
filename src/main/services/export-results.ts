import type { RouteParsed } from '../../shared/contract/contract.ts'
import { fail } from '../../shared/contract/errors.ts'
import { alignmentMeasures, type Alignment, type AlignmentSummary } from '../../shared/domain/alignment.ts'
import { trainedName } from '../../shared/domain/evaluation.ts'
import { tableOfRows, type Table } from '../../shared/domain/table.ts'
import { getAlignment, listAlignments } from '../store/alignments.ts'
import { getCohort, listCohorts } from '../store/cohorts.ts'
import { getEvaluation, listEvaluations } from '../store/evaluations.ts'
import type { ReadableDB } from '../store/open.ts'
import { getRecording, listChannels } from '../store/recordings.ts'

type Wanted = RouteParsed<'exports.table'>
type Row = Record<string, string | number | null>

const numberOrNull = (value: number | null | undefined): number | null =>
  value === undefined || value === null || Number.isNaN(value) ? null : value
const columnsOf = ({ asRecorded, rateMatched }: Alignment) =>
  [{ column: 'as recorded', found: asRecorded }, ...(rateMatched ? [{ column: 'rate-matched', found: rateMatched }] : [])] as const

/** The training's name; null where it was removed. */
const modelOf = (summary: AlignmentSummary | undefined): string | null => (summary?.training ? trainedName(summary.training) : null)

function alignmentFor(db: ReadableDB, { what, recordingId }: Wanted): { alignment: Alignment; model: string | null } {
  const newest = listAlignments(db).findLast((one) => recordingId === undefined || one.recordingId === recordingId)
  if (!newest) throw fail('exports/nothing-to-write', { what })
  return { alignment: getAlignment(db, newest.id), model: modelOf(newest) }
}

/** Every measure in every window, in both columns, beside its null of relabelled roles. */
export function alignmentTable(db: ReadableDB, wanted: Wanted): Table {
  const { alignment, model } = alignmentFor(db, wanted),
    { subject, name } = getRecording(db, alignment.recordingId)
  const rows = columnsOf(alignment).flatMap(({ column, found }) =>
    alignmentMeasures.flatMap((measure) => {
      const series = found.measures[measure]
      return Array.from(series.perWindow, (value, t) => ({
        subject,
        recording: name,
        model,
        seeds: found.seeds.length,
        column,
        measure,
        window: t + 1,
        start_s: numberOrNull(alignment.windowStartS[t]),
        end_s: numberOrNull(alignment.windowEndS[t]),
        hit_ratio: numberOrNull(alignment.hitRatio[t]),
        value: numberOrNull(value),
        null_mean: numberOrNull(series.roleNull?.mean[t]),
        null_sd: numberOrNull(series.roleNull?.sd[t]),
        p: numberOrNull(series.roleNull?.p[t]),
        rho_with_hit_ratio: series.performance.rho,
        rho_p: series.performance.p,
      }))
    }),
  )
  return tableOfRows('alignment', rows)
}

/** The map of every channel: level and performance correlation, in both columns. */
export function alignmentMapTable(db: ReadableDB, wanted: Wanted): Table {
  const { alignment, model } = alignmentFor(db, wanted),
    channels = listChannels(db, alignment.recordingId)
  const rows = columnsOf(alignment).flatMap(({ column, found: { channelIndexes, maps, seeds } }) =>
    Array.from(channelIndexes, (index, c) => ({
      model,
      seeds: seeds.length,
      column,
      channel: channels[index]?.label ?? '',
      region: channels[index]?.region ?? null,
      x_um: channels[index]?.xUm ?? null,
      y_um: channels[index]?.yUm ?? null,
      level: numberOrNull(maps.meanLevel[c]),
      level_z: numberOrNull(maps.meanLevelZ[c]),
      level_se_windows: numberOrNull(maps.windowSe[c]),
      level_se_seeds: numberOrNull(maps.seedSe[c]),
      performance_correlation: numberOrNull(maps.b[c]),
      p: numberOrNull(maps.p[c]),
      q: numberOrNull(maps.q[c]),
      high_minus_low: numberOrNull(maps.highMinusLow[c]),
      connected_share: numberOrNull(maps.connectedShare[c]),
    })),
  )
  return tableOfRows('alignment-map', rows)
}

/** Every score of every model of the newest evaluation; without one, why there is none. */
export function evaluationTable(db: ReadableDB, { what }: Wanted): Table {
  const newest = listEvaluations(db).at(-1)
  if (!newest) throw fail('exports/nothing-to-write', { what })
  const { recipe, findings } = getEvaluation(db, newest.id)
  const rows = findings.rows.flatMap(({ model, readOut, seeds, scores, epochs, secondsPerEpoch, reason }): Row[] => {
    const found = Object.entries(scores),
      about = { task: recipe.task, model, read_out: readOut, seeds: seeds.length, epochs, seconds_per_epoch: secondsPerEpoch }
    if (found.length === 0) return [{ ...about, score: null, mean: null, low: null, high: null, reason: reason?.reason ?? null }]
    return found.map(([score, { mean, low, high }]) => ({ ...about, score, mean, low, high, reason: null }))
  })
  return tableOfRows('evaluation', rows)
}

/** Every test of the newest cohort, in both columns. */
export function cohortTable(db: ReadableDB, { what }: Wanted): Table {
  const newest = listCohorts(db).at(-1)
  if (!newest) throw fail('exports/nothing-to-write', { what })
  const { measures, regions } = getCohort(db, newest.id).findings,
    model = modelOf(listAlignments(db).findLast(({ id }) => newest.alignmentIds.includes(id)))
  const tested = [...measures, ...regions.map((one) => ({ ...one, measure: `performance correlation, ${one.region}`, kind: 'region' }))]
  const rows = tested.flatMap(({ measure, kind, q, ...both }) =>
    (['asRecorded', 'rateMatched'] as const).flatMap((column) => {
      const test = both[column]
      if (!test) return []
      return [
        {
          model,
          measure,
          kind,
          column: column === 'asRecorded' ? 'as recorded' : 'rate-matched',
          subjects: test.subjectCount,
          mean_rho: test.meanRho,
          low: test.interval95?.[0] ?? null,
          high: test.interval95?.[1] ?? null,
          p_sign_flip: test.signFlip?.p ?? null,
          p_swap: test.swap?.p ?? null,
          q: q[column],
        },
      ]
    }),
  )
  return tableOfRows('cohort', rows)
}
