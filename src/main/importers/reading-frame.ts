import { fail } from '../../shared/contract/errors.ts'
import type { ImportAnswers, ImportSetting, ImportWarning, Inspection } from '../../shared/domain/inspection.ts'
import { countIntervals, type Interval } from '../../shared/domain/interval.ts'
import type { Region } from '../../shared/domain/region.ts'
import { countTaskEvents, type TaskEvent } from '../../shared/domain/task-event.ts'
import { numberAnswer, numberSetting } from './answers.ts'
import { warning } from './checks.ts'
import type { Said, SaidChannels } from './importer.ts'
import { joinLayout, type LayoutTable } from './layout-table.ts'

/** What surrounds a reading while it becomes a recording. */
export type Surroundings = {
  format: string
  /** the file that messages name */
  file: string
  /** positions and regions that came in files of their own */
  layout: LayoutTable | null
  answers: ImportAnswers
  /** throws when the person wants to stop; called at least every 0.3 s of work */
  interrupt: () => void
}

/** Settings every recording has. */
export const windowSettings = ['startS', 'endS'] as const

export type Zoned = { regions: Region[]; regionOfChannel: Int16Array; layoutName: string | null }

/** A reading on the channels of a layout that came beside it; without one the file's own regions stay. */
export function withLayout<Read extends Said & SaidChannels>(reading: Read, layout: LayoutTable | null): Read & Zoned {
  if (!layout) {
    const regionOfChannel = reading.regionOfChannel ?? new Int16Array(reading.channelLabels.length).fill(-1)
    return { ...reading, regions: reading.regions ?? [], regionOfChannel, layoutName: null }
  }
  const joined = joinLayout(layout, reading.channelLabels)
  return {
    ...reading,
    // The recording's own positions stay: two arrays' coordinates must not be mixed.
    positionsUm: reading.positionsUm ?? joined.positionsUm,
    settings: [...reading.settings, ...layout.settings],
    warnings: [...reading.warnings, ...layout.warnings, ...joined.warnings],
    regions: joined.regions,
    regionOfChannel: joined.regionOfChannel,
    layoutName: joined.regions.length > 0 ? layout.name : null,
  }
}

/**
 * The window [startS, endS) that is kept: as the person says, else as guessed.
 * @throws import/duration-too-short where it is empty
 */
export function windowOf(
  guess: { startS: number; endS: number },
  { answers, file }: Surroundings,
): { startS: number; endS: number; settings: ImportSetting[] } {
  const givenStart = numberAnswer(answers, 'startS')
  const givenEnd = numberAnswer(answers, 'endS')
  const startS = givenStart ?? guess.startS
  const endS = givenEnd ?? guess.endS
  if (endS <= startS) throw fail('import/duration-too-short', { file, startS, endS })
  return {
    startS,
    endS,
    settings: [
      numberSetting('startS', startS, { unit: 's', guessed: givenStart === null }),
      numberSetting('endS', endS, { unit: 's', guessed: givenEnd === null }),
    ],
  }
}

/** Events and intervals inside [startS, endS), all of them while that is not known; what is left out is counted in a warning. */
export function eventsWithin(
  { file, taskEvents, intervals }: { file: string; taskEvents: readonly TaskEvent[]; intervals: readonly Interval[] },
  { startS, endS }: { startS: number | null; endS: number | null },
): { taskEvents: TaskEvent[]; intervals: Interval[]; warnings: ImportWarning[] } {
  const sorted = taskEvents.toSorted((a, b) => a.timeS - b.timeS)
  const ordered = intervals.toSorted((a, b) => a.startS - b.startS)
  if (startS === null || endS === null) return { taskEvents: sorted, intervals: ordered, warnings: [] }
  const inside = sorted.filter(({ timeS }) => timeS >= startS && timeS < endS)
  const touching = ordered.filter((one) => one.endS > startS && one.startS < endS)
  const outside = sorted.length - inside.length
  const apart = ordered.length - touching.length
  return {
    taskEvents: inside,
    intervals: touching,
    warnings: [
      ...(outside > 0 ? [warning('events-outside', { count: outside, file, startS, endS })] : []),
      ...(apart > 0 ? [warning('intervals-outside', { count: apart, file, startS, endS })] : []),
    ],
  }
}

/** An inspection that says nothing yet of channels, signal and times. */
export function inspectionOf(format: string, said: Said, modality: Inspection['modality']): Inspection {
  const taskEvents = said.taskEvents ?? []
  return {
    format,
    reasons: [],
    alternatives: [],
    modality,
    channels: null,
    spikes: null,
    samples: null,
    samplingRateHz: null,
    firstS: null,
    lastS: null,
    durationS: null,
    startS: null,
    endS: null,
    channelLabels: [],
    spikesPerChannel: null,
    traceSums: null,
    positionsUm: null,
    regions: [],
    regionOfChannel: null,
    events: countTaskEvents(taskEvents),
    intervals: countIntervals(said.intervals ?? []),
    settings: said.settings,
    choices: said.choices ?? [],
    needs: said.needs,
    warnings: said.warnings,
    behaviour: null,
    raster: null,
    traces: null,
  }
}
