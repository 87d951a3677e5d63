import { fail } from '../../shared/contract/errors.ts'
import type { ImportSetting, ImportWarning, Inspection } from '../../shared/domain/inspection.ts'
import { choiceAnswer, choiceSetting, numberAnswer, numberSetting } from './answers.ts'
import { warning } from './checks.ts'
import { openHdf5 } from './hdf5.ts'
import type { Hdf5File } from './hdf5-file.ts'
import { hdf5Tree } from './hdf5-tree.ts'
import { readTraceTable } from './hdf5-traces.ts'
import type { Importer, ImportTask, ReadProgress, TraceReading } from './importer.ts'
import { channelLimit } from './labels.ts'
import { evenTimes } from './trace-importer.ts'

const format = 'caiman-hdf5'
/** Deconvolved activity first: it is the nearest to spikes. */
const traceNames = ['S', 'F_dff', 'C'] as const
const which = ['accepted', 'all'] as const

/**
 * Results of CaImAn: traces `/estimates/S`, `/F_dff` and `/C`, [cells, frames]; footprints `/estimates/A`, a sparse matrix
 * [pixels, cells] by columns (`data`, `indices`, `indptr`), pixels counted down the columns of an image of `/dims`; the frame rate
 * `fr` in `/params`.
 * @source flatironinstitute/CaImAn, source_extraction/cnmf/cnmf.py (save), utils.py
 */
export const caimanHdf5: Importer = {
  format,
  settings: ['signal', 'rois', 'samplingRateHz', 'umPerPixel'],
  detect(files) {
    const file = files.find(({ hdf5 }) => hdf5?.rootNames.includes('estimates'))
    return file ? { confidence: 0.95, reasons: [{ code: 'estimates', details: { file: file.name } }], files: [file] } : null
  },
  read,
}

async function* read({ files, answers, interrupt }: ImportTask): AsyncGenerator<ReadProgress, TraceReading> {
  const source = files[0]
  if (!source?.hdf5) throw fail('import/not-recognised', { file: source?.name ?? '', formats: format })
  const { file, close } = await openHdf5(source.path, source.bytes)
  try {
    const there = traceNames.filter((name) => file.shapeOf(`/estimates/${name}`)?.length === 2)
    const [first] = there
    if (first === undefined) throw fail('import/dataset-missing', { file: file.name, dataset: '/estimates/C' })
    const given = choiceAnswer(answers, 'signal', there)
    const signal = given ?? first
    const table = yield* readTraceTable(file, `/estimates/${signal}`, { order: 'channels-first', interrupt })
    const chosen = chooseCells(file, table.channelCount, choiceAnswer(answers, 'rois', which))
    const rate = rateOf(file)
    const givenRateHz = numberAnswer(answers, 'samplingRateHz', 0)
    const samplingRateHz = rate ?? givenRateHz
    const givenPixel = numberAnswer(answers, 'umPerPixel', 0)
    const umPerPixel = givenPixel ?? 1
    const places = centresOf(file, table.channelCount)
    const settings: ImportSetting[] = [
      choiceSetting('signal', signal, { options: there, guessed: given === null && there.length > 1 }),
      ...chosen.settings,
      ...(rate === null ? [numberSetting('samplingRateHz', samplingRateHz, { unit: 'Hz', guessed: false })] : []),
      ...(places ? [numberSetting('umPerPixel', umPerPixel, { unit: 'µm', guessed: givenPixel === null })] : []),
    ]
    const { sampleCount } = table
    const values = new Float32Array(chosen.cells.length * sampleCount)
    chosen.cells.forEach((cell, c) => values.set(table.values.subarray(cell * sampleCount, (cell + 1) * sampleCount), c * sampleCount))
    return {
      modality: 'traces',
      channelLabels: chosen.cells.map(String),
      positionsUm: places
        ? Float64Array.from(chosen.cells.flatMap((cell) => [places[2 * cell]! * umPerPixel, places[2 * cell + 1]! * umPerPixel]))
        : null,
      values,
      timesS: samplingRateHz === null ? null : evenTimes(sampleCount, samplingRateHz),
      samplingRateHz,
      choices: [{ name: 'signal', options: [...there] }, ...chosen.choices],
      settings,
      needs: samplingRateHz === null ? [{ name: 'samplingRateHz', why: 'formats.needs.imagingRateHz' }] : [],
      warnings: [...chosen.warnings, ...(places && givenPixel === null ? [warning('positions-in-pixels')] : [])],
    }
  } finally {
    close()
  }
}

type Chosen = { cells: number[]; settings: ImportSetting[]; choices: Inspection['choices']; warnings: ImportWarning[] }

/** Where CaImAn judged its cells, only the accepted ones, unless the person wants all. */
function chooseCells(file: Hdf5File, cellCount: number, given: (typeof which)[number] | null): Chosen {
  const all = Array.from({ length: cellCount }, (_, cell) => cell)
  const dataset = '/estimates/idx_components'
  if (file.datasetOf(dataset)?.holds !== 'numbers' || file.shapeOf(dataset)?.length !== 1) {
    return { cells: all, settings: [], choices: [], warnings: [] }
  }
  const accepted = [...file.numbers(dataset, 1).data]
  const strange = accepted.findIndex((cell) => !Number.isInteger(cell) || cell < 0 || cell >= cellCount)
  if (strange >= 0)
    throw fail('import/channel-unknown', { file: file.name, place: `${dataset}[${strange}]`, found: accepted[strange] ?? 0 })
  const by = given ?? (accepted.length > 0 ? 'accepted' : 'all')
  const left = cellCount - new Set(accepted).size
  return {
    cells: by === 'all' ? all : [...new Set(accepted)],
    settings: [choiceSetting('rois', by, { options: which, guessed: given === null })],
    choices: [{ name: 'rois', options: [...which] }],
    warnings: by === 'accepted' && left > 0 ? [warning('cells-not-accepted', { count: left })] : [],
  }
}

/** `fr` anywhere below `/params`: versions put it into groups of different names. */
function rateOf(file: Hdf5File): number | null {
  const rates = hdf5Tree(file, '/params')
    .filter(({ path, kind }) => kind === 'dataset' && path.endsWith('/fr'))
    .map(({ path }) => file.number(path))
  const attribute = file.kindOf('/params/data') === 'group' ? file.attribute('/params/data', 'fr') : null
  const rate = [...rates, typeof attribute === 'number' ? attribute : null].find((value) => value !== null && value > 0)
  return rate !== undefined && rate !== null && Number.isFinite(rate) ? rate : null
}

/**
 * Where the middle of each footprint lies, weighed by its pixels.
 * @returns x and y in pixels, [cells, 2]; NaN for an empty footprint; null where the file has none that fit
 */
function centresOf(file: Hdf5File, cellCount: number): Float64Array | null {
  const at = '/estimates/A'
  const dims = ['/estimates/dims', '/dims'].find(
    (path) => file.datasetOf(path)?.holds === 'numbers' && (file.shapeOf(path)?.length ?? 0) === 1,
  )
  const parts = [`${at}/data`, `${at}/indices`, `${at}/indptr`]
  if (!dims || cellCount > channelLimit || parts.some((part) => file.datasetOf(part)?.holds !== 'numbers')) return null
  const [rowCount = 0] = file.numbers(dims, 1).data
  const starts = file.numbers(`${at}/indptr`, 1).data
  const count = file.lengthOf(`${at}/data`)
  if (starts.length !== cellCount + 1 || starts[cellCount] !== count || file.lengthOf(`${at}/indices`) !== count || !(rowCount >= 1))
    return null
  if (starts.some((start, cell) => start < (starts[cell - 1] ?? 0))) return null
  const sums = new Float64Array(3 * cellCount)
  const weights = file.numberPieces(`${at}/data`)
  let cell = 0
  let entry = 0
  for (const pixels of piecesLike(file, `${at}/indices`, weights)) {
    pixels.indices.forEach((pixel, i) => {
      while (cell + 1 < starts.length && entry >= starts[cell + 1]!) cell += 1
      const weight = pixels.weights[i]!
      sums[3 * cell]! += weight
      sums[3 * cell + 1]! += weight * Math.floor(pixel / rowCount)
      sums[3 * cell + 2]! += weight * (pixel % rowCount)
      entry += 1
    })
  }
  return Float64Array.from({ length: 2 * cellCount }, (_, i) => sums[3 * (i >> 1) + 1 + (i & 1)]! / sums[3 * (i >> 1)]!)
}

function* piecesLike(
  file: Hdf5File,
  indices: string,
  weights: Generator<Float64Array>,
): Generator<{ indices: Float64Array; weights: Float64Array }> {
  let first = 0
  for (const piece of weights) {
    yield { indices: file.slice(indices, first, piece.length), weights: piece }
    first += piece.length
  }
}
