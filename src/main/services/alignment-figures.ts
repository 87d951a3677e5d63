import { fail } from '../../shared/contract/errors.ts'
import { isSimpleMeasure, type AlignmentColumn } from '../../shared/domain/alignment.ts'
import type { AlignmentMapData, AlignmentSeriesData, CohortFigureData, FigureSpec } from '../../shared/domain/figure.ts'
import { getAlignment } from '../store/alignments.ts'
import { getCohort } from '../store/cohorts.ts'
import type { ReadableDB } from '../store/open.ts'
import { getLayout, getRecording, listChannels } from '../store/recordings.ts'

type Spec<Name extends FigureSpec['figure']> = Extract<FigureSpec, { figure: Name }>

const significant = 0.05
/** Half the width of a normal null's 95 % band, in SDs. */
const bandSds = 1.96

/** @throws alignments/not-found, layouts/no-positions, figures/nothing-to-draw where the column is missing */
export function alignmentMapOf(db: ReadableDB, { alignmentId, column, value, snapshotIndex }: Spec<'alignment-map'>): AlignmentMapData {
  const alignment = getAlignment(db, alignmentId),
    found = alignment[column]
  if (!found) throw fail('figures/nothing-to-draw', { figure: `alignment-map: ${column}` })
  const channels = listChannels(db, alignment.recordingId),
    positionsUm = Float64Array.from(channels.flatMap(({ xUm, yUm }) => [xUm ?? NaN, yUm ?? NaN]))
  if (!positionsUm.some(Number.isFinite)) throw fail('layouts/no-positions', { recording: getRecording(db, alignment.recordingId).name })
  const { maps, channelIndexes } = found,
    { overall, perSnapshot } = mappedValues(found, value),
    other = alignment[column === 'asRecorded' ? 'rateMatched' : 'asRecorded'],
    others = other ? mappedValues(other, value) : null
  const spread = spreader(channelIndexes, channels.length),
    nothing = new Float32Array(channels.length).fill(NaN),
    q = value === 'performance' ? spread(maps.q, 1) : nothing,
    isMeanLevel = value === 'level' && snapshotIndex === null
  return {
    figure: 'alignment-map',
    channelLabels: channels.map(({ label }) => label),
    ...getLayout(db, alignment.recordingId),
    positionsUm,
    windowStartS: alignment.windowStartS,
    windowEndS: alignment.windowEndS,
    column,
    value,
    overall: spread(overall, 1),
    perSnapshot: spread(perSnapshot, perSnapshot.length / Math.max(1, channelIndexes.length)),
    snapshotIndex: perSnapshot.length > 0 ? snapshotIndex : null,
    otherColumn: others ? joined(others.overall, others.perSnapshot) : new Float32Array(0),
    outlined: Uint8Array.from(q, (one) => Number(one < significant)),
    q,
    windowSe: isMeanLevel ? spread(maps.windowSe, 1) : nothing,
    seedSe: isMeanLevel ? spread(maps.seedSe, 1) : nothing,
    testedCount: overall.reduce((sum, one) => sum + Number(Number.isFinite(one)), 0),
  }
}

const mappedValues = (
  { maps }: AlignmentColumn,
  value: AlignmentMapData['value'],
): { overall: Float32Array; perSnapshot: Float32Array } => ({
  overall: { performance: maps.b, level: maps.meanLevel, levelZ: maps.meanLevelZ, highMinusLow: maps.highMinusLow }[value],
  perSnapshot: value === 'level' ? maps.level : value === 'levelZ' ? maps.levelZ : new Float32Array(0),
})

function joined(first: Float32Array, second: Float32Array): Float32Array {
  const both = new Float32Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}

/** Rows of a column's channels on all channels of the recording, NaN elsewhere. */
function spreader(channelIndexes: Int32Array, channelCount: number): (rows: Float32Array, rowCount: number) => Float32Array {
  return (rows, rowCount) => {
    const all = new Float32Array(rowCount * channelCount).fill(NaN)
    for (let t = 0; t < rowCount; t++) {
      channelIndexes.forEach((index, c) => {
        all[t * channelCount + index] = rows[t * channelIndexes.length + c]!
      })
    }
    return all
  }
}

/** @throws alignments/not-found */
export function alignmentSeriesOf(db: ReadableDB, { alignmentId, measure }: Spec<'alignment-series'>): AlignmentSeriesData {
  const { windowStartS, windowEndS, hitRatio, asRecorded, rateMatched } = getAlignment(db, alignmentId)
  const columnOf = (column: 'asRecorded' | 'rateMatched', found: AlignmentColumn | null): AlignmentSeriesData['columns'] => {
    if (!found) return []
    const { perWindow, roleNull, performance } = found.measures[measure]
    const edge = (sign: 1 | -1): Float64Array =>
      perWindow.map((_, t) => (roleNull ? roleNull.mean[t]! + sign * bandSds * roleNull.sd[t]! : NaN))
    const { rho, p, null95 } = performance
    return [{ column, seedCount: found.seeds.length, perWindow, nullLow: edge(-1), nullHigh: edge(1), rho, p, null95 }]
  }
  return {
    figure: 'alignment-series',
    windowStartS,
    windowEndS,
    measure,
    hitRatio,
    columns: [...columnOf('asRecorded', asRecorded), ...columnOf('rateMatched', rateMatched)],
  }
}

/** @throws cohorts/not-found */
export function cohortFigureOf(db: ReadableDB, { cohortId }: Spec<'cohort'>): CohortFigureData {
  const { subjects, measures: tested } = getCohort(db, cohortId).findings
  // those of the embedding first
  const measures = tested.toSorted((a, b) => Number(isSimpleMeasure(a.measure)) - Number(isSimpleMeasure(b.measure)))
  return {
    figure: 'cohort',
    subjects: subjects.map(({ subject }) => subject),
    rows: measures.map(({ measure, kind, ...both }) => ({
      measure,
      kind,
      columns: (['asRecorded', 'rateMatched'] as const).flatMap((column) => {
        const test = both[column]
        if (!test) return []
        return [
          {
            column,
            rho: Float64Array.from(test.z, (z) => (z === null ? NaN : Math.tanh(z))),
            mean: test.meanRho,
            low: test.interval95?.[0] ?? null,
            high: test.interval95?.[1] ?? null,
            pSignFlip: test.signFlip?.p ?? null,
            pSwap: test.swap?.p ?? null,
          },
        ]
      }),
    })),
  }
}
