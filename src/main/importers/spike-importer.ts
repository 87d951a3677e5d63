import { fail } from '../../shared/contract/errors.ts'
import type { ImportSetting, ImportWarning, Inspection } from '../../shared/domain/inspection.ts'
import type { Region } from '../../shared/domain/region.ts'
import { numberAnswer, numberSetting } from './answers.ts'
import { checkPositions, checkSpikes } from './checks.ts'
import type { Importer, ImportTask, ReadProgress, SpikeRecording } from './importer.ts'
import { completeChannels, joinLayout } from './layout-table.ts'
import { rasterOf } from './raster.ts'
import { cutTrains, sortTrains, spanOf, type SpikeTrains } from './spike-trains.ts'

/** What a spike format finds in its files, before layout, order and checks; N channels. */
export type SpikeReading = {
  channelLabels: string[]
  /** times in seconds, one channel after the other, in any order within a channel */
  trains: SpikeTrains
  /** [N, 2] */
  positionsUm: Float64Array | null
  samplingRateHz: number | null
  settings: ImportSetting[]
  /** what only the person knows; until then the times of `trains` mean nothing */
  needs: Inspection['needs']
  warnings: ImportWarning[]
  /** false where the file knows only channels that spiked: a layout then adds the silent ones */
  knowsAllChannels: boolean
}

const windowSettings = ['startS', 'endS'] as const

/**
 * An importer out of what is peculiar to a spike format: how to know it and how to get at its trains.
 * Layout, window, order and checks are the same for all.
 */
export function spikeImporter(format: {
  format: string
  settings: readonly string[]
  detect: Importer['detect']
  readTrains: (task: ImportTask) => AsyncGenerator<ReadProgress, SpikeReading>
}): Importer {
  return {
    format: format.format,
    settings: [...format.settings, ...windowSettings],
    detect: format.detect,
    async inspect(task) {
      const work = assemble(format.readTrains(task), task)
      for (;;) {
        const { value, done } = await work.next()
        if (done) return inspectionOf(format.format, value)
        task.interrupt()
      }
    },
    async *read(task) {
      return recordingOf(format.format, yield* assemble(format.readTrains(task), task), task)
    },
  }
}

/** A recording with everything known about it but its fate. */
type Assembled = SpikeReading & {
  unsortedChannels: number[]
  span: { firstS: number; lastS: number }
  startS: number
  endS: number
  regions: Region[]
  regionOfChannel: Int16Array
  layoutName: string | null
}

async function* assemble(reading: AsyncGenerator<ReadProgress, SpikeReading>, task: ImportTask): AsyncGenerator<ReadProgress, Assembled> {
  const read = withLayout(yield* reading, task)
  const file = task.files[0]?.name ?? ''
  if (read.trains.timesS.length === 0) throw fail('import/no-spikes', { file })
  const total = read.channelLabels.length
  const sorting = sortTrains(read.trains)
  let sorted = sorting.next()
  for (; !sorted.done; sorted = sorting.next()) {
    task.interrupt()
    if (sorted.value % 64 === 0) yield { done: sorted.value, total, phase: 'sort' }
  }
  const { trains, unsortedChannels } = sorted.value
  task.interrupt()
  yield { done: 0, total: 1, phase: 'check' }
  const span = spanOf(trains) ?? { firstS: 0, lastS: 0 }
  const window = read.needs.length > 0 ? { startS: 0, endS: 0, settings: [] } : windowOf(span, task, file)
  const warnings = [
    ...read.warnings,
    ...(read.needs.length > 0
      ? []
      : checkSpikes({ trains, channelLabels: read.channelLabels, span, startS: window.startS, endS: window.endS, unsortedChannels })),
    ...checkPositions(read.positionsUm, read.channelLabels),
  ]
  yield { done: 1, total: 1, phase: 'check' }
  return {
    ...read,
    trains,
    unsortedChannels,
    span,
    startS: window.startS,
    endS: window.endS,
    settings: [...read.settings, ...window.settings],
    warnings,
  }
}

type WithLayout = SpikeReading & { regions: Region[]; regionOfChannel: Int16Array; layoutName: string | null }

function withLayout(reading: SpikeReading, { layout }: ImportTask): WithLayout {
  if (!layout) return { ...reading, regions: [], regionOfChannel: new Int16Array(reading.channelLabels.length).fill(-1), layoutName: null }
  const complete = reading.knowsAllChannels ? reading : completeChannels(reading, layout)
  const joined = joinLayout(layout, complete.channelLabels)
  return {
    ...complete,
    // The recording's own positions stay: two arrays' coordinates must not be mixed.
    positionsUm: reading.positionsUm ?? joined.positionsUm,
    settings: [...complete.settings, ...layout.settings],
    warnings: [...complete.warnings, ...layout.warnings, ...joined.warnings],
    regions: joined.regions,
    regionOfChannel: joined.regionOfChannel,
    layoutName: joined.regions.length > 0 ? layout.name : null,
  }
}

function windowOf(
  { firstS, lastS }: { firstS: number; lastS: number },
  { answers }: ImportTask,
  file: string,
): { startS: number; endS: number; settings: ImportSetting[] } {
  const givenStart = numberAnswer(answers, 'startS')
  const givenEnd = numberAnswer(answers, 'endS')
  const startS = givenStart ?? (firstS < 60 ? 0 : Math.floor(firstS))
  // The end is open: a last spike on the full second would fall out of [start, ceil(last)).
  const endS = givenEnd ?? Math.floor(lastS) + 1
  if (endS <= startS) throw fail('import/duration-too-short', { file, startS, endS })
  if (lastS < startS || firstS >= endS) throw fail('import/no-spikes', { file })
  return {
    startS,
    endS,
    settings: [
      numberSetting('startS', startS, { unit: 's', guessed: givenStart === null }),
      numberSetting('endS', endS, { unit: 's', guessed: givenEnd === null }),
    ],
  }
}

function inspectionOf(format: string, found: Assembled): Inspection {
  const timed = found.needs.length === 0
  return {
    format,
    reasons: [],
    alternatives: [],
    modality: 'spikes',
    channels: found.channelLabels.length,
    spikes: found.trains.timesS.length,
    samples: null,
    samplingRateHz: found.samplingRateHz,
    firstS: timed ? found.span.firstS : null,
    lastS: timed ? found.span.lastS : null,
    durationS: timed ? found.span.lastS - found.span.firstS : null,
    startS: timed ? found.startS : null,
    endS: timed ? found.endS : null,
    channelLabels: found.channelLabels,
    spikesPerChannel: Int32Array.from(found.channelLabels, (_, c) => found.trains.offsets[c + 1]! - found.trains.offsets[c]!),
    positionsUm: found.positionsUm,
    regions: found.regions,
    regionOfChannel: found.regions.length > 0 ? found.regionOfChannel : null,
    events: {},
    settings: found.settings,
    choices: [],
    needs: found.needs,
    warnings: found.warnings,
    raster: timed ? rasterOf(found.trains, found.span) : null,
  }
}

function recordingOf(format: string, found: Assembled, { files }: ImportTask): SpikeRecording {
  const [need] = found.needs
  if (need) throw fail('import/needs-setting', { file: files[0]?.name ?? '', setting: need.name })
  const { startS, endS, samplingRateHz, channelLabels, positionsUm, regions, regionOfChannel, layoutName, warnings } = found
  const { timesS, offsets } = cutTrains(found.trains, startS, endS)
  if (timesS.length === 0) throw fail('import/no-spikes', { file: files[0]?.name ?? '' })
  return {
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
    warnings,
  }
}
