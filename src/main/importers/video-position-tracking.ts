import { fail } from '../../shared/contract/errors.ts'
import type { BehaviourReading, Importer, ImportTask, ReadProgress } from './importer.ts'
import { readBytes } from './opened-file.ts'
import { visitsOf, visitSettings } from './track-visits.ts'

const format = 'video-position-tracking'
const recordBytes = 12
const mostRecords = 50_000_000

/**
 * Trodes' `.videoPositionTracking`: a head of `name: value` lines, then records of a clock tick and two places in pixels. It
 * goes with spikes of the same clock: visits to the two ends of the track become intervals (the rat preset).
 * @source SpikeGadgets, Trodes file formats
 */
export const videoPositionTracking: Importer = {
  format,
  settings: visitSettings,
  bringsBehaviour: true,
  isBehaviourOnly: true,
  detect(files) {
    const file = files.find(({ head }) => headOf(head) !== null)
    return file ? { confidence: 0.95, reasons: [{ code: 'head', details: { file: file.name } }], files: [file] } : null
  },
  read,
}

function headOf(head: Uint8Array): { clockHz: number; bytes: number } | null {
  const text = new TextDecoder('latin1').decode(head.subarray(0, 4096)),
    end = text.indexOf('<End settings>\n')
  const clock = /^clock ?rate: ?(\d+)/im.exec(text)?.[1]
  const isPlain = /^Fields: ?<time uint32><xloc uint16><yloc uint16><xloc2 uint16><yloc2 uint16>/m.test(text)
  if (!text.startsWith('<Start settings>') || end < 0 || clock === undefined || !isPlain) return null
  return { clockHz: Number(clock), bytes: end + '<End settings>\n'.length }
}

async function* read({ files, answers, interrupt }: ImportTask): AsyncGenerator<ReadProgress, BehaviourReading> {
  const [file] = files
  const head = file ? headOf(file.head) : null
  if (!file || !head) throw fail('import/not-recognised', { file: file?.name ?? '', formats: format })
  if (!(head.clockHz > 0)) throw fail('import/header-damaged', { file: file.name, place: 'clockrate', found: String(head.clockHz) })
  const count = Math.floor((file.bytes - head.bytes) / recordBytes)
  if (count < 2 || count > mostRecords) throw fail('import/no-samples', { file: file.name })
  yield { done: 0, total: 1, phase: 'read' }
  const bytes = await readBytes(file, head.bytes, count * recordBytes),
    view = new DataView(bytes.buffer)
  interrupt()
  const timesS = new Float64Array(count),
    x = new Float64Array(count),
    y = new Float64Array(count)
  let backCount = 0
  for (let k = 0; k < count; k++) {
    timesS[k] = view.getUint32(k * recordBytes, true) / head.clockHz
    x[k] = view.getUint16(k * recordBytes + 4, true)
    y[k] = view.getUint16(k * recordBytes + 6, true)
    if (k > 0 && timesS[k]! < timesS[k - 1]!) backCount++
  }
  if (backCount > 0)
    throw fail('import/times-backwards', { file: file.name, place: 'position', before: timesS[0]!, after: timesS[count - 1]! })
  return visitsOf({ file: file.name, unit: 'px', timesS, x, y }, answers)
}
