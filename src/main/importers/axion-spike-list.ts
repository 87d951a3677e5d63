import { fail } from '../../shared/contract/errors.ts'
import { choiceAnswer, choiceSetting, numberAnswer, numberSetting } from './answers.ts'
import { warning } from './checks.ts'
import { timeUnitOf, unitsPerSecond } from './columns.ts'
import type { Importer, ImportTask, ReadProgress, SpikeReading } from './importer.ts'
import { spikeLimit } from './labels.ts'
import type { OpenedFile } from './opened-file.ts'
import { groupByChannel } from './spike-trains.ts'
import { isBlankRow, rowsOf } from './table-rows.ts'
import { shapeOfTable, type TableShape } from './table-shape.ts'
import { toNumber } from './table-cells.ts'

const electrodeName = /^([A-H]\d{1,2})_(\d{1,2})$/
/** Distance of electrodes in µm by how many stand in a row of a well: plates of 12 wells have 8 × 8, of 48 wells 4 × 4. */
const pitchBySide = { 8: 200, 4: 350 }

/**
 * A spike list of Axion's AxIS: settings of the plate fill the first two columns beside the first spikes. Electrode `D3_31` is well D3,
 * column 3, row 1. A file is a plate: its wells are recordings to choose from.
 * @source meaRtools, its sample file
 */
export const axionSpikeList: Importer = {
  format: 'axion-spike-list',
  settings: ['well', 'pitchUm'],
  detect(files) {
    const file = files.find((candidate) => {
      const shape = shapeOfTable(candidate)
      return shape !== null && columnsOf(shape) !== null
    })
    return file ? { confidence: 0.95, reasons: [{ code: 'columns', details: { file: file.name } }], files: [file] } : null
  },
  read: readSpikes,
}

function columnsOf({ hasHeader, columns, sample }: TableShape): { time: number; electrode: number } | null {
  const words = columns.map((column) => column.trim().toLowerCase())
  const electrode = words.indexOf('electrode')
  const time = words.findIndex((word) => /^time\b/.test(word))
  const isPlate = words[0] === 'investigator' || sample.some((row) => electrodeName.test(row[electrode]?.trim() ?? ''))
  return hasHeader && electrode >= 0 && time >= 0 && isPlate ? { time, electrode } : null
}

async function* readSpikes({ files, answers, interrupt }: ImportTask): AsyncGenerator<ReadProgress, SpikeReading> {
  const [file] = files
  const shape = file && shapeOfTable(file)
  const at = shape ? columnsOf(shape) : null
  if (!file || !shape || !at) throw fail('import/not-recognised', { file: file?.name ?? '', formats: 'axion-spike-list' })
  const { wells, unlisted } = yield* wellsOf(file, shape, { ...at, interrupt })
  const names = [...wells.keys()].toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  const busiest = names.toSorted((a, b) => (wells.get(b)?.times.length ?? 0) - (wells.get(a)?.times.length ?? 0))[0]
  if (busiest === undefined) throw fail('import/no-spikes', { file: file.name })
  const given = choiceAnswer(answers, 'well', names)
  const well = given ?? busiest
  const { times, electrodes } = wells.get(well) ?? { times: [], electrodes: [] }
  const labels = [...new Set(electrodes)].toSorted()
  const row = new Map(labels.map((label, index) => [label, index]))
  const side = labels.some((label) => /[5-8]/.test(label)) ? 8 : 4
  const givenPitch = numberAnswer(answers, 'pitchUm', 0)
  const pitchUm = givenPitch ?? pitchBySide[side]
  return {
    modality: 'spikes',
    channelLabels: labels.map((label) => `${well}_${label}`),
    trains: groupByChannel(
      Float64Array.from(times),
      Uint32Array.from(electrodes, (label) => row.get(label) ?? 0),
      labels.length,
    ),
    positionsUm: Float64Array.from(labels.flatMap((label) => [(Number(label[0]) - 1) * pitchUm, (Number(label.slice(1)) - 1) * pitchUm])),
    samplingRateHz: null,
    knowsAllChannels: false,
    settings: [
      choiceSetting('well', well, { options: names, guessed: given === null }),
      numberSetting('pitchUm', pitchUm, { unit: 'µm', guessed: givenPitch === null }),
    ],
    choices: [{ name: 'well', options: names }],
    needs: [],
    warnings: [
      ...(given === null && names.length > 1 ? [warning('well-chosen', { well, count: names.length })] : []),
      ...(unlisted > 0 ? [warning('electrodes-unnamed', { count: unlisted })] : []),
    ],
  }
}

type Well = { times: number[]; electrodes: string[] }

async function* wellsOf(
  file: OpenedFile,
  shape: TableShape,
  { time, electrode, interrupt }: { time: number; electrode: number; interrupt: () => void },
): AsyncGenerator<ReadProgress, { wells: Map<string, Well>; unlisted: number }> {
  const perSecond = { ...unitsPerSecond, samples: 1 }[timeUnitOf(shape.columns[time] ?? '') ?? 's']
  const wells = new Map<string, Well>()
  let count = 0
  let unlisted = 0
  for await (const { rows, firstLine, bytesDone } of rowsOf(file, shape)) {
    interrupt()
    for (const [r, row] of rows.entries()) {
      const place = { file: file.name, line: firstLine + r, column: shape.columns[time] ?? '' }
      const [cell = '', label = ''] = [row[time]?.trim(), row[electrode]?.trim()]
      // The plate's settings go on below the last spike where there are few.
      if (isBlankRow(row) || (cell === '' && label === '')) continue
      const value = toNumber(cell, shape.decimal)
      if (Number.isNaN(value))
        throw cell === '' ? fail('import/cell-empty', place) : fail('import/cell-not-a-number', { ...place, found: cell.slice(0, 40) })
      if (value < 0) throw fail('import/cell-negative-time', { ...place, found: cell.slice(0, 40) })
      const named = electrodeName.exec(label)
      if (!named) {
        unlisted += 1
        continue
      }
      const [, name = '', inWell = ''] = named
      const well = wells.get(name) ?? { times: [], electrodes: [] }
      wells.set(name, well)
      well.times.push(value / perSecond)
      well.electrodes.push(inWell)
      count += 1
      if (count > spikeLimit)
        throw fail('import/dataset-too-large', { file: file.name, dataset: place.column, claimedMB: Math.round(file.bytes / 1e6) })
    }
    yield { done: bytesDone, total: file.bytes, phase: 'read' }
  }
  return { wells, unlisted }
}
