import { fail } from '../../shared/contract/errors.ts'
import type { ImportSetting, ImportWarning } from '../../shared/domain/inspection.ts'
import { choiceAnswer, choiceSetting, numberAnswer, numberSetting } from './answers.ts'
import { named, warning } from './checks.ts'
import { openHdf5 } from './hdf5.ts'
import type {
  BehaviourReading,
  Importer,
  ImportTask,
  PositionTrack,
  ReadProgress,
  SpikeReading,
  TraceReading,
  VoltageReading,
} from './importer.ts'
import { channelLimit } from './labels.ts'
import { readBehaviour, type NwbBehaviour } from './nwb-behaviour.ts'
import { isDataset, nwbFile, type NwbFile, type NwbObject } from './nwb-file.ts'
import { positionSettings, readPositions } from './nwb-positions.ts'
import { clockOf, needSamples, readRois } from './nwb-rois.ts'
import { readUnits } from './nwb-units.ts'

const format = 'nwb'

/**
 * Neurodata Without Borders 2: units, traces of regions of interest, or raw voltage; and trials, other intervals and events, also
 * alone. Objects are found by what they say they are, wherever they lie.
 * @source NWB Schema 2.8, nwb.misc, nwb.ophys, nwb.ecephys, nwb.behavior, nwb.epoch
 */
export const nwb: Importer = {
  format,
  settings: ['source', 'units', 'outcomeColumn', 'hit', 'miss', 'samplingRateHz', 'umPerPixel', ...positionSettings],
  bringsBehaviour: true,
  detect(files) {
    const file = files.find(
      ({ hdf5 }) => hdf5 && ('nwb_version' in hdf5.rootAttributes || hdf5.rootAttributes.neurodata_type === 'NWBFile'),
    )
    if (!file?.hdf5) return null
    const version = hdf5Version(file.hdf5.rootAttributes.nwb_version)
    return { confidence: 0.97, reasons: [{ code: 'version', details: { file: file.name, version } }], files: [file] }
  },
  read,
}

const hdf5Version = (version: string | number | undefined): string => (version === undefined ? '?' : String(version))

type Source = NwbObject & { kind: 'units' | 'rois' | 'voltage' }

async function* read({
  files,
  answers,
  interrupt,
}: ImportTask): AsyncGenerator<ReadProgress, SpikeReading | TraceReading | VoltageReading | BehaviourReading> {
  const source = files[0]
  if (!source?.hdf5) throw fail('import/not-recognised', { file: source?.name ?? '', formats: format })
  const { file, close } = await openHdf5(source.path, source.bytes)
  try {
    const opened = nwbFile(file)
    const behaviour = behaviourOf(opened, answers, interrupt)
    const sources = sourcesOf(opened)
    const options = sources.map(({ path }) => path)
    const given = choiceAnswer(answers, 'source', options)
    const chosen = sources.find(({ path }) => path === given) ?? sources[0]
    const warnings: ImportWarning[] = [
      ...behaviour.warnings,
      ...(opened.elsewhere.length > 0 ? [warning('linked-elsewhere', { places: named(opened.elsewhere) })] : []),
    ]
    if (!chosen) {
      if (behaviour.taskEvents.length + behaviour.intervals.length + behaviour.choices.length === 0) {
        throw fail('import/nothing-to-use', { file: file.name, found: named(typesOf(opened)) || '–' })
      }
      return { ...behaviour, modality: 'behaviour', needs: [], warnings: [...warnings, warning('behaviour-only', { file: file.name })] }
    }
    const said = {
      taskEvents: behaviour.taskEvents,
      intervals: behaviour.intervals,
      track: behaviour.track,
      choices: [...(options.length > 1 ? [{ name: 'source', options }] : []), ...behaviour.choices],
      settings: [
        ...(options.length > 1 ? [choiceSetting('source', chosen.path, { options, guessed: given === null })] : []),
        ...behaviour.settings,
      ],
      needs: [],
    }
    if (chosen.kind === 'units') {
      const units = yield* readUnits(opened, chosen.path, { answers, interrupt })
      return {
        ...said,
        ...units,
        choices: [...said.choices, ...units.choices],
        settings: [...said.settings, ...units.settings],
        modality: 'spikes',
        samplingRateHz: null,
        knowsAllChannels: true,
        warnings: [...warnings, ...units.warnings],
      }
    }
    if (chosen.kind === 'voltage') return { ...said, ...voltageOf(opened, chosen), modality: 'voltage', warnings }
    const rois = yield* readRois(opened, chosen.path, interrupt)
    const rate = numberAnswer(answers, 'samplingRateHz', 0)
    const needsRate = rois.timesS === null && rate === null
    const { umPerPixel, settings } = scaleOf(rois, answers)
    return {
      ...said,
      modality: 'traces',
      channelLabels: rois.channelLabels,
      values: rois.values,
      timesS:
        rois.timesS ??
        (rate === null ? null : Float64Array.from({ length: rois.values.length / rois.channelLabels.length }, (_, s) => s / rate)),
      samplingRateHz: rois.samplingRateHz ?? (rois.timesS === null ? rate : null),
      positionsUm: rois.placesPx?.map((pixels) => pixels * umPerPixel) ?? null,
      settings: [
        ...said.settings,
        ...(rois.timesS === null ? [numberSetting('samplingRateHz', rate, { unit: 'Hz', guessed: false })] : []),
        ...settings,
      ],
      needs: needsRate ? [{ name: 'samplingRateHz', why: 'formats.needs.imagingRateHz' }] : [],
      warnings: [...warnings, ...(settings.some(({ guessed }) => guessed) ? [warning('positions-in-pixels')] : [])],
    }
  } finally {
    close()
  }
}

/** Events, intervals, and visits of a track. */
function behaviourOf(opened: NwbFile, answers: ImportTask['answers'], interrupt: () => void): NwbBehaviour & { track?: PositionTrack } {
  const told = readBehaviour(opened, answers, interrupt)
  const { track, intervals, settings, choices, warnings } = readPositions(opened, answers, interrupt)
  return {
    taskEvents: told.taskEvents,
    intervals: [...told.intervals, ...intervals],
    settings: [...told.settings, ...settings],
    choices: [...told.choices, ...choices],
    warnings: [...told.warnings, ...warnings],
    ...(track ? { track } : {}),
  }
}

function scaleOf(
  { placesPx, umPerPixel: told }: { placesPx: Float64Array | null; umPerPixel: number | null },
  answers: ImportTask['answers'],
): { umPerPixel: number; settings: ImportSetting[] } {
  const given = numberAnswer(answers, 'umPerPixel', 0)
  const umPerPixel = given ?? told ?? 1
  if (!placesPx) return { umPerPixel, settings: [] }
  return { umPerPixel, settings: [numberSetting('umPerPixel', umPerPixel, { unit: 'µm', guessed: given === null && told === null })] }
}

/** What can be imported, the likeliest first: units, deconvolved activity, ΔF/F, fluorescence, raw voltage. */
function sourcesOf({ file, objects }: NwbFile): Source[] {
  const sources = objects.flatMap((object): Source[] => {
    if (object.type === 'Units') {
      return ['spike_times', 'spike_times_index'].every((name) => isDataset(file, `${object.path}/${name}`)) &&
        file.lengthOf(`${object.path}/spike_times_index`) > 0
        ? [{ ...object, kind: 'units' }]
        : []
    }
    if (!isDataset(file, `${object.path}/data`)) return []
    if (object.type === 'RoiResponseSeries') return [{ ...object, kind: 'rois' }]
    return object.type === 'ElectricalSeries' ? [{ ...object, kind: 'voltage' }] : []
  })
  const rank = ({ kind, path }: Source): number => {
    if (kind === 'units') return path === '/units' ? 0 : 1
    if (kind === 'voltage') return 7
    if (/neuropil|background/i.test(path)) return 6
    return [/deconv|spks|spike/i, /df_?over_?f|dff/i, /fluorescence/i].findIndex((word) => word.test(path)) + 2 || 5
  }
  return sources.toSorted((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1))
}

function voltageOf(
  { file }: NwbFile,
  { path }: NwbObject,
): Pick<VoltageReading, 'channelLabels' | 'positionsUm' | 'samples' | 'samplingRateHz'> {
  const samples = needSamples(file, path)
  const channelCount = file.shapeOf(`${path}/data`)?.[1] ?? 1
  if (channelCount > channelLimit) throw fail('import/too-many-channels', { file: file.name, limit: channelLimit })
  const { samplingRateHz } = isDataset(file, `${path}/starting_time`) ? clockOf(file, path, 0) : { samplingRateHz: null }
  return { channelLabels: Array.from({ length: channelCount }, (_, c) => String(c)), positionsUm: null, samples, samplingRateHz }
}

const typesOf = ({ objects }: NwbFile): string[] => [
  ...new Set(objects.map(({ type }) => type).filter((type) => type !== '' && type !== 'NWBFile')),
]
