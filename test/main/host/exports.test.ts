import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import * as h5wasm from 'h5wasm/node'
import { expect, test } from 'vitest'
import type { RouteInput } from '../../../src/shared/contract/contract.ts'
import { readAll, readTraces, trainsOf } from '../importers/read-all.ts'
import { openHost } from './opened-host.ts'

type Wanted = RouteInput<'exports.table'>

/** A project with one trained culture, and its exports as files. */
async function culture() {
  const opened = await openHost()
  const { ask, ended, folder } = opened
  const {
    cultures: [files],
  } = await ask('simulations.make', {
    recipe: { kind: 'planted', seed: 3, subjectCount: 1, channelCount: 24, durationS: 120 },
    out: join(folder, 'cohort'),
  })
  if (!files) throw new Error('no culture')
  await ask('projects.create', { name: 'out' })
  const { subjectId } = await ended(
    (await ask('import.run', { files: [files.spikes, files.layout, files.events], recordedOn: '2026-03-01' })).jobId,
  )
  const made = await ended(
    (
      await ask('snapshots.make', {
        recordingId: subjectId ?? 0,
        recipe: { binMs: 100, windowS: 30, stepS: 30, edges: { rule: 'proportional', density: 0.2 } },
      })
    ).jobId,
  )
  await ended((await ask('modelRuns.start', { snapshotSetId: made.subjectId ?? 0, recipe: { epochs: 5 }, beside: 'none' })).jobId)
  const exported = async (what: Wanted['what'], format: NonNullable<Wanted['format']>): Promise<string> => {
    const { bytes, fileName } = await ask('exports.table', { what, format })
    expect(fileName).toBe(`${what}.${format}`)
    writeFileSync(join(folder, fileName), bytes)
    return join(folder, fileName)
  }
  return { ...opened, files, exported }
}

test('a recording that was exported comes in again as it was: CSV, Excel, NumPy and NWB', async () => {
  const { files, exported } = await culture()
  const original = await readAll([files.spikes, files.layout, files.events])
  for (const format of ['csv', 'xlsx'] as const)
    expect(trainsOf(await readAll([await exported('spikes', format), files.layout]))).toEqual(trainsOf(original))
  const npz = await readAll([await exported('spikes', 'npz')])
  expect(Object.values(trainsOf(npz))).toEqual(Object.values(trainsOf(original)).filter((train) => train.length > 0))
  const nwb = await readAll([await exported('recording', 'nwb')])
  expect(trainsOf(nwb)).toEqual(trainsOf(original))
  expect(nwb.positionsUm).toEqual(original.positionsUm)
  expect(nwb.taskEvents.map(({ timeS, kind }) => [timeS, kind])).toEqual(original.taskEvents.map(({ timeS, kind }) => [timeS, kind]))
})

test('an NWB file has the fields the schema asks for, and the results beside the recording', async () => {
  const { exported } = await culture(),
    path = await exported('recording', 'nwb')
  await h5wasm.ready
  const file = new h5wasm.File(path, 'r')
  try {
    const attribute = (place: string, name: string): unknown =>
      ((place === '/' ? file : file.get(place)) as h5wasm.Group | null)?.attrs[name]?.value
    expect(attribute('/', 'neurodata_type')).toBe('NWBFile')
    expect(attribute('/', 'nwb_version')).toMatch(/^2\./)
    for (const required of ['identifier', 'session_description', 'session_start_time', 'timestamps_reference_time', 'file_create_date'])
      expect(file.get(required), required).toBeInstanceOf(h5wasm.Dataset)
    for (const group of ['acquisition', 'analysis', 'processing', 'general', 'stimulus/presentation', 'stimulus/templates'])
      expect(file.get(group), group).toBeInstanceOf(h5wasm.Group)
    expect((file.get('session_start_time') as h5wasm.Dataset).value).toBe('2026-03-01T00:00:00+00:00')
    const typed: Record<string, string> = {
      units: 'Units',
      'units/id': 'ElementIdentifiers',
      'units/spike_times': 'VectorData',
      'units/spike_times_index': 'VectorIndex',
      'acquisition/task_events': 'AnnotationSeries',
      'processing/tavrnn': 'ProcessingModule',
      'processing/tavrnn/embedding': 'TimeSeries',
    }
    for (const [place, type] of Object.entries(typed)) {
      expect(attribute(place, 'neurodata_type'), place).toBe(type)
      expect(attribute(place, 'object_id'), place).toMatch(/^[0-9a-f-]{36}$/)
    }
    expect(attribute('units', 'colnames')).toEqual(['spike_times', 'label', 'region', 'x_um', 'y_um'])
    const index = file.get('units/spike_times_index') as h5wasm.Dataset
    const [reference] = [index.attrs['target']!.value as h5wasm.Reference | h5wasm.Reference[]].flat()
    const target = file.dereference(reference!) as unknown as h5wasm.Dataset
    expect(target.path).toBe('/units/spike_times')
    expect(Number((index.value as Uint32Array).at(-1))).toBe(target.shape?.[0])
    const embedding = file.get('processing/tavrnn/embedding/data') as h5wasm.Dataset
    expect(embedding.shape).toEqual([4, 24, 8])
    expect(attribute('processing/tavrnn/embedding/data', 'unit')).toBe('n/a')
    expect(attribute('processing/tavrnn/embedding/timestamps', 'unit')).toBe('seconds')
    expect([...((file.get('processing/tavrnn/embedding/timestamps') as h5wasm.Dataset).value as Float64Array)]).toEqual([0, 30, 60, 90])
  } finally {
    file.close()
  }
})

test('an embedding leaves as an array in its own shape, and its table has a row per channel and window', async () => {
  const { exported } = await culture()
  const rows = readFileSync(await exported('embedding', 'csv'), 'utf8')
    .trim()
    .split('\n')
  expect(rows.length).toBe(1 + 4 * 24)
  const bytes = readFileSync(await exported('embedding', 'npz'))
  const { 'mean.npy': mean } = unzipSync(bytes)
  const head = new TextDecoder('latin1').decode(mean!.subarray(0, 128))
  expect(head).toContain("'descr': '<f4', 'fortran_order': False, 'shape': (4, 24, 8)")
  expect(mean!.length - 4 * 4 * 24 * 8).toBe(128)
  const first = new DataView(mean!.buffer, mean!.byteOffset + 128).getFloat32(0, true)
  expect(Number(rows[1]!.split(',')[5])).toBeCloseTo(first, 6)
})

test('traces leave with their times and come in again', async () => {
  const { ask, ended, folder } = await openHost(),
    source = join(folder, 'traces.csv')
  const rows = Array.from({ length: 50 }, (_, s) => [s / 10, Math.sin(s), Math.cos(s), s % 7].join(','))
  writeFileSync(source, `time_s,a,b,c\n${rows.join('\n')}\n`)
  await ask('projects.create', { name: 'traces' })
  await ended((await ask('import.run', { files: [source] })).jobId)
  const original = await readTraces([source])
  for (const format of ['csv', 'npz'] as const) {
    const { bytes } = await ask('exports.table', { what: 'traces', format })
    const path = join(folder, `back.${format}`)
    writeFileSync(path, bytes)
    const found = await readTraces([path])
    expect(found.values, format).toEqual(original.values)
    expect(Array.from(found.timesS), format).toEqual(Array.from(original.timesS))
  }
})
