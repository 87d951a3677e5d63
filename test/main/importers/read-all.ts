import type { SpikeRecording } from '../../../src/main/importers/importer.ts'
import { read } from '../../../src/main/importers/registry.ts'
import type { ImportAnswers } from '../../../src/shared/domain/inspection.ts'

/** Reads a recording to its end. */
export async function readAll(files: string[], set: ImportAnswers = {}): Promise<SpikeRecording> {
  const reading = read({ files, set }, () => {})
  let step = await reading.next()
  while (!step.done) step = await reading.next()
  return step.value
}

/** The trains of a recording as lists, by channel label. */
export function trainsOf({ channelLabels, timesS, offsets }: SpikeRecording): Record<string, number[]> {
  return Object.fromEntries(channelLabels.map((label, c) => [label, [...timesS.subarray(offsets[c], offsets[c + 1])]]))
}
