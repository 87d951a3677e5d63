import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import * as h5wasm from 'h5wasm/node'
import type { ErrorCode } from '../../../src/shared/contract/errors.ts'
import { throwAwayFolder } from '../throw-away.ts'

/** A file of `test/fixtures/recordings`. */
export function recorded(path: string): string {
  return fileURLToPath(new URL(`../../fixtures/recordings/${path}`, import.meta.url))
}

/** A file of `test/fixtures/hdf5`. */
export function hdf5Fixture(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/hdf5/${name}`, import.meta.url))
}

/** The recording the app ships. */
export const sample = fileURLToPath(
  new URL('../../../resources/sample/Maccione2014_P11_14May12_spont_day1_1_SpkTs_12_bursts_filtered.h5', import.meta.url),
)

/** Writes a file into a folder of its own and gives its path. */
export function written(name: string, content: string | Uint8Array): string {
  const path = join(throwAwayFolder(), name)
  writeFileSync(path, content)
  return path
}

/** The codings tables come in. */
export const codings = {
  'UTF-8': (text: string) => Buffer.from(text, 'utf8'),
  'UTF-8 with a mark': (text: string) => Buffer.from(`\uFEFF${text}`, 'utf8'),
  'UTF-16 LE with a mark': (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le'),
  'UTF-16 BE with a mark': (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16(),
  'UTF-16 LE': (text: string) => Buffer.from(text, 'utf16le'),
  'Latin-1': (text: string) => Buffer.from(text, 'latin1'),
} as const

type Data = Float64Array | Int32Array | string[] | number
export type Datasets = Record<string, { data: Data; shape?: number[]; chunks?: number[]; compression?: number }>

/** Writes an HDF5 file and gives its path. */
export async function writtenHdf5(datasets: Datasets, name = 'recording.h5'): Promise<string> {
  await h5wasm.ready
  const path = join(throwAwayFolder(), name)
  const file = new h5wasm.File(path, 'w')
  for (const [dataset, about] of Object.entries(datasets)) file.create_dataset({ name: dataset, ...about })
  file.close()
  return path
}

/** A small sound retinal file: three channels, the second silent. */
export const soundRetina: Datasets = {
  spikes: { data: Float64Array.of(0.5, 1.25, 2.5, 0.75, 3.5) },
  sCount: { data: Int32Array.of(3, 0, 2) },
  epos: { data: Float64Array.of(0, 10, 20, 5, 5, 5), shape: [2, 3] },
  names: { data: ['A1', 'A2', 'B1'] },
}

/** Expects a coded error with at least these details. */
export async function expectRefusal(work: Promise<unknown>, code: ErrorCode, details: Record<string, unknown> = {}): Promise<void> {
  await expect(work).rejects.toMatchObject({ name: 'CodedError', code, details })
}
