import { fail } from '../../shared/contract/errors.ts'
import { warning } from './checks.ts'
import type { Importer, ImportTask, ReadProgress, VoltageReading } from './importer.ts'
import { readBytes } from './opened-file.ts'

const format = 'spikeglx-meta'
const largestBytes = 4e6

/**
 * SpikeGLX: a `.meta` file of `key=value` lines tells of raw voltage in a `.bin` beside it. Neither is imported, since spikes
 * must be detected first; what is there is shown.
 * @source SpikeGLX, Metadata guide
 */
export const spikeglxMeta: Importer = {
  format,
  settings: [],
  detect(files) {
    const metas = files.filter(({ text, name }) => text !== null && name.endsWith('.meta') && /^(nSavedChans|typeThis)=/m.test(text.head))
    const [meta] = metas
    if (!meta) return null
    const binary = files.filter(({ place }) => place === meta.place.replace(/\.meta$/, '.bin'))
    return { confidence: 0.95, reasons: [{ code: 'keys', details: { file: meta.name } }], files: [meta, ...binary] }
  },
  read,
}

async function* read({ files }: ImportTask): AsyncGenerator<ReadProgress, VoltageReading> {
  const meta = files.find(({ name }) => name.endsWith('.meta')),
    binary = files.find(({ name }) => name.endsWith('.bin'))
  if (!meta || meta.bytes > largestBytes) throw fail('import/not-recognised', { file: meta?.name ?? '', formats: format })
  yield { done: 0, total: 1, phase: 'read' }
  const keys = keysIn(new TextDecoder().decode(await readBytes(meta, 0, meta.bytes)))
  const number = (key: string): number | null => {
    const text = keys.get(key)
    if (text === undefined) return null
    const value = Number(text)
    if (!Number.isFinite(value) || value < 0) throw fail('import/header-damaged', { file: meta.name, place: key, found: text })
    return value
  }
  const savedCount = number('nSavedChans') ?? 0,
    claimedBytes = number('fileSizeBytes')
  if (!Number.isInteger(savedCount) || savedCount < 1 || savedCount > 20_000) {
    throw fail('import/header-damaged', { file: meta.name, place: 'nSavedChans', found: String(savedCount) })
  }
  // The last channel of a probe carries the clock's pulses, not voltage.
  const syncCount = Number((keys.get('snsApLfSy') ?? keys.get('acqApLfSy') ?? '').split(',')[2] ?? 0) || 0,
    channelCount = Math.max(1, savedCount - syncCount)
  const bytes = binary?.bytes ?? claimedBytes
  return {
    modality: 'voltage',
    channelLabels: Array.from({ length: channelCount }, (_, c) => String(c)),
    positionsUm: positionsOf(keys, channelCount),
    samplingRateHz: number('imSampRate') ?? number('niSampRate') ?? number('obSampRate'),
    samples: bytes === null ? null : Math.floor(bytes / 2 / savedCount),
    settings: [],
    needs: [],
    warnings: [
      ...(binary ? [] : [warning('binary-missing', { file: meta.name.replace(/\.meta$/, '.bin') })]),
      ...(binary && claimedBytes !== null && binary.bytes !== claimedBytes
        ? [warning('binary-size-differs', { file: binary.name, expected: claimedBytes, found: binary.bytes })]
        : []),
      ...(syncCount > 0 ? [warning('sync-channels-left-out', { count: syncCount })] : []),
    ],
  }
}

function keysIn(text: string): Map<string, string> {
  return new Map(
    text.split(/\r?\n/).flatMap((line) => {
      const at = line.indexOf('=')
      return at > 0 ? [[line.slice(0, at).replace(/^~/, ''), line.slice(at + 1).trim()] as const] : []
    }),
  )
}

/** From `snsGeomMap`: after a head, `(shank:x:y:used)` in µm per channel; older files have none. */
function positionsOf(keys: Map<string, string>, channelCount: number): Float64Array | null {
  const map = keys.get('snsGeomMap')
  if (map === undefined) return null
  const [head = '', ...entries] = [...map.matchAll(/\(([^)]*)\)/g)].map((found) => found[1] ?? ''),
    shankPitchUm = Number(head.split(',')[2] ?? 0) || 0
  const positionsUm = new Float64Array(2 * channelCount).fill(NaN)
  entries.slice(0, channelCount).forEach((entry, c) => {
    const [shank = 0, x = NaN, y = NaN] = entry.split(':').map(Number)
    positionsUm[2 * c] = shank * shankPitchUm + x
    positionsUm[2 * c + 1] = y
  })
  return positionsUm
}
