import type { SpikeRecording, TraceRecording } from '../../../src/main/importers/importer.ts'
import { read } from '../../../src/main/importers/read-files.ts'
import type { ImportAnswers } from '../../../src/shared/domain/inspection.ts'

/** Reads a recording to its end. */
async function readRecording(files: string[], set: ImportAnswers, format?: string): Promise<SpikeRecording | TraceRecording> {
  const reading = read({ files, set, ...(format === undefined ? {} : { format }) }, () => {})
  let step = await reading.next()
  while (!step.done) step = await reading.next()
  return step.value.recording
}

/** Reads a recording of spikes to its end. */
export async function readAll(files: string[], set: ImportAnswers = {}, format?: string): Promise<SpikeRecording> {
  const recording = await readRecording(files, set, format)
  if (recording.modality !== 'spikes') throw new Error(`a recording of ${recording.modality}`)
  return recording
}

/** Reads a recording of traces to its end. */
export async function readTraces(files: string[], set: ImportAnswers = {}, format?: string): Promise<TraceRecording> {
  const recording = await readRecording(files, set, format)
  if (recording.modality !== 'traces') throw new Error(`a recording of ${recording.modality}`)
  return recording
}

/** The trains of a recording as lists, by channel label. */
export function trainsOf({ channelLabels, timesS, offsets }: SpikeRecording): Record<string, number[]> {
  return Object.fromEntries(channelLabels.map((label, c) => [label, [...timesS.subarray(offsets[c], offsets[c + 1])]]))
}
