import { fail } from '../../shared/contract/errors.ts'
import type { Inspection } from '../../shared/domain/inspection.ts'
import { checkPositions, checkSpikes } from './checks.ts'
import { jumpsInSpikes } from './clock-jumps.ts'
import type { ReadProgress, SpikeReading, SpikeRecording } from './importer.ts'
import { completeChannels } from './layout-table.ts'
import { rasterOf } from './raster.ts'
import { eventsWithin, inspectionOf, windowOf, withLayout, type Surroundings, type Zoned } from './reading-frame.ts'
import { cutTrains, sortTrains, spanOf } from './spike-trains.ts'

/** Spikes with everything known about them but their fate. Trains are sorted within channels. */
export type AssembledSpikes = SpikeReading & Zoned & { span: { firstS: number; lastS: number }; startS: number; endS: number }

/**
 * Joins the layout, sorts, finds the window and checks.
 * @throws import/no-spikes, import/duration-too-short, import/channels-not-joined
 */
export function* assembleSpikes(reading: SpikeReading, around: Surroundings): Generator<ReadProgress, AssembledSpikes> {
  const { layout, file, interrupt } = around
  const complete = layout && !reading.knowsAllChannels ? completeChannels(reading, layout) : reading
  const read = withLayout(complete, layout)
  // A well without spikes, or data that still have to be picked, are shown; only an import of nothing is refused.
  const isEmpty = read.trains.timesS.length === 0
  if (isEmpty && !read.spanS && read.needs.length === 0) throw fail('import/no-spikes', { file })
  const total = read.channelLabels.length
  const sorting = sortTrains(read.trains)
  let sorted = sorting.next()
  for (; !sorted.done; sorted = sorting.next()) {
    interrupt()
    if (sorted.value % 64 === 0) yield { done: sorted.value, total, phase: 'sort' }
  }
  const { trains, unsortedChannels } = sorted.value
  interrupt()
  yield { done: 0, total: 1, phase: 'check' }
  const span = spanOf(trains) ?? { firstS: 0, lastS: 0 }
  const timed = read.needs.length === 0
  const window = timed ? windowOf(read.spanS ?? guessedWindow(span), around) : { startS: 0, endS: 0, settings: [] }
  if (timed && !isEmpty && !read.spanS && (span.lastS < window.startS || span.firstS >= window.endS))
    throw fail('import/no-spikes', { file })
  const { channelLabels } = read
  const warnings = [
    ...read.warnings,
    ...(timed ? jumpsInSpikes(trains, span) : []),
    ...(timed ? checkSpikes({ trains, channelLabels, span, startS: window.startS, endS: window.endS, unsortedChannels }) : []),
    ...checkPositions(read.positionsUm, channelLabels),
    ...(timed ? eventsWithin({ file, taskEvents: read.taskEvents ?? [], intervals: read.intervals ?? [] }, window).warnings : []),
  ]
  yield { done: 1, total: 1, phase: 'check' }
  return { ...read, trains, span, startS: window.startS, endS: window.endS, settings: [...read.settings, ...window.settings], warnings }
}

/** The end is open: a last spike on the full second would fall out of [start, ceil(last)). */
function guessedWindow({ firstS, lastS }: { firstS: number; lastS: number }): { startS: number; endS: number } {
  return { startS: firstS < 60 ? 0 : Math.floor(firstS), endS: Math.floor(lastS) + 1 }
}

export function inspectSpikes(found: AssembledSpikes, format: string): Inspection {
  const timed = found.needs.length === 0
  const { trains, span, channelLabels } = found
  const isEmpty = trains.timesS.length === 0
  return {
    ...inspectionOf(format, found, 'spikes'),
    channels: channelLabels.length,
    spikes: trains.timesS.length,
    samplingRateHz: found.samplingRateHz,
    firstS: timed && !isEmpty ? span.firstS : null,
    lastS: timed && !isEmpty ? span.lastS : null,
    durationS: timed ? (found.spanS ? found.spanS.endS - found.spanS.startS : span.lastS - span.firstS) : null,
    startS: timed ? found.startS : null,
    endS: timed ? found.endS : null,
    channelLabels,
    spikesPerChannel: Int32Array.from(channelLabels, (_, c) => trains.offsets[c + 1]! - trains.offsets[c]!),
    positionsUm: found.positionsUm,
    regions: found.regions,
    regionOfChannel: found.regions.length > 0 ? found.regionOfChannel : null,
    raster: timed && !isEmpty ? rasterOf(trains, span) : null,
  }
}

/** @throws import/needs-setting, import/no-spikes */
export function keepSpikes(found: AssembledSpikes, { format, file }: Surroundings): SpikeRecording {
  const [need] = found.needs
  if (need) throw fail('import/needs-setting', { file, setting: need.name })
  const { startS, endS, samplingRateHz, channelLabels, positionsUm, regions, regionOfChannel, layoutName } = found
  const { timesS, offsets } = cutTrains(found.trains, startS, endS)
  if (timesS.length === 0) throw fail('import/no-spikes', { file })
  const within = eventsWithin({ file, taskEvents: found.taskEvents ?? [], intervals: found.intervals ?? [] }, found)
  return {
    modality: 'spikes',
    format,
    startS,
    endS,
    samplingRateHz,
    channelLabels,
    positionsUm,
    timesS,
    offsets,
    regions,
    regionOfChannel,
    layoutName,
    taskEvents: within.taskEvents,
    intervals: within.intervals,
    warnings: [...found.warnings],
  }
}
