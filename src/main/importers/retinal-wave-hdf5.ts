import { fail } from '../../shared/contract/errors.ts'
import type { ImportWarning } from '../../shared/domain/inspection.ts'
import { warning } from './checks.ts'
import { openHdf5 } from './hdf5.ts'
import type { Hdf5File } from './hdf5-file.ts'
import type { Importer, ImportTask, ReadProgress, SpikeReading } from './importer.ts'
import { channelLimit, spikeLimit, uniqueLabels } from './labels.ts'

/**
 * HDF5 of the retinal wave repository: `/spikes` in seconds, channels one after the other; `/sCount` spikes per
 * channel; `/epos` positions in µm, 2 × N or N × 2; `/names` where the channels have any.
 * @source Eglen et al. 2014, GigaScience 3:3
 */
export const retinalWaveHdf5: Importer = {
  format: 'retinal-wave-hdf5',
  settings: [],
  detect(files) {
    const file = files.find(({ hdf5 }) => hdf5 && (hdf5.rootNames.includes('sCount') || hdf5.rootNames.includes('epos')))
    if (!file) return null
    const both = file.hdf5?.rootNames.includes('sCount') && file.hdf5.rootNames.includes('spikes')
    return {
      confidence: both ? 0.95 : 0.5,
      reasons: [{ code: both ? 'datasets' : 'some-datasets', details: { file: file.name } }],
      files: [file],
    }
  },
  read: readTrains,
}

async function* readTrains({ files, interrupt }: ImportTask): AsyncGenerator<ReadProgress, SpikeReading> {
  const source = files[0]
  if (!source?.hdf5) throw fail('import/not-recognised', { file: source?.name ?? '', formats: 'retinal-wave-hdf5' })
  const { file, close } = await openHdf5(source.path, source.bytes)
  try {
    const spikeCount = file.lengthOf('/spikes')
    if (spikeCount > spikeLimit)
      throw fail('import/dataset-too-large', { file: source.name, dataset: '/spikes', claimedMB: Math.round((8 * spikeCount) / 1e6) })
    const offsets = readOffsets(file, source.name, spikeCount)
    const channelCount = offsets.length - 1
    const { channelLabels, warnings } = readLabels(file, source.name, channelCount)
    const positionsUm = readPositions(file, source.name, channelCount)
    const timesS = new Float64Array(spikeCount)
    let done = 0
    for (const piece of file.numberPieces('/spikes')) {
      interrupt()
      checkTimes(piece, done, source.name)
      timesS.set(piece, done)
      done += piece.length
      yield { done, total: spikeCount, phase: 'read' }
    }
    return {
      modality: 'spikes',
      channelLabels,
      trains: { timesS, offsets },
      positionsUm,
      samplingRateHz: null,
      settings: [],
      needs: [],
      warnings,
      knowsAllChannels: true,
    }
  } finally {
    close()
  }
}

/** Where each channel's spikes begin. Nothing is allocated by a count before all of them agree with `/spikes`. */
function readOffsets(file: Hdf5File, name: string, spikeCount: number): Uint32Array {
  if (file.lengthOf('/sCount') > channelLimit) throw fail('import/too-many-channels', { file: name, limit: channelLimit })
  const { data: counts } = file.numbers('/sCount', 1)
  const offsets = new Uint32Array(counts.length + 1)
  let sum = 0
  counts.forEach((count, c) => {
    if (!Number.isInteger(count) || count < 0) throw fail('import/not-a-count', { file: name, place: `/sCount[${c}]`, found: count })
    sum += count
    offsets[c + 1] = sum
  })
  if (sum !== spikeCount) throw fail('import/counts-disagree', { file: name, dataset: '/sCount', expected: spikeCount, found: sum })
  if (sum === 0) throw fail('import/no-spikes', { file: name })
  return offsets
}

function readLabels(file: Hdf5File, name: string, channelCount: number): { channelLabels: string[]; warnings: ImportWarning[] } {
  const names = file.texts('/names')?.map((text) => text.trim())
  if (!names) return { channelLabels: Array.from({ length: channelCount }, (_, c) => String(c)), warnings: [] }
  if (names.length !== channelCount)
    throw fail('import/counts-disagree', { file: name, dataset: '/names', expected: channelCount, found: names.length })
  const { labels, renamedCount } = uniqueLabels(names)
  return { channelLabels: labels, warnings: renamedCount > 0 ? [warning('labels-repeated', { count: renamedCount })] : [] }
}

function readPositions(file: Hdf5File, name: string, channelCount: number): Float64Array | null {
  const shape = file.shapeOf('/epos')
  if (!shape) return null
  const pairs = shape[0] === 2 && shape[1] === channelCount ? 'by-row' : shape[1] === 2 && shape[0] === channelCount ? 'by-column' : null
  if (!pairs) {
    const found = (shape[0] === 2 ? shape[1] : shape[0]) ?? 0
    throw fail('import/counts-disagree', { file: name, dataset: '/epos', expected: channelCount, found })
  }
  const { data } = file.numbers('/epos', 2)
  if (pairs === 'by-column') return data
  const positionsUm = new Float64Array(2 * channelCount)
  for (let c = 0; c < channelCount; c++) {
    positionsUm[2 * c] = data[c]!
    positionsUm[2 * c + 1] = data[channelCount + c]!
  }
  return positionsUm
}

function checkTimes(times: Float64Array, first: number, file: string): void {
  for (let s = 0; s < times.length; s++) {
    const time = times[s]!
    if (!Number.isFinite(time)) throw fail('import/not-a-number', { file, place: `/spikes[${first + s}]`, found: String(time) })
    if (time < 0) throw fail('import/negative-time', { file, place: `/spikes[${first + s}]`, found: time })
  }
}
