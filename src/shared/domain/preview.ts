import type { ElectrodeMapData, RasterData, TracesData } from './figure.ts'
import type { Inspection } from './inspection.ts'
import type { Channel } from './recording.ts'
import type { Layout } from './region.ts'

/** Seconds that an import would yield: what the person or the file says, else what the spikes cover; null where nothing tells. */
export function lengthOf({ startS, endS, durationS }: Inspection): number | null {
  return startS !== null && endS !== null ? endS - startS : durationS
}

/** Rate of every channel over a recording, Hz; [channels]. */
export function ratesOf(spikesPerChannel: ArrayLike<number>, durationS: number): Float32Array {
  return Float32Array.from(spikesPerChannel, (spikeCount) => (durationS > 0 ? spikeCount / durationS : NaN))
}

/** The raster of a file that is not imported yet, in the colours of the regions drawn so far; null where it holds no spikes. */
export function previewRaster(inspection: Inspection, layout: Layout): RasterData | null {
  const { raster, channelLabels } = inspection
  if (raster === null) return null
  return {
    figure: 'raster',
    fromS: raster.fromS,
    toS: raster.toS,
    spikeRow: raster.spikeRow,
    spikeS: raster.spikeS,
    regions: layout.regions,
    channelLabels: Array.from(raster.channelIndexes, (channel) => channelLabels[channel] ?? ''),
    regionOfChannel: Int16Array.from(raster.channelIndexes, (channel) => layout.regionOfChannel[channel] ?? -1),
  }
}

/** The traces of a file that is not imported yet; null where it holds none. */
export function previewTraces({ traces, channelLabels }: Inspection, layout: Layout): TracesData | null {
  if (traces === null || traces.timesS.length === 0) return null
  const { timesS, values } = traces
  return {
    figure: 'traces',
    fromS: timesS[0] ?? 0,
    toS: timesS.at(-1) ?? 0,
    timesS,
    values,
    regions: layout.regions,
    channelLabels: Array.from(traces.channelIndexes, (channel) => channelLabels[channel] ?? ''),
    regionOfChannel: Int16Array.from(traces.channelIndexes, (channel) => layout.regionOfChannel[channel] ?? -1),
  }
}

/**
 * The array before anything is computed.
 * @param positionsUm [channels, 2], NaN where a channel has no position
 * @param rateHz [channels]; NaN draws a hollow channel
 * @param value what colours the channels; by default their regions where one is in any, or where nothing is known of their rates
 */
export function arrayMap(
  channels: { labels: string[]; positionsUm: Float64Array; rateHz: Float32Array },
  layout: Layout,
  value: 'rate' | 'region' = layout.regionOfChannel.some((region) => region >= 0) || !channels.rateHz.some(Number.isFinite)
    ? 'region'
    : 'rate',
): ElectrodeMapData {
  return {
    figure: 'electrode-map',
    channelLabels: channels.labels,
    regions: layout.regions,
    regionOfChannel: layout.regionOfChannel,
    windowStartS: new Float64Array(),
    windowEndS: new Float64Array(),
    positionsUm: channels.positionsUm,
    value,
    overall: channels.rateHz,
    perSnapshot: new Float32Array(),
    snapshotIndex: null,
  }
}

/** Places of channels, [channels, 2], NaN where a channel has none; null where none has one. */
export function positionsOf(channels: readonly Channel[]): Float64Array | null {
  if (channels.every((channel) => channel.xUm === null || channel.yUm === null)) return null
  return Float64Array.from(channels.flatMap((channel) => [channel.xUm ?? NaN, channel.yUm ?? NaN]))
}
