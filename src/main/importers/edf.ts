import { fail } from '../../shared/contract/errors.ts'
import type { TaskEvent } from '../../shared/domain/task-event.ts'
import { choiceAnswer, choiceSetting } from './answers.ts'
import { named, warning } from './checks.ts'
import { annotationsIn } from './edf-annotations.ts'
import type { Importer, ImportTask, ReadProgress, TraceReading } from './importer.ts'
import { channelLimit, uniqueLabels } from './labels.ts'
import { readBytes, type OpenedFile } from './opened-file.ts'

const format = 'edf'
const fixedBytes = 256
const largestValues = 400e6
const annotationLabels = ['EDF Annotations', 'BDF Annotations']

type Signal = {
  label: string
  unit: string
  /** value = slope · stored + offset */
  slope: number
  offset: number
  perRecord: number
  /** where a record keeps it */
  startBytes: number
}
type Header = {
  signals: Signal[]
  sampleBytes: 2 | 3
  recordCount: number
  recordS: number
  recordBytes: number
  headerBytes: number
  isInterrupted: boolean
}

/**
 * EDF and EDF+, BDF and BDF+: signals of own rates in records of equal length, annotations between them. Where rates differ,
 * slower signals hold their value until their next sample, or one rate is picked.
 * @source Kemp et al. 1992; Kemp & Olivan 2003; BioSemi's BDF
 */
export const edf: Importer = {
  format,
  settings: ['rates'],
  detect(files) {
    const file = files.find(({ head }) => sampleBytesOf(head) !== null)
    if (!file) return null
    return {
      confidence: 0.92,
      reasons: [{ code: sampleBytesOf(file.head) === 3 ? 'bdf' : 'edf', details: { file: file.name } }],
      files: [file],
    }
  },
  read,
}

function sampleBytesOf(head: Uint8Array): 2 | 3 | null {
  if (head.length < fixedBytes) return null
  const begin = textOf(head, 1, 7)
  if (head[0] === 0xff && begin === 'BIOSEMI') return 3
  const counts = /^\d+\s*$/.test(textOf(head, 184, 8)) && /^-?\d+\s*$/.test(textOf(head, 236, 8)) && /^\d+\s*$/.test(textOf(head, 252, 4))
  return head[0] === 0x30 && begin.trim() === '' && counts ? 2 : null
}

async function* read({ files, answers, interrupt }: ImportTask): AsyncGenerator<ReadProgress, TraceReading> {
  const [file] = files
  if (!file) throw fail('import/not-recognised', { file: '', formats: format })
  const header = await readHeader(file)
  const signals = header.signals.filter(({ label }) => !annotationLabels.includes(label) && label !== 'Status')
  if (signals.length === 0) throw fail('import/no-samples', { file: file.name })
  const rates = [...new Set(signals.map(({ perRecord }) => perRecord))].toSorted((a, b) => b - a)
  const rateWord = (perRecord: number): string => `${Number((perRecord / header.recordS).toPrecision(6))} Hz`
  const options = ['all', ...rates.map(rateWord)],
    given = rates.length > 1 ? choiceAnswer(answers, 'rates', options) : null
  const picked = given === null || given === 'all' ? signals : signals.filter(({ perRecord }) => rateWord(perRecord) === given)
  const perRecord = Math.max(...picked.map((signal) => signal.perRecord)),
    sampleCount = perRecord * header.recordCount
  if (picked.length * sampleCount > largestValues) {
    throw fail('import/dataset-too-large', {
      file: file.name,
      dataset: format,
      claimedMB: Math.round((picked.length * sampleCount * 4) / 1e6),
    })
  }
  const values = new Float32Array(picked.length * sampleCount),
    taskEvents: TaskEvent[] = [],
    recordStartS = new Float64Array(header.recordCount)
  const annotated = header.signals.filter(({ label }) => annotationLabels.includes(label))
  for (let r = 0; r < header.recordCount; r++) {
    interrupt()
    const bytes = await readBytes(file, header.headerBytes + r * header.recordBytes, header.recordBytes)
    picked.forEach((signal, c) =>
      place(bytes, header.sampleBytes, signal, values.subarray(c * sampleCount + r * perRecord, c * sampleCount + (r + 1) * perRecord)),
    )
    recordStartS[r] = r * header.recordS
    for (const [a, { startBytes, perRecord: count }] of annotated.entries()) {
      const { onsetS, events } = annotationsIn(bytes.subarray(startBytes, startBytes + count * header.sampleBytes))
      if (a === 0 && onsetS !== null && header.isInterrupted) recordStartS[r] = onsetS
      taskEvents.push(...events)
    }
    yield { done: r + 1, total: header.recordCount, phase: 'read' }
  }
  const rateHz = perRecord / header.recordS,
    units = new Set(picked.map(({ unit }) => unit)),
    { labels, renamedCount } = uniqueLabels(picked.map(({ label }) => label))
  return {
    modality: 'traces',
    channelLabels: labels,
    positionsUm: null,
    values,
    timesS: Float64Array.from({ length: sampleCount }, (_, s) => recordStartS[Math.floor(s / perRecord)]! + (s % perRecord) / rateHz),
    samplingRateHz: header.isInterrupted ? null : rateHz,
    taskEvents,
    choices: rates.length > 1 ? [{ name: 'rates', options }] : [],
    settings: rates.length > 1 ? [choiceSetting('rates', given ?? 'all', { options, guessed: given === null })] : [],
    needs: [],
    warnings: [
      ...(rates.length > 1 && picked.some((signal) => signal.perRecord !== perRecord)
        ? [warning('several-rates', { rates: named(rates.map(rateWord)), fastest: rateWord(perRecord) })]
        : []),
      ...(units.size > 1 ? [warning('several-units', { units: named([...units]) })] : []),
      ...(renamedCount > 0 ? [warning('labels-repeated', { count: renamedCount })] : []),
    ],
  }
}

/** One record's samples of a signal, held where it is slower than the fastest. */
function place(bytes: Uint8Array, sampleBytes: 2 | 3, { startBytes, perRecord, slope, offset }: Signal, target: Float32Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let s = 0; s < target.length; s++) {
    const at = startBytes + Math.floor((s * perRecord) / target.length) * sampleBytes
    const stored = sampleBytes === 2 ? view.getInt16(at, true) : view.getInt8(at + 2) * 65_536 + view.getUint16(at, true)
    target[s] = slope * stored + offset
  }
}

async function readHeader(file: OpenedFile): Promise<Header> {
  const damaged = (where: string, found: string): Error => fail('import/header-damaged', { file: file.name, place: where, found })
  const sampleBytes = sampleBytesOf(file.head)
  if (sampleBytes === null) throw fail('import/not-recognised', { file: file.name, formats: format })
  const whole = (at: number, length: number, where: string): number => {
    const text = textOf(file.head, at, length).trim()
    if (!/^-?\d+$/.test(text)) throw damaged(where, text)
    return Number(text)
  }
  const signalCount = whole(252, 4, 'number of signals'),
    headerBytes = fixedBytes * (1 + signalCount)
  const recordS = Number(textOf(file.head, 244, 8).trim())
  if (signalCount < 1 || signalCount > channelLimit || headerBytes > file.bytes) throw damaged('number of signals', String(signalCount))
  if (!(recordS > 0) || !Number.isFinite(recordS)) throw damaged('duration of a record', String(recordS))
  const head = await readBytes(file, 0, headerBytes)
  const fields = (startPer: number, length: number): string[] =>
    Array.from({ length: signalCount }, (_, s) => textOf(head, fixedBytes + startPer * signalCount + s * length, length).trim())
  const [labels, units, lows, highs, lowestStored, highestStored, counts] = [
    fields(0, 16),
    fields(96, 8),
    fields(104, 8).map(Number),
    fields(112, 8).map(Number),
    fields(120, 8).map(Number),
    fields(128, 8).map(Number),
    fields(216, 8).map(Number),
  ]
  let startBytes = 0
  const signals = labels.map((label, s): Signal => {
    const perRecord = counts[s]!,
      range = highestStored[s]! - lowestStored[s]!,
      slope = (highs[s]! - lows[s]!) / range
    if (!Number.isInteger(perRecord) || perRecord < 1 || perRecord > file.bytes)
      throw damaged(`${label}: samples in a record`, String(counts[s]))
    const isNote = annotationLabels.includes(label)
    if (!isNote && !(Number.isFinite(slope) && range !== 0)) throw damaged(`${label}: range of values`, `${lows[s]} … ${highs[s]}`)
    const signal = {
      label: label || String(s + 1),
      unit: units[s] ?? '',
      slope,
      offset: lows[s]! - slope * lowestStored[s]!,
      perRecord,
      startBytes,
    }
    startBytes += perRecord * sampleBytes
    return signal
  })
  // A recording that was cut off says −1, or more than is there: what is whole is read.
  const claimed = whole(236, 8, 'number of records'),
    present = Math.floor((file.bytes - headerBytes) / startBytes)
  const recordCount = claimed < 0 ? present : Math.min(claimed, present)
  if (recordCount < 1) throw fail('import/no-samples', { file: file.name })
  const isInterrupted = /^(EDF|BDF)\+D/.test(textOf(file.head, 192, 5))
  return { signals, sampleBytes, recordCount, recordS, recordBytes: startBytes, headerBytes, isInterrupted }
}

const textOf = (bytes: Uint8Array, at: number, length: number): string => new TextDecoder('latin1').decode(bytes.subarray(at, at + length))
