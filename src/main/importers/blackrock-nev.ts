import { fail } from '../../shared/contract/errors.ts'
import type { TaskEvent } from '../../shared/domain/task-event.ts'
import { warning } from './checks.ts'
import type { BehaviourReading, Importer, ImportTask, ReadProgress, SpikeReading } from './importer.ts'
import { spikeLimit } from './labels.ts'
import { readBytes, type OpenedFile } from './opened-file.ts'
import { groupByChannel } from './spike-trains.ts'

const format = 'blackrock-nev'
const headBytes = 336
const piecePackets = 200_000
const noiseUnit = 255
const mostElectrodes = 10_000

type Header = { hasLongTimes: boolean; headerBytes: number; packetBytes: number; ticksPerS: number; labels: Map<number, string> }

/**
 * Blackrock `.nev`: packets of equal length, each a spike of an electrode and unit, or a digital event. A channel is an
 * electrode and unit that spiked; spikes the sorter called noise are left out and told.
 * @source Blackrock Microsystems, NEV file specification 2.3 and 3.0
 */
export const blackrockNev: Importer = {
  format,
  settings: [],
  bringsBehaviour: true,
  detect(files) {
    const file = files.find(({ head }) => isNev(head))
    return file ? { confidence: 0.95, reasons: [{ code: 'header', details: { file: file.name } }], files: [file] } : null
  },
  read,
}

const isNev = (head: Uint8Array): boolean =>
  head.length >= headBytes && /^(NEURALEV|BREVENTS)$/.test(new TextDecoder('latin1').decode(head.subarray(0, 8)))

async function* read({ files, interrupt }: ImportTask): AsyncGenerator<ReadProgress, SpikeReading | BehaviourReading> {
  const [file] = files
  if (!file || !isNev(file.head)) throw fail('import/not-recognised', { file: file?.name ?? '', formats: format })
  const { hasLongTimes, headerBytes, packetBytes, ticksPerS, labels } = await readHeader(file)
  const packetCount = Math.floor((file.bytes - headerBytes) / packetBytes),
    idAt = hasLongTimes ? 8 : 4
  if (packetCount > spikeLimit) {
    throw fail('import/dataset-too-large', { file: file.name, dataset: format, claimedMB: Math.round(file.bytes / 1e6) })
  }
  const timesS = new Float64Array(packetCount),
    keys = new Uint32Array(packetCount),
    taskEvents: TaskEvent[] = []
  let spikeCount = 0,
    noiseCount = 0
  for (let first = 0; first < packetCount; first += piecePackets) {
    interrupt()
    const count = Math.min(piecePackets, packetCount - first)
    const bytes = await readBytes(file, headerBytes + first * packetBytes, count * packetBytes),
      view = new DataView(bytes.buffer)
    for (let p = 0; p < count; p++) {
      const at = p * packetBytes,
        ticks = hasLongTimes ? Number(view.getBigUint64(at, true)) : view.getUint32(at, true),
        id = view.getUint16(at + idAt, true)
      if (id === 0) {
        const digital = view.getUint16(at + idAt + 4, true)
        taskEvents.push({ timeS: ticks / ticksPerS, kind: 'custom', label: `digital ${digital}`, value: digital })
      } else if (id <= mostElectrodes) {
        const unit = view.getUint8(at + idAt + 2)
        if (unit === noiseUnit) {
          noiseCount++
          continue
        }
        timesS[spikeCount] = ticks / ticksPerS
        keys[spikeCount++] = id * 256 + unit
      }
    }
    yield { done: first + count, total: packetCount, phase: 'read' }
  }
  const left = noiseCount > 0 ? [warning('noise-spikes-left-out', { count: noiseCount })] : []
  if (spikeCount === 0) {
    if (taskEvents.length === 0) throw fail('import/no-spikes', { file: file.name })
    return { modality: 'behaviour', settings: [], needs: [], taskEvents, warnings: left }
  }
  const found = [...new Set(keys.subarray(0, spikeCount))].toSorted((a, b) => a - b),
    rowOf = new Map(found.map((key, row) => [key, row]))
  const rows = Uint32Array.from(keys.subarray(0, spikeCount), (key) => rowOf.get(key)!)
  return {
    modality: 'spikes',
    channelLabels: distinct(found, labels),
    positionsUm: null,
    trains: groupByChannel(timesS.subarray(0, spikeCount), rows, found.length),
    samplingRateHz: ticksPerS,
    knowsAllChannels: false,
    settings: [],
    needs: [],
    taskEvents,
    warnings: left,
  }
}

/** An electrode by its label or number; with its unit where it has sorted ones. */
function distinct(found: number[], labels: Map<number, string>): string[] {
  const perElectrode = new Map<number, number>()
  for (const key of found) perElectrode.set(key >> 8, (perElectrode.get(key >> 8) ?? 0) + 1)
  const names = found.map((key) => {
    const electrode = key >> 8,
      name = labels.get(electrode) ?? String(electrode)
    return perElectrode.get(electrode) === 1 && (key & 255) === 0 ? name : `${name} unit ${key & 255}`
  })
  // Labels of a rig may repeat; electrodes' numbers do not.
  return new Set(names).size === names.length ? names : found.map((key) => `${key >> 8} unit ${key & 255}`)
}

async function readHeader(file: OpenedFile): Promise<Header> {
  const head = new DataView(file.head.buffer, file.head.byteOffset, file.head.byteLength)
  const damaged = (place: string, found: number): Error => fail('import/header-damaged', { file: file.name, place, found: String(found) })
  const headerBytes = head.getUint32(12, true),
    packetBytes = head.getUint32(16, true),
    ticksPerS = head.getUint32(20, true),
    extendedCount = head.getUint32(332, true)
  if (headerBytes < headBytes || headerBytes > file.bytes || headerBytes < headBytes + 32 * extendedCount)
    throw damaged('bytes in headers', headerBytes)
  if (packetBytes < 12 || packetBytes > 65_536) throw damaged('bytes in a packet', packetBytes)
  if (ticksPerS === 0) throw damaged('time resolution', ticksPerS)
  const bytes = await readBytes(file, headBytes, 32 * extendedCount),
    labels = new Map<number, string>()
  for (let at = 0; at < bytes.length; at += 32) {
    if (new TextDecoder('latin1').decode(bytes.subarray(at, at + 8)) !== 'NEUEVLBL') continue
    const label = new TextDecoder('latin1')
      .decode(bytes.subarray(at + 10, at + 26))
      .split('\0')[0]
      ?.trim()
    if (label) labels.set(bytes[at + 8]! + 256 * bytes[at + 9]!, label)
  }
  return { hasLongTimes: head.getUint8(8) >= 3, headerBytes, packetBytes, ticksPerS, labels }
}
