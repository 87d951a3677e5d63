import { fail } from '../../shared/contract/errors.ts'
import type { Importer, ImportTask, ReadProgress, Reading } from './importer.ts'
import { arraySettings, readingOfArrays } from './named-arrays.ts'
import type { NamedArray } from './array-variables.ts'
import { readNpyFile, readNpyPieces } from './npy-array.ts'
import { isNpy } from './npy-header.ts'
import type { OpenedFile } from './opened-file.ts'
import { isZip, unpacked, zipEntries } from './zip.ts'

/** One array, or several files of one array each that belong together: `spike_times.npy` with `spike_channels.npy`. */
export const npy: Importer = {
  format: 'npy',
  settings: arraySettings,
  detect(files) {
    const found = files.filter(({ head }) => isNpy(head))
    if (found.length === 0) return null
    return { confidence: 0.9, reasons: [{ code: 'signature', details: { file: found.map(({ name }) => name).join(', ') } }], files: found }
  },
  read: async function* ({ files, answers, interrupt }: ImportTask): AsyncGenerator<ReadProgress, Reading> {
    const total = files.reduce((sum, { bytes }) => sum + bytes, 0)
    const arrays: NamedArray[] = []
    let done = 0
    for (const file of files) {
      interrupt()
      arrays.push(...(await readNpyFile(file, withoutEnding(file.name), interrupt)))
      done += file.bytes
      yield { done, total, phase: 'read' }
    }
    return readingOfArrays(arrays, { file: nameOf(files), answers, interrupt })
  },
}

/** Several arrays in one archive, as `np.savez` writes it. */
export const npz: Importer = {
  format: 'npz',
  settings: arraySettings,
  detect(files) {
    const file = files.find((candidate) => isZip(candidate) && /\.npz$/i.test(candidate.name))
    return file ? { confidence: 0.95, reasons: [{ code: 'signature', details: { file: file.name } }], files: [file] } : null
  },
  read: async function* ({ files, answers, interrupt }: ImportTask): AsyncGenerator<ReadProgress, Reading> {
    const [file] = files
    if (!file || !isZip(file)) throw fail('import/not-recognised', { file: file?.name ?? '', formats: 'npz' })
    const entries = await zipEntries(file)
    const total = entries.reduce((sum, { packedBytes }) => sum + packedBytes, 0)
    const arrays: NamedArray[] = []
    let done = 0
    for (const entry of entries) {
      interrupt()
      if (entry.name.endsWith('.npy')) {
        const at = { totalBytes: entry.bytes, file: file.name, dataset: withoutEnding(entry.name), interrupt }
        arrays.push(...(await readNpyPieces(unpacked(file, entry), at)))
      }
      done += entry.packedBytes
      yield { done, total, phase: 'read' }
    }
    return readingOfArrays(arrays, { file: file.name, answers, interrupt })
  },
}

const nameOf = (files: OpenedFile[]): string => files.map(({ name }) => name).join(', ')
const withoutEnding = (name: string): string => name.replace(/\.npy$/i, '')
