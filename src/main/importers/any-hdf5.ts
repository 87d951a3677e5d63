import { CodedError, fail } from '../../shared/contract/errors.ts'
import type { ImportAnswers, Inspection } from '../../shared/domain/inspection.ts'
import { choiceAnswer, choiceSetting } from './answers.ts'
import { named, warning } from './checks.ts'
import { openHdf5 } from './hdf5.ts'
import type { Hdf5File } from './hdf5-file.ts'
import { hdf5Tree } from './hdf5-tree.ts'
import type { CountReading, Importer, ImportTask, ReadProgress, SpikeReading, TraceReading } from './importer.ts'
import { channelLimit, spikeLimit } from './labels.ts'
import { arraySettings, readingOfArrays } from './named-arrays.ts'
import { isAscending, type ListOfTrains } from './array-spikes.ts'
import type { NamedArray } from './array-variables.ts'

const format = 'hdf5'
/** Up to here everything is read and looked at; beyond, only what the person picks. */
const mostValues = 50_000_000
const mostVariables = 500
const picks = ['timeVariable', 'channelVariable', 'valueVariable'] as const

/** A list or table of numbers in the file; `column` of a table of records. */
type Variable = { name: string; path: string; column: string | null; shape: number[]; isWhole: boolean }

/**
 * HDF5 in a layout nobody knows: its lists and tables of numbers are offered by their paths. What fits together by name, shape and
 * content is taken as a guess; where nothing does, the person picks.
 */
export const anyHdf5: Importer = {
  format,
  settings: arraySettings,
  detect(files) {
    const file = files.find(({ hdf5 }) => hdf5 !== null)
    return file ? { confidence: 0.2, reasons: [{ code: 'hdf5', details: { file: file.name } }], files: [file] } : null
  },
  read,
}

async function* read({ files, answers, interrupt }: ImportTask): AsyncGenerator<ReadProgress, SpikeReading | TraceReading | CountReading> {
  const source = files[0]
  if (!source?.hdf5) throw fail('import/not-recognised', { file: source?.name ?? '', formats: format })
  const { file, close } = await openHdf5(source.path, source.bytes)
  try {
    const { variables, packed } = variablesOf(file)
    const lists = listsOf(file)
    const choices = choicesOf(variables, lists)
    const [first] = packed
    if (choices.length === 0 && first)
      throw fail('import/dataset-filtered', { file: file.name, dataset: first, filter: file.filterOf(first) ?? '' })
    if (choices.length === 0) throw fail('import/not-recognised', { file: file.name, formats: format })
    const chosen = chosenOf(variables, answers, choices)
    const arrays: NamedArray[] = []
    const unreadable = [...packed]
    for (const [i, variable] of chosen.entries()) {
      interrupt()
      try {
        arrays.push(arrayOf(file, variable, interrupt))
      } catch (problem) {
        // One damaged dataset does not take the others with it, unless it is the one that was picked.
        const isPicked = picks.some((name) => answers[name] === variable.name)
        if (isPicked || !(problem instanceof CodedError) || problem.code !== 'import/dataset-unreadable') throw problem
        unreadable.push(variable.name)
      }
      yield { done: i + 1, total: chosen.length, phase: 'read' }
    }
    const said = [
      warning('read-as-guessed', { file: file.name, variables: named([...lists, ...variables].map(inWords)) }),
      ...(unreadable.length > 0 ? [warning('datasets-unreadable', { count: unreadable.length, datasets: named(unreadable) })] : []),
    ]
    const trains = trainsIn(file, lists, { answers, interrupt })
    if (trains) arrays.push(...namesIn(file, trains.trains.length))
    const reading = arrays.length > 0 || trains ? attempt(arrays, { file: file.name, answers, interrupt }, trains) : null
    if (!reading) return nothingYet(choices, answers, said)
    return { ...reading, choices, settings: withPicks(reading.settings, choices), warnings: [...said, ...reading.warnings] }
  } finally {
    close()
  }
}

const inWords = ({ name, shape }: Pick<Variable, 'name' | 'shape'>): string => `${name} [${shape.join(' × ')}]`

/** Lists and tables of numbers with more than one value, and the numeric columns of tables of records; and what is packed beyond reading. */
function variablesOf(file: Hdf5File): { variables: Variable[]; packed: string[] } {
  const variables: Variable[] = []
  const packed: string[] = []
  for (const { path, kind } of hdf5Tree(file)) {
    if (variables.length >= mostVariables) break
    const dataset = kind === 'dataset' ? file.datasetOf(path) : null
    if (!dataset) continue
    if (file.filterOf(path) !== null) {
      packed.push(path)
      continue
    }
    if (dataset.holds === 'table' && dataset.shape.length === 1 && dataset.shape[0]! > 1) {
      for (const column of dataset.columns) {
        if (column.isNumeric)
          variables.push({ name: `${path}/${column.name}`, path, column: column.name, shape: dataset.shape, isWhole: false })
      }
    } else if (dataset.holds === 'numbers' && dataset.shape.length >= 1 && dataset.shape.length <= 2 && !dataset.shape.includes(0)) {
      variables.push({ name: path, path, column: null, shape: dataset.shape, isWhole: !dataset.described.startsWith('float') })
    }
  }
  return { variables, packed }
}

const isList = ({ shape }: Variable): boolean => shape.filter((length) => length > 1).length === 1
const isTable = ({ shape }: Variable): boolean => shape.length === 2 && shape.every((length) => length > 1)

function choicesOf(variables: Variable[], listed: Listed[]): Inspection['choices'] {
  const lists = variables.filter(isList).map(({ name }) => name)
  const tables = variables.filter(isTable).map(({ name }) => name)
  const times = [...listed.map(({ name }) => name), ...lists]
  return [
    ...(times.length > 0 ? [{ name: 'timeVariable', options: times }] : []),
    ...(lists.length > 1 ? [{ name: 'channelVariable', options: lists }] : []),
    ...(tables.length > 0 ? [{ name: 'valueVariable', options: tables }] : []),
  ]
}

/** A dataset whose elements are lists of numbers, one for each of N channels. */
type Listed = { name: string; shape: number[] }

function listsOf(file: Hdf5File): Listed[] {
  return hdf5Tree(file).flatMap(({ path, kind }) => {
    const dataset = kind === 'dataset' ? file.datasetOf(path) : null
    const isPlain = dataset?.holds === 'lists' && dataset.shape.every((length) => length > 0) && file.filterOf(path) === null
    return dataset && isPlain && dataset.shape.filter((length) => length > 1).length <= 1 ? [{ name: path, shape: dataset.shape }] : []
  })
}

/** Spike times of each channel: of the dataset that is picked; else of the only one, or the only one called so, in which all lists rise. */
function trainsIn(file: Hdf5File, lists: Listed[], { answers, interrupt }: Pick<ImportTask, 'answers' | 'interrupt'>): ListOfTrains | null {
  const isPicked = picks.some((name) => answers[name] !== undefined)
  const called = lists.filter(({ name }) => /spike|time|train/i.test(name.slice(name.lastIndexOf('/'))))
  const [only, another] = isPicked ? lists.filter(({ name }) => name === answers.timeVariable) : called.length === 1 ? called : lists
  if (!only || another) return null
  const trains: Float64Array[] = []
  let count = 0
  for (const piece of file.listPieces(only.name)) {
    interrupt()
    for (const train of piece) {
      trains.push(train)
      count += train.length
    }
    if (trains.length > channelLimit) throw fail('import/too-many-channels', { file: file.name, limit: channelLimit })
    if (count > spikeLimit)
      throw fail('import/dataset-too-large', { file: file.name, dataset: only.name, claimedMB: Math.round(count / 125_000) })
  }
  return isPicked || (count > 0 && trains.every(isAscending)) ? { name: only.name, trains } : null
}

/** Lists of as many texts as there are channels. */
function namesIn(file: Hdf5File, count: number): NamedArray[] {
  return hdf5Tree(file).flatMap(({ path, kind }) => {
    const dataset = kind === 'dataset' ? file.datasetOf(path) : null
    if (dataset?.holds !== 'texts' || dataset.shape.length !== 1 || dataset.shape[0] !== count) return []
    return [{ name: path, shape: [count], isWhole: false, numbers: null, texts: file.texts(path) }]
  })
}

/** What the person picked, with the small things beside it; else everything, where that is little enough. */
function chosenOf(variables: Variable[], answers: ImportAnswers, choices: Inspection['choices']): Variable[] {
  const wanted = choices.map(({ name, options }) => choiceAnswer(answers, name, options)).filter((name) => name !== null)
  const sizeOf = ({ shape }: Variable): number => shape.reduce((product, length) => product * length, 1)
  if (wanted.length === 0) return variables.reduce((sum, variable) => sum + sizeOf(variable), 0) <= mostValues ? variables : []
  return variables.filter((variable) => wanted.includes(variable.name) || sizeOf(variable) === 1)
}

function arrayOf(file: Hdf5File, { name, path, column, shape, isWhole }: Variable, interrupt: () => void): NamedArray {
  const slim = shape.filter((length) => length > 1)
  const numbers = new Float64Array(shape.reduce((product, length) => product * length, 1))
  let done = 0
  if (column !== null) {
    for (const [piece = new Float64Array(0)] of file.columnPieces(path, [column])) {
      interrupt()
      numbers.set(piece, done)
      done += piece.length
    }
  } else if (slim.length < 2) {
    for (const piece of file.numberPieces(path)) {
      interrupt()
      numbers.set(piece, done)
      done += piece.length
    }
  } else {
    const [, width = 1] = shape
    for (const block of file.blocks(path)) {
      interrupt()
      for (let r = 0; r < block.rowCount; r++) {
        numbers.set(block.data.subarray(r * block.columnCount, (r + 1) * block.columnCount), (block.row + r) * width + block.column)
      }
    }
  }
  return {
    name,
    shape: slim.length > 0 ? slim : [1],
    isWhole: isWhole || (column !== null && numbers.every(Number.isInteger)),
    numbers,
    texts: null,
  }
}

/** What the arrays are together; null where they do not say, and the person has to pick. */
function attempt(
  arrays: NamedArray[],
  task: Parameters<typeof readingOfArrays>[1],
  trains: ListOfTrains | null,
): ReturnType<typeof readingOfArrays> | null {
  try {
    return readingOfArrays(arrays, task, trains)
  } catch (problem) {
    const isPicked = picks.some((name) => task.answers[name] !== undefined)
    // A guess that does not work out is no fault of the file.
    if (problem instanceof CodedError && (problem.code === 'import/variables-unclear' || !isPicked)) return null
    throw problem
  }
}

function withPicks(settings: SpikeReading['settings'], choices: Inspection['choices']): SpikeReading['settings'] {
  const known = new Map(choices.map(({ name, options }) => [name, options]))
  return settings.map((setting) => ({ ...setting, options: known.get(setting.name) ?? setting.options }))
}

function nothingYet(choices: Inspection['choices'], answers: ImportAnswers, warnings: SpikeReading['warnings']): SpikeReading {
  return {
    modality: 'spikes',
    channelLabels: [],
    positionsUm: null,
    trains: { timesS: new Float64Array(0), offsets: new Uint32Array(1) },
    samplingRateHz: null,
    knowsAllChannels: true,
    choices,
    settings: choices.map(({ name, options }) => choiceSetting(name, choiceAnswer(answers, name, options), { options, guessed: false })),
    needs: [{ name: choices[0]?.name ?? 'timeVariable', why: 'formats.needs.variables' }],
    warnings,
  }
}
