// Snapshots with edges beyond chance, ours beside NumPy's float32 products of the same windows (which give r alone, no null).
//   node bench/snapshots.ts [rounds]
// Both sides in turn in every round, on one core: seconds of CPU, for a machine may be shared. Peer: Debian's python3-numpy.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import type { SpikeTrains } from '../src/main/science/bins.ts'
import { read } from '../src/main/importers/registry.ts'
import { makeSnapshots } from '../src/main/jobs/snapshots.ts'
import { uniformSequence } from '../src/shared/domain/random.ts'
import { snapshotPresets, type SnapshotRecipe } from '../src/shared/domain/snapshot.ts'

type Recording = { spikes: SpikeTrains; startS: number; endS: number; channelCount: number }
type Case = { name: string; recording: Recording; recipe: SnapshotRecipe; previewOnly: boolean }

const rounds = Number(process.argv[2] ?? 3),
  here = import.meta.dirname
const sample = await readSample(),
  { studio, waves } = snapshotPresets
const cases: Case[] = [
  { name: '900 channels, 24,000 bins, 1 Hz', recording: poissonRecording(900, 1200, 1), recipe: studio, previewOnly: false },
  { name: 'the same at 5 Hz', recording: poissonRecording(900, 1200, 5), recipe: studio, previewOnly: false },
  { name: 'sample, studio, preview', recording: sample, recipe: studio, previewOnly: true },
  { name: 'sample, 10-min windows of 1 s, preview', recording: sample, recipe: { ...waves, edges: studio.edges }, previewOnly: true },
]
for (const one of cases) {
  const {
    recipe: { binMs, windowS },
    recording: { channelCount },
  } = one
  const ours: number[] = [],
    gemm: number[] = [],
    syrk: number[] = []
  let windowCount = 0
  for (let round = 0; round < rounds; round++) {
    const { cpuS, count } = timeOurs(one)
    windowCount = count
    ours.push(cpuS)
    const { gemmS, syrkS } = timeNumpy(channelCount, Math.round((windowS * 1000) / binMs), windowCount)
    gemm.push(gemmS)
    syrk.push(syrkS)
  }
  console.log(
    `${one.name}, ${windowCount} windows: ours ${shown(ours)}; NumPy gemm ${shown(gemm)}, ${ratio(ours, gemm)}; syrk ${shown(syrk)}, ${ratio(ours, syrk)}`,
  )
}

function timeOurs({ recording: { channelCount, spikes, ...span }, recipe, previewOnly }: Case): { cpuS: number; count: number } {
  const began = process.cpuUsage()
  const step = makeSnapshots(
    {
      ...span,
      signal: { kind: 'spikes', trains: spikes },
      intervals: [],
      channelIndexes: Int32Array.from({ length: channelCount }, (_, c) => c),
      roles: [],
      recipe,
      previewOnly,
    },
    () => undefined,
  )
  let next = step.next()
  while (!next.done) next = step.next()
  const { user, system } = process.cpuUsage(began)
  return { cpuS: (user + system) / 1e6, count: next.value.snapshots.length }
}

function timeNumpy(channels: number, bins: number, windows: number): { gemmS: number; syrkS: number } {
  const out = execFileSync('/usr/bin/python3', [join(here, 'peer_numpy.py'), ...[channels, bins, windows].map(String)], {
    encoding: 'utf8',
    env: { ...process.env, OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1' },
  })
  return JSON.parse(out) as { gemmS: number; syrkS: number }
}

function poissonRecording(channelCount: number, endS: number, rateHz: number): Recording {
  const uniform = uniformSequence(1, 'simulate'),
    timesS: number[] = [],
    offsets = new Uint32Array(channelCount + 1)
  for (let c = 0; c < channelCount; c++) {
    for (let t = -Math.log(1 - uniform()) / rateHz; t < endS; t -= Math.log(1 - uniform()) / rateHz) timesS.push(t)
    offsets[c + 1] = timesS.length
  }
  return { spikes: { timesS: Float64Array.from(timesS), offsets }, startS: 0, endS, channelCount }
}

async function readSample(): Promise<Recording> {
  const file = join(here, '..', 'resources', 'sample', 'Maccione2014_P11_14May12_spont_day1_1_SpkTs_12_bursts_filtered.h5')
  const reading = read({ files: [file] }, () => undefined)
  let step = await reading.next()
  while (!step.done) step = await reading.next()
  const { timesS, offsets, startS, endS } = step.value
  return { spikes: { timesS, offsets }, startS, endS, channelCount: offsets.length - 1 }
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN
}

function ratio(ours: number[], theirs: number[]): string {
  return `${(median(ours) / median(theirs)).toFixed(1)} ×`
}

function shown(values: number[]): string {
  return `${median(values).toFixed(2)} s (${Math.min(...values).toFixed(2)}–${Math.max(...values).toFixed(2)})`
}
