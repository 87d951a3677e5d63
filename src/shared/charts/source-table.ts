import type {
  AlignmentMapData,
  AlignmentSeriesData,
  CohortFigureData,
  ConfusionData,
  DensityData,
  ElectrodeMapData,
  EmbeddingData,
  FigureData,
  FigureName,
  LossData,
  ModelsData,
  RasterData,
  SplitData,
  TracesData,
} from '../domain/figure.ts'
import { drawnValues, placedChannels } from './electrode-map.ts'
import { finitePoints } from './embedding.ts'

/** null or NaN: a value that does not exist */
export type Cell = string | number | null
export type SourceTable = { header: string[]; rows: Cell[][] }
type DataOf<Name extends FigureName> = Extract<FigureData, { figure: Name }>

const tables: { [Name in FigureName]: (data: DataOf<Name>) => SourceTable } = {
  raster: rasterTable,
  traces: tracesTable,
  'electrode-map': electrodeMapTable,
  density: densityTable,
  loss: lossTable,
  embedding: embeddingTable,
  'alignment-map': alignmentMapTable,
  'alignment-series': alignmentSeriesTable,
  cohort: cohortTable,
  models: modelsTable,
  confusion: confusionTable,
  split: splitTable,
}

/** A figure's numbers: one row a mark, units in the header, times from the start of the recording. */
export const sourceTable = (data: FigureData): SourceTable => (tables[data.figure] as (given: FigureData) => SourceTable)(data)

function rasterTable(data: RasterData): SourceTable {
  return {
    header: ['channel', 'region', 'time_s'],
    rows: Array.from(data.spikeS, (timeS, k) => [labelOf(data, data.spikeRow[k]!), regionOf(data, data.spikeRow[k]!), timeS]),
  }
}

function tracesTable(data: TracesData): SourceTable {
  const rows = data.channelLabels.flatMap((_, row) =>
    Array.from(data.timesS, (timeS, s): Cell[] => [
      labelOf(data, row),
      regionOf(data, row),
      timeS,
      single(data.values[row * data.timesS.length + s]!),
    ]),
  )
  return { header: ['channel', 'region', 'time_s', 'value'], rows }
}

const valueColumns = { region: [], rate: ['rate_hz'], degree: ['degree'], score: ['channel_score_log_odds'] } as const

function electrodeMapTable(data: ElectrodeMapData): SourceTable {
  const values = drawnValues(data)
  const snapshot = data.perSnapshot.length > 0 ? data.snapshotIndex : null
  const window = snapshot === null ? [null, null, null] : [snapshot + 1, data.windowStartS[snapshot]!, data.windowEndS[snapshot]!]
  return {
    header: ['channel', 'region', 'x_um', 'y_um', 'snapshot', 'window_start_s', 'window_end_s', ...valueColumns[data.value]],
    rows: placedChannels(data).map((channel) => [
      labelOf(data, channel),
      regionOf(data, channel),
      data.positionsUm[2 * channel]!,
      data.positionsUm[2 * channel + 1]!,
      ...window,
      ...(data.value === 'region' ? [] : [single(values[channel]!)]),
    ]),
  }
}

const alignmentColumns = {
  performance: 'performance_correlation',
  level: 'channel_score_log_odds',
  levelZ: 'channel_score_z',
  highMinusLow: 'high_minus_low_log_odds',
} as const

function alignmentMapTable(data: AlignmentMapData): SourceTable {
  const values = drawnValues(data)
  return {
    header: ['channel', 'region', 'x_um', 'y_um', 'column', 'snapshot', alignmentColumns[data.value], 'q', 'se_windows', 'se_seeds'],
    rows: placedChannels(data).map((channel) => [
      labelOf(data, channel),
      regionOf(data, channel),
      data.positionsUm[2 * channel]!,
      data.positionsUm[2 * channel + 1]!,
      data.column,
      data.snapshotIndex === null ? null : data.snapshotIndex + 1,
      single(values[channel]!),
      ...[data.q, data.windowSe, data.seedSe].map((all) => single(all[channel]!)),
    ]),
  }
}

function alignmentSeriesTable({ windowStartS, windowEndS, measure, hitRatio, columns }: AlignmentSeriesData): SourceTable {
  return {
    header: ['column', 'window', 'window_start_s', 'window_end_s', 'measure', 'value', 'null_low_95', 'null_high_95', 'hit_ratio'],
    rows: columns.flatMap(({ column, perWindow, nullLow, nullHigh }) =>
      Array.from(perWindow, (value, t): Cell[] => [
        column,
        t + 1,
        windowStartS[t]!,
        windowEndS[t]!,
        measure,
        value,
        nullLow[t]!,
        nullHigh[t]!,
        hitRatio[t]!,
      ]),
    ),
  }
}

/** A row a subject and measure, then one of the mean. */
function cohortTable({ subjects, rows }: CohortFigureData): SourceTable {
  return {
    header: ['measure', 'column', 'subject', 'rho', 'low_95', 'high_95', 'p_sign_flip', 'p_swap'],
    rows: rows.flatMap(({ measure, columns }) =>
      columns.flatMap(({ column, rho, mean, low, high, pSignFlip, pSwap }): Cell[][] => [
        [measure, column, null, mean, low, high, pSignFlip, pSwap],
        ...Array.from(rho, (value, s): Cell[] => [measure, column, subjects[s] ?? '', value, null, null, null, null]),
      ]),
    ),
  }
}

function densityTable(data: DensityData): SourceTable {
  return {
    header: [
      'snapshot',
      'window_start_s',
      'window_end_s',
      'channels',
      'density',
      'mean_abs_r',
      'threshold_abs_r',
      'mean_rate_hz',
      'silent_channels',
    ],
    rows: Array.from(data.density, (density, k) => [
      k + 1,
      data.windowStartS[k]!,
      data.windowEndS[k]!,
      data.channelCount,
      density,
      data.meanAbsoluteR[k]!,
      data.thresholdR[k]!,
      data.meanRateHz[k]!,
      data.silentChannelCount[k]!,
    ]),
  }
}

function lossTable(data: LossData): SourceTable {
  if (data.of !== 'bound') {
    const rows = Array.from(data.nll, (loss, k) => [k + 1, data.snapshotCount, loss, data.gradientNorm[k]!])
    return { header: ['epoch', 'snapshots', 'loss', 'gradient_norm'], rows }
  }
  return {
    header: ['epoch', 'snapshots', 'loss_nats', 'nll_nats', 'kl_nats', 'kl_weight', 'gradient_norm'],
    rows: Array.from(data.nll, (nll, k) => [
      k + 1,
      data.snapshotCount,
      nll + data.klWeight[k]! * data.kl[k]!,
      nll,
      data.kl[k]!,
      data.klWeight[k]!,
      data.gradientNorm[k]!,
    ]),
  }
}

/** The points of all snapshots, also where the figure puts one forward: the others are its grey ground. */
function embeddingTable(data: EmbeddingData): SourceTable {
  const axis = data.method
  return {
    header: ['channel', 'region', 'x_um', 'y_um', 'snapshot', 'window_start_s', 'window_end_s', 'rate_hz', `${axis}_1`, `${axis}_2`],
    rows: finitePoints(data).map(([x, y, channel, snapshot]) => [
      labelOf(data, channel),
      regionOf(data, channel),
      data.positionsUm[2 * channel]!,
      data.positionsUm[2 * channel + 1]!,
      snapshot + 1,
      data.windowStartS[snapshot]!,
      data.windowEndS[snapshot]!,
      single(data.rateHz[snapshot * data.channelLabels.length + channel]!),
      single(x),
      single(y),
    ]),
  }
}

/** A row a model, then a row each seed or subject of it. */
function modelsTable({ rows, score, over, chance, control }: ModelsData): SourceTable {
  const line = (model: string, unit: Cell, mean: number, low: number | null, high: number | null): Cell[] => [
    model,
    unit,
    score,
    mean,
    low,
    high,
  ]
  return {
    header: ['model', 'unit', 'score', 'value', 'low_95', 'high_95'],
    rows: [
      ...rows.flatMap((row) => [
        line(row.model, null, row.mean, row.low, row.high),
        ...row.points.map((value, k) =>
          line(row.model, over === 'seeds' ? `seed ${row.pointNames[k] ?? ''}` : (row.pointNames[k] ?? ''), value, null, null),
        ),
      ]),
      ...(chance === null ? [] : [line('majority', null, chance, null, null)]),
      ...(control === null ? [] : [line('control', null, control.mean, control.low, control.high)]),
    ],
  }
}

function confusionTable({ model, classes, counts }: ConfusionData): SourceTable {
  return {
    header: ['model', 'class', 'read_as', 'windows'],
    rows: counts.flatMap((row, own) => row.map((count, read): Cell[] => [model, classes[own] ?? '', classes[read] ?? '', count])),
  }
}

/** Windows are numbered within their recording, as its snapshots are. */
function splitTable({
  windowLabel,
  windowRecording,
  recordingNames,
  windowStartS,
  windowEndS,
  classes,
  folds,
  foldNames,
}: SplitData): SourceTable {
  return {
    header: ['recording', 'window', 'window_start_s', 'window_end_s', 'class', 'fold', 'side'],
    rows: Array.from(windowLabel).flatMap((label, k) => {
      const window = [
        recordingNames[k] ?? '',
        k - windowRecording.indexOf(windowRecording[k]!) + 1,
        windowStartS[k]!,
        windowEndS[k]!,
        classes[label] ?? '',
      ]
      return folds.length === 0
        ? [[...window, null, null]]
        : folds.map((sides, fold): Cell[] => [...window, foldNames[fold] ?? '', sides[k] ?? ''])
    }),
  }
}

type Named = { channelLabels: readonly string[]; regions: readonly { name: string }[]; regionOfChannel: Int16Array }
const labelOf = (data: Named, channel: number): string => data.channelLabels[channel] ?? ''
const regionOf = (data: Named, channel: number): string => data.regions[data.regionOfChannel[channel] ?? -1]?.name ?? ''

/** the shortest number that is the same single-precision value */
function single(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const shorter = Number(value.toPrecision(digits))
    if (Math.fround(shorter) === Math.fround(value)) return shorter
  }
  return Number(value.toPrecision(9))
}
