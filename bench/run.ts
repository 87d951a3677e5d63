// npm run bench: ours beside what a lab could run instead, in one run on one machine; prints ratios and writes RESULTS.md.
//   npm run bench [-- --quick]
// Peers: bench/peer_torch.py (Debian: python3-torch). A peer that is not there is named and left out.
import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { join } from 'node:path'

type Case = { channels: number; snapshots: number; density: number; features: 'rows' | 'identity'; notebook: boolean }
type Time = { median: number; min: number }

const here = import.meta.dirname
const quick = process.argv.includes('--quick')
const rounds = quick ? 1 : 3
const epochs = quick ? 3 : 7
const threads = Math.min(2, availableParallelism())
const cases: Case[] = [
  { channels: 900, snapshots: 6, density: 0.2, features: 'rows', notebook: true },
  { channels: 900, snapshots: 19, density: 0.2, features: 'rows', notebook: false },
  { channels: 120, snapshots: 85, density: 0.2, features: 'identity', notebook: true },
  { channels: 2000, snapshots: 19, density: 0.2, features: 'rows', notebook: false },
  { channels: 4096, snapshots: 6, density: 0.05, features: 'rows', notebook: false },
]

const python = ['/usr/bin/python3', 'python3'].find((name) => spawnSync(name, ['-c', 'import torch']).status === 0)
const lines = [
  '# Training, ours beside PyTorch',
  '',
  `${cpus()[0]?.model.trim() ?? 'a CPU'}, ${threads} threads, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}; ${new Date().toISOString().slice(0, 10)}.`,
  python
    ? `PyTorch ${execFileSync(python, ['-c', 'import torch; print(torch.__version__)'], { encoding: 'utf8' }).trim()}.`
    : 'PyTorch is not here: ours alone.',
  `Seconds per epoch, median of ${rounds} rounds (spread), both sides in turn in every round.`,
  '',
  '| channels | snapshots | density | features | ours | expert | ratio | notebook | ratio |',
  '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
]
for (const one of cases) {
  const ours: Time[] = [],
    expert: Time[] = [],
    notebook: Time[] = []
  for (let round = 0; round < rounds; round++) {
    ours.push(timeOurs(one))
    if (!python) continue
    expert.push(timePeer(python, one, 'expert'))
    if (one.notebook && round === 0) notebook.push(timePeer(python, one, 'notebook'))
  }
  const row = [
    one.channels,
    one.snapshots,
    one.density,
    one.features,
    shown(ours),
    shown(expert),
    ratio(expert, ours),
    shown(notebook),
    ratio(notebook, ours),
  ]
  console.log(row.join('  '))
  lines.push(`| ${row.join(' | ')} |`)
}
writeFileSync(join(here, 'RESULTS.md'), `${lines.join('\n')}\n`)
console.log(`written to ${join(here, 'RESULTS.md')}`)

function timeOurs({ channels, snapshots, density, features }: Case): Time {
  const words = [
    'bench',
    '--work',
    'epoch',
    '--channels',
    channels,
    '--snapshots',
    snapshots,
    '--density',
    density,
    '--features',
    features,
    '--engine',
    'cpu',
    '--threads',
    threads,
    '--epochs',
    epochs,
    '--seed',
    1,
    '--json',
  ]
  const out = execFileSync(process.execPath, [join(here, '..', 'src', 'main', 'cli', 'main.ts'), ...words.map(String)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return (JSON.parse(out) as { value: { secondsPerEpoch: Time } }).value.secondsPerEpoch
}

/** One line of JSON per measurement; the peer counts the history node among the vertices. */
function timePeer(program: string, { channels, snapshots, density }: Case, peer: 'expert' | 'notebook'): Time {
  const words = [
    join(here, 'peer_torch.py'),
    '--peer',
    peer,
    '--sizes',
    `${channels + 1}x${snapshots}`,
    '--density',
    density,
    '--epochs',
    epochs,
    '--threads',
    threads,
  ]
  const out = execFileSync(program, words.map(String), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  return (JSON.parse(out.trim().split('\n').at(-1) ?? '{}') as { secondsPerEpoch: Time }).secondsPerEpoch
}

function medianOf(times: Time[]): number {
  return times.map(({ median }) => median).sort((a, b) => a - b)[times.length >> 1] ?? NaN
}

function shown(times: Time[]): string {
  if (times.length === 0) return '–'
  const all = times.map(({ median }) => median)
  return `${medianOf(times).toPrecision(3)} s (${Math.min(...all).toPrecision(3)}–${Math.max(...all).toPrecision(3)})`
}

function ratio(peer: Time[], ours: Time[]): string {
  return peer.length === 0 ? '–' : `${(medianOf(peer) / medianOf(ours)).toFixed(1)} ×`
}
