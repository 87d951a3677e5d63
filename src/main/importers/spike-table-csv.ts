import { fail } from '../../shared/contract/errors.ts'
import type { ImportWarning } from '../../shared/domain/inspection.ts'
import { numberAnswer } from './answers.ts'
import { warning } from './checks.ts'
import type { Importer, ImportTask, ReadProgress, SpikeReading } from './importer.ts'
import { inNaturalOrder, isWholeNumber } from './labels.ts'
import { confidenceIn, isNamedIn } from './spike-table-looks.ts'
import { planReading } from './spike-table-plan.ts'
import { type SpikeTable, readSpikes } from './spike-table-rows.ts'
import { groupByChannel } from './spike-trains.ts'
import { toSeconds } from './spike-time-unit.ts'
import { shapeOfTable } from './table-shape.ts'

const settings = ['channelColumn', 'timeColumn', 'timeUnit', 'samplingRateHz', 'decimal', 'separator'] as const

/** A row per spike: the channel, any text, and the time, in any unit; other columns are left alone. */
export const spikeTableCsv: Importer = {
  format: 'spike-table-csv',
  settings,
  detect(files, answers) {
    const candidates = files.flatMap((file) => {
      const shape = shapeOfTable(file)
      const confidence = shape ? (isNamedIn(shape, answers) ? 0.95 : confidenceIn(shape)) : 0
      return shape && confidence > 0 ? [{ file, shape, confidence }] : []
    })
    const [best] = candidates.toSorted((a, b) => b.confidence - a.confidence)
    if (!best) return null
    const { file, shape, confidence } = best
    const code = confidence > 0.5 ? 'columns' : 'table'
    return { confidence, reasons: [{ code, details: { file: file.name, columns: shape.columns.join(', ') } }], files: [file] }
  },
  read: readTrains,
}

async function* readTrains({ files, answers, interrupt }: ImportTask): AsyncGenerator<ReadProgress, SpikeReading> {
  const [file] = files
  if (!file?.text && !file?.table) throw fail('import/not-recognised', { file: file?.name ?? '', formats: 'spike-table-csv' })
  const reading = planReading(file, answers)
  const table = yield* readSpikes(file, reading, interrupt)
  if (table.times.length === 0) throw fail('import/no-spikes', { file: file.name })
  const givenRate = numberAnswer(answers, 'samplingRateHz', 0)
  const samplingRateHz = givenRate ?? reading.shape.rateHz
  const timing = toSeconds(file, table, { unit: reading.unit.value, samplingRateHz, isRateGiven: givenRate !== null })
  const channelLabels = inNaturalOrder(table.labels)
  interrupt()
  const rowOfSpike = inOrderOf(table, channelLabels)
  interrupt()
  return {
    modality: 'spikes',
    channelLabels,
    trains: groupByChannel(table.times, rowOfSpike, channelLabels.length),
    positionsUm: null,
    samplingRateHz,
    settings: [...reading.settings, ...timing.settings],
    needs: timing.needs,
    warnings: [...reading.warnings, ...timing.warnings, ...oddNames(table.labels)],
    knowsAllChannels: false,
  }
}

/** A few names among numbers are rather a line of sums than channels. */
function oddNames(labels: string[]): ImportWarning[] {
  const odd = labels.filter((label) => !isWholeNumber(label))
  return odd.length > 0 && odd.length <= 2 && labels.length - odd.length >= 3
    ? [warning('odd-channel-names', { channels: odd.join(', ') })]
    : []
}

function inOrderOf({ labels, rowOfSpike }: SpikeTable, channelLabels: string[]): Uint32Array {
  if (channelLabels === labels) return rowOfSpike
  const place = new Map(channelLabels.map((label, row) => [label, row]))
  const newRow = Uint32Array.from(labels, (label) => place.get(label) ?? 0)
  for (let s = 0; s < rowOfSpike.length; s++) rowOfSpike[s] = newRow[rowOfSpike[s]!]!
  return rowOfSpike
}
