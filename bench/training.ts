// A training epoch, ours beside PyTorch (bench/peer_torch.py) and, when its folder is given, the hand-fused yardstick.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { here, ours, peer, pythonWith, ratio, shown, table, type Settings } from './measure.ts'

type Case = { channels: number; snapshots: number; density: number; features: 'rows' | 'identity'; peers: Peer[] }
type Peer = 'expert' | 'expert-sparse' | 'notebook'
type Time = { median: number }

const cases: Case[] = [
  { channels: 900, snapshots: 6, density: 0.2, features: 'rows', peers: ['expert', 'notebook'] },
  { channels: 900, snapshots: 19, density: 0.2, features: 'rows', peers: ['expert'] },
  { channels: 900, snapshots: 19, density: 0.02, features: 'rows', peers: ['expert', 'expert-sparse'] },
  { channels: 120, snapshots: 85, density: 0.2, features: 'identity', peers: ['expert', 'notebook'] },
  { channels: 2000, snapshots: 19, density: 0.2, features: 'rows', peers: ['expert'] },
  { channels: 4096, snapshots: 6, density: 0.05, features: 'rows', peers: ['expert'] },
]

export function training(settings: Settings): string[] {
  const { quick, rounds, threads } = settings,
    epochs = quick ? 3 : 7,
    python = pythonWith('torch'),
    yardstick = settings.yardstick === null ? null : { folder: settings.yardstick, built: builtYardstick(settings.yardstick) }
  const rows = (quick ? cases.slice(0, 2) : cases).map((one) => {
    const own: number[] = [],
      hand: number[] = [],
      theirs: Record<Peer, number[]> = { expert: [], 'expert-sparse': [], notebook: [] }
    for (let round = 0; round < rounds; round++) {
      own.push(timeOurs(one, threads, epochs))
      if (yardstick !== null) hand.push(timeYardstick(yardstick, one, threads, epochs))
      if (python === null) continue
      for (const name of one.peers) {
        // the notebook takes a minute a round, and its ratio is far from any bound
        if (name !== 'notebook' || round === 0) theirs[name].push(timePeer(python, one, name, { threads, epochs }))
      }
    }
    const cells = [one.channels, one.snapshots, one.density, one.features, shown(own)]
    for (const name of ['expert', 'expert-sparse', 'notebook'] as const) cells.push(shown(theirs[name]), ratio(theirs[name], own))
    cells.push(shown(hand), ratio(hand, own))
    console.log(cells.join('  '))
    return cells
  })
  return [
    `Seconds per epoch on ${threads} threads, median of ${rounds} rounds (spread), all sides in turn in every round; a ratio says how many times as long as ours.${python === null ? ' PyTorch is not here.' : ''}`,
    '',
    ...table(
      ['channels', 'snapshots', 'density', 'features', 'ours', 'expert', '', 'expert, sparse', '', 'notebook', '', 'yardstick', ''],
      rows,
    ),
  ]
}

function timeOurs({ channels, snapshots, density, features }: Case, threads: number, epochs: number): number {
  const words = ['--work', 'epoch', '--channels', channels, '--snapshots', snapshots, '--density', density, '--features', features]
  const report = ours([...words, '--engine', 'cpu', '--variant', 'plain', '--threads', threads, '--epochs', epochs, '--seed', 1])
  return (report['secondsPerEpoch'] as Time).median
}

/** The peer counts the history node among the vertices. */
function timePeer(
  python: string,
  { channels, snapshots, density }: Case,
  name: Peer,
  { threads, epochs }: { threads: number; epochs: number },
): number {
  const words = ['peer_torch.py', '--peer', name === 'notebook' ? 'notebook' : 'expert', '--sizes', `${channels + 1}x${snapshots}`]
  // with --expert-sparse the sparse one comes last
  const sparse = name === 'expert-sparse' ? ['--expert-sparse'] : []
  const report = peer(python, [...words, '--density', density, '--epochs', epochs, '--threads', threads, ...sparse])
  return (report['secondsPerEpoch'] as Time).median
}

/** Compiles the yardstick with this checkout's compiler into a folder of its own. */
function builtYardstick(folder: string): string {
  const built = mkdtempSync(join(tmpdir(), 'yardstick-'))
  symlinkSync(join(here, '..', 'node_modules'), join(built, 'node_modules'))
  execFileSync('/bin/sh', [join(folder, 'build.sh'), 'plain'], { env: { ...process.env, SPIKE_BUILD: built }, stdio: 'ignore' })
  if (!existsSync(join(built, 'engine.wasm'))) throw new Error(`the yardstick in ${folder} does not build`)
  return built
}

function timeYardstick(
  { folder, built }: { folder: string; built: string },
  { channels, snapshots, density, features }: Case,
  threads: number,
  epochs: number,
): number {
  const words = [channels, snapshots, density, features, threads, epochs].map(String)
  const script = join(folder, 'bench', 'epoch.mjs')
  const out = execFileSync(process.execPath, [script, ...words], {
    encoding: 'utf8',
    env: { ...process.env, SPIKE_BUILD: built },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return Number(/median ([\d.]+)/.exec(out)?.[1])
}
