import { fail } from '../../shared/contract/errors.ts'
import type { ImportWarning } from '../../shared/domain/inspection.ts'
import { choiceAnswer, choiceSetting, numberAnswer, numberSetting } from './answers.ts'
import { warning } from './checks.ts'
import type { Importer, ImportTask, ReadProgress, TraceReading } from './importer.ts'
import { channelLimit } from './labels.ts'
import { readNpyFile } from './npy-array.ts'
import { isNpy } from './npy-header.ts'
import { readBytes, type OpenedFile } from './opened-file.ts'
import { pickledElements, pickledNumber, readPickle, type PickleValue } from './pickle.ts'
import { evenTimes } from './trace-importer.ts'

const signals = ['F-Fneu', 'F', 'spks'] as const
type Signal = (typeof signals)[number]
const rois = ['cells', 'all'] as const
const allPlanes = 'all'
/** Share of the surrounding's fluorescence that is taken off a cell's: Suite2p's own default (ops `neucoeff`). */
const neuropilShare = 0.7
const partNames = ['F.npy', 'Fneu.npy', 'spks.npy', 'iscell.npy', 'stat.npy', 'ops.npy']

/**
 * A folder Suite2p wrote: fluorescence, that of the surroundings, and deconvolved activity of every ROI, of one or several planes.
 * Cells are those Suite2p or a person marked as such; positions are the middles of the ROIs in pixels.
 */
export const suite2p: Importer = {
  format: 'suite2p',
  settings: ['signal', 'rois', 'plane', 'samplingRateHz', 'umPerPixel'],
  detect(files) {
    const planes = planesOf(files)
    if (planes.length === 0) return null
    const found = planes.flatMap(({ parts }) => [...parts.values()])
    return { confidence: 0.97, reasons: [{ code: 'names', details: { file: planes.map(({ name }) => name).join(', ') } }], files: found }
  },
  read: readPlanes,
}

type Plane = { name: string; parts: Map<string, OpenedFile> }

/** Folders with traces, by name; `combined` repeats the others and counts only where it is alone. */
function planesOf(files: OpenedFile[]): Plane[] {
  const planes = new Map<string, Plane>()
  for (const file of files) {
    if (!partNames.includes(file.name) || !isNpy(file.head)) continue
    const folder = file.place.split('/').slice(0, -1)
    const plane = planes.get(folder.join('/')) ?? { name: folder.at(-1) ?? 'plane0', parts: new Map<string, OpenedFile>() }
    planes.set(folder.join('/'), plane)
    plane.parts.set(file.name, file)
  }
  const whole = [...planes.values()].filter(
    ({ parts }) =>
      (parts.has('F.npy') && (parts.has('Fneu.npy') || parts.has('iscell.npy'))) || (parts.has('spks.npy') && parts.has('iscell.npy')),
  )
  const single = whole.filter(({ name }) => name !== 'combined')
  const number = (name: string): number => Number(/\d+$/.exec(name)?.[0] ?? 0)
  return (single.length > 0 ? single : whole).toSorted((a, b) => number(a.name) - number(b.name) || (a.name < b.name ? -1 : 1))
}

async function* readPlanes({ files, answers, interrupt }: ImportTask): AsyncGenerator<ReadProgress, TraceReading> {
  const planes = planesOf(files)
  const names = planes.map(({ name }) => name)
  const wanted = planes.length > 1 ? (choiceAnswer(answers, 'plane', [allPlanes, ...names]) ?? allPlanes) : allPlanes
  const chosen = planes.filter(({ name }) => wanted === allPlanes || name === wanted)
  const [first] = chosen
  if (!first) throw fail('import/file-missing', { folder: files[0]?.place ?? '', missing: 'F.npy' })
  const possible = signals.filter((signal) => chosen.every(({ parts }) => needed[signal].every((name) => parts.has(name))))
  const signal = choiceAnswer(answers, 'signal', possible) ?? possible[0]
  if (!signal) throw fail('import/file-missing', { folder: first.name, missing: 'F.npy' })
  const which = choiceAnswer(answers, 'rois', rois) ?? 'cells'
  const givenPixel = numberAnswer(answers, 'umPerPixel', 0)
  const read: PlaneTraces[] = []
  for (const [i, plane] of chosen.entries()) {
    interrupt()
    read.push(await tracesOf(plane, { signal, which, interrupt }))
    yield { done: i + 1, total: chosen.length, phase: 'read' }
  }
  const sampleCount = Math.min(...read.map((plane) => plane.sampleCount))
  const count = read.reduce((sum, { labels }) => sum + labels.length, 0)
  if (count === 0) throw fail('import/no-cells', { file: first.name })
  if (count > channelLimit) throw fail('import/too-many-channels', { file: first.name, limit: channelLimit })
  const isUneven = read.some((plane) => plane.sampleCount !== sampleCount)
  const rateHz = numberAnswer(answers, 'samplingRateHz', 0) ?? read[0]?.rateHz ?? null
  const placed = read.every(({ places }) => places !== null)
  return {
    modality: 'traces',
    channelLabels: read.flatMap(({ labels }, p) =>
      planes.length > 1 ? labels.map((label) => `${chosen[p]?.name ?? ''} ${label}`) : labels,
    ),
    values: joined(read, sampleCount, count),
    positionsUm: placed
      ? Float64Array.from(
          read.flatMap(({ places }) => places ?? []),
          (pixels) => pixels * (givenPixel ?? 1),
        )
      : null,
    timesS: rateHz === null ? null : evenTimes(sampleCount, rateHz),
    samplingRateHz: rateHz,
    settings: [
      choiceSetting('signal', signal, { options: possible, guessed: answers.signal === undefined }),
      choiceSetting('rois', which, { options: rois, guessed: answers.rois === undefined }),
      ...(planes.length > 1
        ? [choiceSetting('plane', wanted, { options: [allPlanes, ...names], guessed: answers.plane === undefined })]
        : []),
      numberSetting('samplingRateHz', rateHz, { unit: 'Hz', guessed: false }),
      ...(placed ? [numberSetting('umPerPixel', givenPixel ?? 1, { unit: 'µm', guessed: givenPixel === null })] : []),
    ],
    choices: [
      { name: 'signal', options: possible },
      { name: 'rois', options: [...rois] },
      ...(planes.length > 1 ? [{ name: 'plane', options: [allPlanes, ...names] }] : []),
    ],
    needs: rateHz === null ? [{ name: 'samplingRateHz', why: 'formats.needs.imagingRateHz' }] : [],
    warnings: [
      ...read.flatMap(({ warnings }) => warnings),
      ...(isUneven ? [warning('planes-cut', { samples: sampleCount })] : []),
      ...(placed && givenPixel === null ? [warning('positions-in-pixels')] : []),
    ],
  }
}

const needed: Record<Signal, string[]> = { 'F-Fneu': ['F.npy', 'Fneu.npy'], F: ['F.npy'], spks: ['spks.npy'] }

type PlaneTraces = {
  labels: string[]
  /** of each ROI kept, its row of `values` */
  rows: number[]
  /** [ROIs, sampleCount] */
  values: Float32Array | Float64Array
  sampleCount: number
  /** x and y in pixels of the ROIs kept, one after the other */
  places: number[] | null
  rateHz: number | null
  warnings: ImportWarning[]
}

async function tracesOf(
  { name, parts }: Plane,
  { signal, which, interrupt }: { signal: Signal; which: (typeof rois)[number]; interrupt: () => void },
): Promise<PlaneTraces> {
  const warnings: ImportWarning[] = []
  const [valueFile, besideFile] = needed[signal].map((part) => parts.get(part))
  if (!valueFile) throw fail('import/file-missing', { folder: name, missing: 'F.npy' })
  const { values, roiCount, sampleCount } = await tableOf(valueFile, interrupt)
  interrupt()
  if (besideFile) {
    const beside = await tableOf(besideFile, interrupt)
    if (beside.values.length !== values.length || beside.roiCount !== roiCount) {
      throw fail('import/counts-disagree', { file: besideFile.name, dataset: besideFile.name, expected: roiCount, found: beside.roiCount })
    }
    for (let i = 0; i < values.length; i++) values[i] = values[i]! - neuropilShare * beside.values[i]!
    interrupt()
  }
  const isCell = await cellsOf(parts.get('iscell.npy'), roiCount, interrupt)
  if (!isCell) warnings.push(warning('no-cell-marks', { file: name }))
  const rows = Array.from({ length: roiCount }, (_, roi) => roi).filter((roi) => which === 'all' || !isCell || isCell[roi])
  const middles = await middlesOf(parts.get('stat.npy'), roiCount, interrupt)
  if (!middles) warnings.push(warning('no-roi-positions', { file: name }))
  const ops = parts.get('ops.npy')
  return {
    labels: rows.map(String),
    rows,
    values,
    sampleCount,
    places: middles && rows.flatMap((roi) => middles[roi] ?? [NaN, NaN]),
    rateHz: ops ? await frameRateIn(ops, interrupt) : null,
    warnings,
  }
}

async function tableOf(
  file: OpenedFile,
  interrupt: () => void,
): Promise<{ values: Float32Array | Float64Array; roiCount: number; sampleCount: number }> {
  const [array] = await readNpyFile(file, file.name, interrupt)
  // One ROI alone loses its axis of length 1.
  const [roiCount = 0, sampleCount = 0] = array?.shape.length === 1 ? [1, ...array.shape] : (array?.shape ?? [])
  if (!array?.numbers || array.shape.length > 2) {
    throw fail('import/dataset-not-numbers', {
      file: file.name,
      dataset: file.name,
      expected: '[N × S]',
      found: `[${array?.shape.join(' × ') ?? ''}]`,
    })
  }
  return { values: array.numbers, roiCount, sampleCount }
}

async function cellsOf(file: OpenedFile | undefined, roiCount: number, interrupt: () => void): Promise<boolean[] | null> {
  if (!file) return null
  const { values, roiCount: count, sampleCount: width } = await tableOf(file, interrupt)
  const stride = count === roiCount ? width : 1
  if (values.length !== roiCount * stride) {
    throw fail('import/counts-disagree', { file: file.name, dataset: file.name, expected: roiCount, found: count })
  }
  return Array.from({ length: roiCount }, (_, roi) => values[roi * stride]! > 0.5)
}

/** Middle of every ROI, x and y in pixels, out of Suite2p's own list, which is a pickle: read as data, nothing in it is run. */
async function middlesOf(file: OpenedFile | undefined, roiCount: number, interrupt: () => void): Promise<[number, number][] | null> {
  const elements = file ? pickledElements(await pickleIn(file, interrupt)) : null
  if (!elements || elements.length !== roiCount) return null
  const middles: [number, number][] = []
  for (const roi of elements) {
    const middle = roi instanceof Map ? roi.get('med') : null
    const [y, x] = Array.isArray(middle) ? middle.map((value) => pickledNumber(value)) : []
    if (x === undefined || x === null || y === undefined || y === null) return null
    middles.push([x, y])
  }
  return middles
}

async function frameRateIn(file: OpenedFile, interrupt: () => void): Promise<number | null> {
  const [ops] = pickledElements(await pickleIn(file, interrupt)) ?? []
  const rate = ops instanceof Map ? pickledNumber(ops.get('fs')) : null
  return rate !== null && rate > 0 && Number.isFinite(rate) ? rate : null
}

/** What follows the header of an array of objects. */
async function pickleIn(file: OpenedFile, interrupt: () => void): Promise<PickleValue> {
  const bytes = await readBytes(file, 0, file.bytes)
  const view = new DataView(bytes.buffer)
  if (bytes.length < 12) throw fail('import/pickle-unreadable', { file: file.name, byte: bytes.length })
  const start = bytes[6] === 1 ? 10 + view.getUint16(8, true) : 12 + view.getUint32(8, true)
  return readPickle(bytes.subarray(Math.min(start, bytes.length)), { file: file.name }, interrupt)
}

function joined(planes: PlaneTraces[], sampleCount: number, count: number): Float32Array | Float64Array {
  const values = planes.some((plane) => plane.values instanceof Float64Array)
    ? new Float64Array(count * sampleCount)
    : new Float32Array(count * sampleCount)
  let at = 0
  for (const plane of planes) {
    for (const row of plane.rows) {
      values.set(plane.values.subarray(row * plane.sampleCount, row * plane.sampleCount + sampleCount), at)
      at += sampleCount
    }
  }
  return values
}
