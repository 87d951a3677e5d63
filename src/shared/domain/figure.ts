import { z } from 'zod'
import { float32, float64, int16, int32, uint8 } from './numbers.ts'
import { region } from './region.ts'

const id = z.int().min(1)

/** What a figure shows; the numbers are found again from it. */
export const figureSpec = z.discriminatedUnion('figure', [
  z.strictObject({
    figure: z.literal('raster'),
    recordingId: id,
    fromS: z.number().min(0).default(0),
    toS: z.number().gt(0).default(10),
    channelCount: z.int().min(1).max(200).default(40),
  }),
  z.strictObject({
    figure: z.literal('electrode-map'),
    recordingId: id,
    value: z.enum(['region', 'rate', 'degree', 'score']).default('rate'),
    /** for degree, and for rate per snapshot */
    snapshotSetId: id.nullable().default(null),
    /** for the channel score */
    modelRunId: id.nullable().default(null),
    /** null: mean over snapshots */
    snapshotIndex: z.int().min(0).nullable().default(null),
  }),
  z.strictObject({ figure: z.literal('density'), snapshotSetId: id }),
  z.strictObject({ figure: z.literal('loss'), modelRunId: id }),
  z.strictObject({
    figure: z.literal('embedding'),
    projectionId: id,
    colour: z.enum(['region', 'snapshot', 'rate']).default('snapshot'),
    /** null: all snapshots together */
    snapshotIndex: z.int().min(0).nullable().default(null),
  }),
])
export type FigureSpec = z.infer<typeof figureSpec>
export type FigureName = FigureSpec['figure']
export const figureNames = ['raster', 'electrode-map', 'density', 'loss', 'embedding'] as const satisfies FigureName[]

const channelsOf = {
  /** labels of the channels drawn, [channels] */
  channelLabels: z.array(z.string()),
  regions: z.array(region),
  /** [channels], index into regions, −1 without */
  regionOfChannel: int16,
}
const windowsOf = {
  /** [snapshots], from the start of the recording */
  windowStartS: float64,
  windowEndS: float64,
}

/** One row of dots a channel, the busiest first. */
export const rasterData = z.object({
  figure: z.literal('raster'),
  ...channelsOf,
  fromS: z.number(),
  toS: z.number(),
  /** row of each spike: index into channelLabels */
  spikeRow: int32,
  spikeS: float64,
})
export type RasterData = z.infer<typeof rasterData>

/** A number per channel on the array, for every snapshot where it has one. */
export const electrodeMapData = z.object({
  figure: z.literal('electrode-map'),
  ...channelsOf,
  ...windowsOf,
  /** [channels, 2]; NaN where a channel has no position */
  positionsUm: float64,
  value: z.enum(['region', 'rate', 'degree', 'score']),
  /** [channels]: over the whole recording or the mean over snapshots; NaN where it cannot be said */
  overall: float32,
  /** [snapshots, channels]; empty where the number has no snapshots */
  perSnapshot: float32,
  /** the snapshot drawn; null: overall */
  snapshotIndex: z.int().nullable(),
})
export type ElectrodeMapData = z.infer<typeof electrodeMapData>

/** Density and what it comes from, window by window. */
export const densityData = z.object({
  figure: z.literal('density'),
  ...windowsOf,
  channelCount: z.int(),
  modality: z.enum(['spikes', 'traces']),
  rule: z.enum(['significance', 'absolute', 'proportional']),
  density: float64,
  meanAbsoluteR: float64,
  /** the smallest |r| that is an edge; NaN where there is none */
  thresholdR: float64,
  /** of traces, the mean of their values */
  meanRateHz: float64,
  /** of traces, channels that do not change */
  silentChannelCount: int32,
})
export type DensityData = z.infer<typeof densityData>

/** Loss terms of every epoch so far, sums over snapshots; loss = nll + klWeight · kl. */
export const lossData = z.object({
  figure: z.literal('loss'),
  snapshotCount: z.int(),
  epochLimit: z.int(),
  nll: float64,
  kl: float64,
  klWeight: float64,
  gradientNorm: float64,
})
export type LossData = z.infer<typeof lossData>

/** All channels in all snapshots in two dimensions. */
export const embeddingData = z.object({
  figure: z.literal('embedding'),
  ...channelsOf,
  ...windowsOf,
  method: z.enum(['tsne', 'umap', 'pca']),
  /** perplexity (t-SNE) or neighbours (UMAP); null for PCA */
  neighbourhood: z.number().nullable(),
  trustworthiness: z.number(),
  kl: z.number().nullable(),
  explainedVariance: z.number().nullable(),
  /** [snapshots, channels, 2] */
  coordinates: float32,
  /** [snapshots, channels] */
  rateHz: float32,
  /** [channels, 2], NaN where unknown */
  positionsUm: float64,
  colour: z.enum(['region', 'snapshot', 'rate']),
  snapshotIndex: z.int().nullable(),
})
export type EmbeddingData = z.infer<typeof embeddingData>

export const figureData = z.discriminatedUnion('figure', [rasterData, electrodeMapData, densityData, lossData, embeddingData])
export type FigureData = z.infer<typeof figureData>

export const figureFormat = z.enum(['svg', 'png', 'csv'])
export type FigureFormat = z.infer<typeof figureFormat>

/** A file handed to the person. */
export const writtenFile = z.object({ fileName: z.string(), mediaType: z.string(), bytes: uint8 })
export type WrittenFile = z.infer<typeof writtenFile>
