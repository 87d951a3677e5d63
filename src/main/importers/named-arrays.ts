import { choiceAnswer } from './answers.ts'
import { type ListOfTrains, spikeVariables, spikesOf, trainsOf } from './array-spikes.ts'
import { tableOf } from './array-tables.ts'
import { type Contents, type NamedArray, type Numeric, type Task, besideOf, contents, unclear } from './array-variables.ts'
import type { CountReading, SpikeReading, TraceReading } from './importer.ts'

export const arraySettings = [
  'contents',
  'timeVariable',
  'channelVariable',
  'valueVariable',
  'channelAxis',
  'timeUnit',
  'samplingRateHz',
  'binMs',
] as const

/**
 * What a file's variables are together: spikes (times beside channels, a list of pairs, or a list of times for each channel), counts
 * or traces (a table, with times where it has some). By name, shape and content; the person may say otherwise.
 * @throws import/variables-unclear where nothing fits; import/counts-disagree, import/not-a-number, import/negative-time, import/not-a-count
 */
export function readingOfArrays(
  arrays: NamedArray[],
  task: Task,
  listed: ListOfTrains | null = null,
): SpikeReading | TraceReading | CountReading {
  const numeric = arrays.filter((array): array is Numeric => array.numbers !== null && array.numbers.length > 0)
  const beside = besideOf(arrays, numeric)
  const given = choiceAnswer(task.answers, 'contents', contents)
  const isSpikes = given === null || given === 'spikes'
  const spikes = !isSpikes ? null : listed ? trainsOf(listed, beside) : spikeVariables(numeric, task)
  const tables = numeric.filter((array) => array.shape.length === 2 && array !== beside.positions)
  const guess: Contents | null =
    spikes && spikes.kind !== 'pairs' ? 'spikes' : tables.length > 0 ? (spikes ? 'spikes' : 'traces') : spikes ? 'spikes' : null
  if (given === 'spikes' || (given === null && guess === 'spikes')) {
    if (!spikes) throw unclear(arrays, task)
    return spikesOf(spikes, { numeric, beside, given, task })
  }
  if (tables.length === 0) throw unclear(arrays, task)
  return tableOf(tables, { numeric, beside, given, task })
}
