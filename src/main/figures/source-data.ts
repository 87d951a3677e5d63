import type { DensityData, ElectrodeMapData, EmbeddingData, FigureData, FigureName, LossData, RasterData } from '../../shared/domain/figure.ts'
import { drawnValues, placedChannels } from '../../shared/charts/electrode-map.ts'
import { finitePoints } from '../../shared/charts/embedding.ts'

type Cell = string | number | null
type Table = { header: string[]; rows: Cell[][] }
type DataOf<Name extends FigureName> = Extract<FigureData, { figure: Name }>

const tables: { [Name in FigureName]: (data: DataOf<Name>) => Table } = {
  'raster': rasterTable,
  'electrode-map': electrodeMapTable,
  'density': densityTable,
  'loss': lossTable,
  'embedding': embeddingTable,
}

/**
 * A figure's numbers as CSV: one row a mark, units in the header, every digit. Times are from the start of the recording;
 * an empty cell is a value that does not exist.
 */
export function figureTable(data: FigureData): string {
  const { header, rows } = (tables[data.figure] as (given: FigureData) => Table)(data)
  return [header, ...rows].map((row) => row.map(cell).join(',')).join('\r\n') + '\r\n'
}

function rasterTable(data: RasterData): Table {
  return {
    header: ['channel', 'region', 'time_s'],
    rows: Array.from(data.spikeS, (timeS, k) => [labelOf(data, data.spikeRow[k]!), regionOf(data, data.spikeRow[k]!), timeS]),
  }
}

const valueColumns = { region: [], rate: ['rate_hz'], degree: ['degree'], score: ['channel_score_log_odds'] } as const

function electrodeMapTable(data: ElectrodeMapData): Table {
  const values = drawnValues(data)
  const snapshot = data.perSnapshot.length > 0 ? data.snapshotIndex : null
  const window = snapshot === null ? [null, null, null] : [snapshot + 1, data.windowStartS[snapshot]!, data.windowEndS[snapshot]!]
  return {
    header: ['channel', 'region', 'x_um', 'y_um', 'snapshot', 'window_start_s', 'window_end_s', ...valueColumns[data.value]],
    rows: placedChannels(data).map((channel) => [
      labelOf(data, channel), regionOf(data, channel), data.positionsUm[2 * channel]!, data.positionsUm[2 * channel + 1]!, ...window,
      ...(data.value === 'region' ? [] : [single(values[channel]!)]),
    ]),
  }
}

function densityTable(data: DensityData): Table {
  return {
    header: ['snapshot', 'window_start_s', 'window_end_s', 'channels', 'density', 'mean_abs_r', 'threshold_abs_r', 'mean_rate_hz', 'silent_channels'],
    rows: Array.from(data.density, (density, k) => [
      k + 1, data.windowStartS[k]!, data.windowEndS[k]!, data.channelCount, density, data.meanAbsoluteR[k]!, data.thresholdR[k]!,
      data.meanRateHz[k]!, data.silentChannelCount[k]!,
    ]),
  }
}

function lossTable(data: LossData): Table {
  return {
    header: ['epoch', 'snapshots', 'loss_nats', 'nll_nats', 'kl_nats', 'kl_weight', 'gradient_norm'],
    rows: Array.from(data.nll, (nll, k) => [
      k + 1, data.snapshotCount, nll + data.klWeight[k]! * data.kl[k]!, nll, data.kl[k]!, data.klWeight[k]!, data.gradientNorm[k]!,
    ]),
  }
}

/** The points of all snapshots, also where the figure puts one forward: the others are its grey ground. */
function embeddingTable(data: EmbeddingData): Table {
  const axis = data.method
  return {
    header: ['channel', 'region', 'x_um', 'y_um', 'snapshot', 'window_start_s', 'window_end_s', 'rate_hz', `${axis}_1`, `${axis}_2`],
    rows: finitePoints(data).map(([x, y, channel, snapshot]) => [
      labelOf(data, channel), regionOf(data, channel), data.positionsUm[2 * channel]!, data.positionsUm[2 * channel + 1]!,
      snapshot + 1, data.windowStartS[snapshot]!, data.windowEndS[snapshot]!, single(data.rateHz[snapshot * data.channelLabels.length + channel]!),
      single(x), single(y),
    ]),
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

function cell(value: Cell): string {
  if (value === null) return ''
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : ''
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value
}
