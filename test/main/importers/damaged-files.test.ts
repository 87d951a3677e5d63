import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { shareOf } from './damaged-share.ts'
import { inspectMutations, type Sound } from './mutated-files.ts'

const made = (place: string): Uint8Array => readFileSync(fileURLToPath(new URL(`../../fixtures/${place}`, import.meta.url)))
const text = (content: string): Uint8Array => Buffer.from(content)
const rows = (count: number, row: (r: number) => string): string => Array.from({ length: count }, (_, r) => row(r)).join('\n')

/** Seeds of one reader share its thousand copies (`MUTATIONS=all`, see damaged-share.ts). */
const shared = [
  ['a list of pairs', 'counts in an array'],
  ['an archive of spikes', 'an archive of traces'],
  ['times of a sorting', 'groups of a sorting'],
  ['places of Suite2p', 'traces of Suite2p'],
  ['a Parquet table', 'a packed Parquet table'],
  ['a table of traces', 'columns of times'],
]

const sound: Record<string, Sound> = {
  'a list of pairs': { files: { 'pairs.npy': made('numpy/pairs/pairs.npy') } },
  'counts in an array': { files: { 'counts.npy': made('numpy/counts.npy') }, set: { binMs: 50 } },
  'an archive of spikes': { files: { 'spikes.npz': made('numpy/spikes.npz') } },
  'an archive of traces': { files: { 'traces.npz': made('numpy/traces.npz') } },
  'times of a sorting': {
    files: Object.fromEntries(
      ['spike_times.npy', 'spike_clusters.npy', 'cluster_group.tsv', 'params.py', 'channel_positions.npy'].map((name) => [
        name,
        made(`numpy/phy/${name}`),
      ]),
    ),
  },
  'groups of a sorting': {
    files: Object.fromEntries(
      ['cluster_group.tsv', 'spike_times.npy', 'spike_clusters.npy', 'params.py'].map((name) => [name, made(`numpy/phy/${name}`)]),
    ),
  },
  'places of Suite2p': {
    files: Object.fromEntries(
      ['stat.npy', 'F.npy', 'Fneu.npy', 'iscell.npy', 'ops.npy'].map((name) => [name, made(`numpy/suite2p/plane0/${name}`)]),
    ),
  },
  'traces of Suite2p': {
    files: Object.fromEntries(['F.npy', 'Fneu.npy', 'iscell.npy'].map((name) => [name, made(`numpy/suite2p/plane0/${name}`)])),
    set: { samplingRateHz: 15 },
  },
  'a workbook': { files: { 'book.xlsx': made('tables/book.xlsx') } },
  'a Parquet table': { files: { 'spikes.parquet': made('tables/spikes-snappy.parquet') } },
  'a packed Parquet table': { files: { 'spikes.parquet': made('tables/spikes-zstd.parquet') } },
  'a table of traces': {
    files: { 'traces.csv': text(`time_s,a,b,c\n${rows(40, (r) => `${r / 10},${Math.sin(r).toFixed(3)},${r % 7},${-r}`)}\n`) },
  },
  'columns of times': { files: { 'columns.csv': text(`A1;A2;A3\n${rows(30, (r) => `${r},5;${2 * r},25;${r < 9 ? `${r},75` : ''}`)}\n`) } },
  'a spike list': { files: { 'spikes.csv': text(`channel,time_s\n${rows(60, (r) => `${r % 25},${(r / 7).toFixed(4)}`)}\n`) } },
  'rows of times': {
    files: {
      'rows.csv': text(`${rows(25, (r) => [`E${r}`, ...Array.from({ length: r % 6 }, (_, s) => (s + r / 7).toFixed(3))].join(','))}\n`),
    },
  },
  'an Axion plate': {
    files: {
      'plate.csv': text(
        `Investigator,,Time (s),Electrode,Amplitude(mV)\n${rows(50, (r) => `,,${r / 9},${'ABCD'[r % 4]}${1 + (r % 6)}_${1 + (r % 4)}${1 + (r % 3)},0.03`)}\n`,
      ),
    },
  },
  'events beside spikes': {
    files: {
      'events.csv': text(`time_s,kind\n${rows(30, (r) => `${r / 3},${r % 3 ? 'hit' : 'miss'}`)}\n`),
      'spikes.csv': text('channel,time_s\n1,0.5\n2,9\n'),
    },
  },
  'an array layout': {
    files: {
      'layout.csv': text(
        `channel,x_um,y_um,region,role\n${rows(40, (r) => `${r},${r % 8},${r / 8},R${r % 3},${r % 3 ? 'motor' : 'sensory'}`)}\n`,
      ),
    },
  },
}

test.each(Object.entries(sound))(
  '%s: damaged copies are read or refused; none hangs or crashes',
  { timeout: 120_000 },
  async (name, whole) => {
    const count = shareOf(1000 / (shared.find((names) => names.includes(name))?.length ?? 1))
    const { read, refused } = await inspectMutations(whole, count)
    const refusals = Object.values(refused).reduce((sum, times) => sum + times, 0)
    expect(read + refusals).toBe(count)
    expect(refusals).toBeGreaterThan(0)
  },
)
