import type { FigureSpec, TracesData } from '../../shared/domain/figure.ts'
import { fail } from '../../shared/contract/errors.ts'
import { livelinessOf } from '../importers/trace-preview.ts'
import type { ReadableDB } from '../store/open.ts'
import { getLayout, getRecording, listChannels } from '../store/recordings.ts'
import { getTraces, type Traces } from '../store/traces.ts'

/** More points than a screen has columns say nothing more. */
const mostSamples = 2000

/** Liveliness of every trace, found once for a recording that is leafed through. */
const known = new WeakMap<Traces, Float64Array>()

/**
 * The liveliest channels' traces in a stretch; of more samples than can be drawn, of each group the one farthest from the trace's mean.
 * @throws figures/nothing-to-draw for a recording of spikes
 */
export function tracesFigureOf(
  db: ReadableDB,
  { recordingId, fromS, toS, channelCount }: Extract<FigureSpec, { figure: 'traces' }>,
): TracesData {
  const recording = getRecording(db, recordingId)
  if (recording.modality !== 'traces') throw fail('figures/nothing-to-draw', { figure: 'traces' })
  const traces = getTraces(db, recordingId)
  const sampleCount = traces.timesS.length
  const traceOf = (index: number): Float32Array => traces.values.subarray(index * sampleCount, (index + 1) * sampleCount)
  const channels = listChannels(db, recordingId)
  const lively = known.get(traces) ?? Float64Array.from(channels, ({ index }) => livelinessOf(traceOf(index)))
  known.set(traces, lively)
  const shown = channels
    .toSorted((a, b) => lively[b.index]! - lively[a.index]!)
    .slice(0, channelCount)
    .toSorted((a, b) => a.index - b.index)
  const first = firstNotBefore(traces.timesS, recording.startS + fromS)
  const end = firstNotBefore(traces.timesS, recording.startS + toS)
  const groupLength = Math.max(1, Math.ceil((end - first) / mostSamples))
  const groupCount = Math.ceil((end - first) / groupLength)
  const timesS = Float64Array.from({ length: groupCount }, (_, g) => traces.timesS[first + g * groupLength]! - recording.startS)
  const values = new Float32Array(shown.length * groupCount)
  shown.forEach(({ index }, row) => {
    const stretch = traceOf(index).subarray(first, end)
    const mean = stretch.reduce((sum, value) => sum + value, 0) / Math.max(1, stretch.length)
    for (let g = 0; g < groupCount; g++) {
      values[row * groupCount + g] = farthest(stretch.subarray(g * groupLength, (g + 1) * groupLength), mean)
    }
  })
  const { regions, regionOfChannel } = getLayout(db, recordingId)
  return {
    figure: 'traces',
    channelLabels: shown.map(({ label }) => label),
    regions,
    regionOfChannel: Int16Array.from(shown, ({ index }) => regionOfChannel[index] ?? -1),
    fromS,
    toS,
    timesS,
    values,
  }
}

function farthest(group: Float32Array, mean: number): number {
  let best = group[0]!
  for (const value of group) if (Math.abs(value - mean) > Math.abs(best - mean)) best = value
  return best
}

/** Index of the first time that is not before `timeS`. */
function firstNotBefore(timesS: Float64Array, timeS: number): number {
  let [first, end] = [0, timesS.length]
  while (first < end) {
    const middle = (first + end) >> 1
    if (timesS[middle]! < timeS) first = middle + 1
    else end = middle
  }
  return first
}
