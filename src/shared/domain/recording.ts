import { z } from 'zod'

export const modality = z.enum(['spikes', 'counts', 'traces', 'voltage', 'behaviour', 'layout'])
export type Modality = z.infer<typeof modality>

export const sourceFile = z.object({ name: z.string(), bytes: z.int(), sha256: z.string() })
export type SourceFile = z.infer<typeof sourceFile>

/** One session of one subject. Times are in seconds on the file's own clock; the recording covers [startS, endS). */
export const recording = z.object({
  id: z.int(),
  name: z.string(),
  subject: z.string(),
  condition: z.string(),
  recordedOn: z.string().nullable(),
  /** counts are kept as traces, too: each bin is a sample in its middle */
  modality: z.enum(['spikes', 'traces']),
  format: z.string(),
  startS: z.number(),
  endS: z.number(),
  channelCount: z.int(),
  spikeCount: z.int(),
  /** samples of each trace; null for spikes */
  sampleCount: z.int().nullable(),
  /** of counts: the width of their bins; null of spikes and of other traces */
  countBinMs: z.number().nullable(),
  samplingRateHz: z.number().nullable(),
  sources: z.array(sourceFile),
  layoutName: z.string().nullable(),
  importedAt: z.string(),
})
export type Recording = z.infer<typeof recording>

/** What is known of each channel: the times of its spikes, how many there were in each bin, or a value at each sample. */
export type SignalKind = 'spikes' | 'counts' | 'traces'
export const signalKindOf = ({ modality, countBinMs }: Pick<Recording, 'modality' | 'countBinMs'>): SignalKind =>
  modality === 'traces' && countBinMs !== null ? 'counts' : modality

/** A row of the recording and a point of the graph. */
export const channel = z.object({
  index: z.int(),
  label: z.string(),
  xUm: z.number().nullable(),
  yUm: z.number().nullable(),
  spikeCount: z.int(),
  region: z.string().nullable(),
  excluded: z.string().nullable(),
})
export type Channel = z.infer<typeof channel>
