import { z } from 'zod'
import { alignmentMeasure } from './alignment.ts'
import { evaluationTask, meanInterval, modelKind, scoreName, windowSide } from './evaluation.ts'
import { lossKinds } from './model-run.ts'
import { float32, float64, int16, int32, uint8 } from './numbers.ts'
import { region } from './region.ts'

const id = z.int().min(1)

/** The two columns of every alignment. */
export const alignmentColumns = ['asRecorded', 'rateMatched'] as const
/** What an alignment map shows: who follows play, who is connected with the other side, and by how much against the null. */
export const alignmentMapValues = ['performance', 'level', 'levelZ', 'highMinusLow'] as const

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
    figure: z.literal('traces'),
    recordingId: id,
    fromS: z.number().min(0).default(0),
    toS: z.number().gt(0).default(60),
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
  z.strictObject({
    figure: z.literal('alignment-map'),
    alignmentId: id,
    column: z.enum(alignmentColumns).default('asRecorded'),
    value: z.enum(alignmentMapValues).default('performance'),
    /** of level and z alone; null: over all snapshots */
    snapshotIndex: z.int().min(0).nullable().default(null),
  }),
  z.strictObject({ figure: z.literal('alignment-series'), alignmentId: id, measure: alignmentMeasure.default('coupling') }),
  z.strictObject({ figure: z.literal('cohort'), cohortId: id }),
  z.strictObject({
    figure: z.literal('models'),
    evaluationId: id,
    /** null: the one that speaks for all */
    readOut: z.string().nullable().default(null),
  }),
  z.strictObject({
    figure: z.literal('confusion'),
    evaluationId: id,
    /** null: TAVRNN, or the first there is */
    model: z.string().nullable().default(null),
    readOut: z.string().nullable().default(null),
  }),
  z.strictObject({ figure: z.literal('split'), evaluationId: id }),
])
export type FigureSpec = z.infer<typeof figureSpec>
export type FigureName = FigureSpec['figure']
export const figureNames = [
  'raster',
  'traces',
  'electrode-map',
  'density',
  'loss',
  'embedding',
  'models',
  'confusion',
  'split',
  'alignment-map',
  'alignment-series',
  'cohort',
] as const satisfies FigureName[]

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

/** One trace a channel, the liveliest, in the order of the recording. */
export const tracesData = z.object({
  figure: z.literal('traces'),
  ...channelsOf,
  fromS: z.number(),
  toS: z.number(),
  /** [samples], from the start of the recording */
  timesS: float64,
  /** [channels, samples] */
  values: float32,
})
export type TracesData = z.infer<typeof tracesData>

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

/** A number of an alignment per channel on the array; who is unconnected is hollow, who is significant outlined. */
export const alignmentMapData = z.object({
  figure: z.literal('alignment-map'),
  ...channelsOf,
  ...windowsOf,
  positionsUm: float64,
  column: z.enum(alignmentColumns),
  value: z.enum(alignmentMapValues),
  /** [channels]; NaN where it cannot be said */
  overall: float32,
  /** [snapshots, channels]; empty where the number has no snapshots */
  perSnapshot: float32,
  snapshotIndex: z.int().nullable(),
  /** all values of the other column, which has the same colours; empty where there is none */
  otherColumn: float32,
  /** 1 where q < 0.05, [channels] */
  outlined: uint8,
  /** of the performance correlation, within the map; [channels], NaN elsewhere */
  q: float32,
  /** standard errors of the mean level over windows and over seeds; [channels], NaN elsewhere */
  windowSe: float32,
  seedSe: float32,
  /** as many channels have a value */
  testedCount: z.int(),
})
export type AlignmentMapData = z.infer<typeof alignmentMapData>

/** A measure window by window in both columns, each beside its null of relabelled roles, and the performance. */
export const alignmentSeriesData = z.object({
  figure: z.literal('alignment-series'),
  ...windowsOf,
  measure: alignmentMeasure,
  /** NaN in windows without events, [windows] */
  hitRatio: float64,
  columns: z.array(
    z.object({
      column: z.enum(alignmentColumns),
      seedCount: z.int(),
      /** [windows] each; NaN where there is none */
      perWindow: float64,
      nullLow: float64,
      nullHigh: float64,
      rho: z.number().nullable(),
      p: z.number().nullable(),
      null95: z.tuple([z.number(), z.number()]).nullable(),
    }),
  ),
})
export type AlignmentSeriesData = z.infer<typeof alignmentSeriesData>

/** ρ of every subject, measure by measure, in both columns. */
export const cohortFigureData = z.object({
  figure: z.literal('cohort'),
  subjects: z.array(z.string()),
  rows: z.array(
    z.object({
      measure: z.string(),
      kind: z.enum(['primary', 'second', 'counterpart']),
      columns: z.array(
        z.object({
          column: z.enum(alignmentColumns),
          /** [subjects], NaN where there is none */
          rho: float64,
          mean: z.number().nullable(),
          low: z.number().nullable(),
          high: z.number().nullable(),
          pSignFlip: z.number().nullable(),
          pSwap: z.number().nullable(),
        }),
      ),
    }),
  ),
})
export type CohortFigureData = z.infer<typeof cohortFigureData>

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

/**
 * Loss terms of every epoch so far. Of a bound: sums over snapshots, loss = nll + klWeight · kl. Of other kinds: the mean over an
 * epoch's batches in `nll`, and nothing in `kl`.
 */
export const lossData = z.object({
  figure: z.literal('loss'),
  of: z.enum(lossKinds),
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

/** Models beside one another on one score: a dot a seed or subject, mean and interval. */
export const modelsData = z.object({
  figure: z.literal('models'),
  task: evaluationTask,
  score: scoreName,
  readOut: z.string().nullable(),
  over: z.enum(['seeds', 'subjects']),
  /** seeds or subjects, at most */
  unitCount: z.int(),
  rows: z.array(
    z.object({
      model: z.string(),
      kind: modelKind,
      mean: z.number(),
      low: z.number().nullable(),
      high: z.number().nullable(),
      points: z.array(z.number()),
      /** of each point: the subject left out, or the seed */
      pointNames: z.array(z.string()),
    }),
  ),
  /** what always guessing the commonest class scores; null where there are no classes */
  chance: z.number().nullable(),
  /** with labels or regions dealt out anew; null: not controlled */
  control: meanInterval.nullable(),
})
export type ModelsData = z.infer<typeof modelsData>

/** Which class was read as which, summed over folds and seeds; rows are the truth. */
export const confusionData = z.object({
  figure: z.literal('confusion'),
  model: z.string(),
  readOut: z.string().nullable(),
  classes: z.array(z.string()),
  counts: z.array(z.array(z.number())),
})
export type ConfusionData = z.infer<typeof confusionData>

/** Windows, their classes, and on which side of each fold they are. */
export const splitData = z.object({
  figure: z.literal('split'),
  classes: z.array(z.string()),
  /** [windows], recording after recording */
  windowRecording: int32,
  /** [windows] */
  recordingNames: z.array(z.string()),
  windowStartS: float64,
  windowEndS: float64,
  /** index into classes, −1 without; [windows] */
  windowLabel: int32,
  folds: z.array(z.array(windowSide)),
  /** the subject left out, or a number */
  foldNames: z.array(z.string()),
})
export type SplitData = z.infer<typeof splitData>

export const figureData = z.discriminatedUnion('figure', [
  rasterData,
  tracesData,
  electrodeMapData,
  densityData,
  lossData,
  embeddingData,
  modelsData,
  confusionData,
  splitData,
  alignmentMapData,
  alignmentSeriesData,
  cohortFigureData,
])
export type FigureData = z.infer<typeof figureData>

export const figureFormat = z.enum(['svg', 'png', 'csv'])
export type FigureFormat = z.infer<typeof figureFormat>

/** A file handed to the person. */
export const writtenFile = z.object({ fileName: z.string(), mediaType: z.string(), bytes: uint8 })
export type WrittenFile = z.infer<typeof writtenFile>
