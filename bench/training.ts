// A training epoch, ours beside PyTorch (bench/peer_torch.py).
import type { Size } from './epochs-in-turn.ts'
import { leftOut, ours, peer, pythonWith, ratio, shown, table, type Settings } from './measure.ts'

type Case = Size & { peers: Peer[] }
type Peer = 'expert' | 'expert-sparse' | 'notebook'
type Time = { median: number }

export const cases: readonly Case[] = [
  { channels: 900, snapshots: 6, density: 0.2, features: 'rows', peers: ['expert', 'notebook'] },
  { channels: 900, snapshots: 19, density: 0.2, features: 'rows', peers: ['expert'] },
  { channels: 900, snapshots: 19, density: 0.02, features: 'rows', peers: ['expert', 'expert-sparse'] },
  { channels: 120, snapshots: 85, density: 0.2, features: 'identity', peers: ['expert', 'notebook'] },
  { channels: 2000, snapshots: 19, density: 0.2, features: 'rows', peers: ['expert'] },
  { channels: 4096, snapshots: 6, density: 0.05, features: 'rows', peers: ['expert'] },
]

/** Every side is a program of its own, all in turn in every round. */
export function training({ quick, rounds, threads }: Settings): string[] {
  const python = pythonWith('torch'),
    epochs = quick ? 3 : 5
  const rows = (quick ? cases.slice(0, 2) : cases).map((one) => {
    const own: number[] = [],
      theirs: Record<Peer, number[]> = { expert: [], 'expert-sparse': [], notebook: [] }
    for (let round = 0; round < rounds; round++) {
      own.push(timeOurs(one, threads, epochs))
      for (const name of python === null ? [] : one.peers) {
        // the notebook takes a minute a round, and its ratio is far from any bound
        if (name !== 'notebook' || round === 0) theirs[name].push(timePeer(python!, one, name, { threads, epochs }))
      }
    }
    const cells = [...sizeOf(one), shown(own)]
    for (const name of ['expert', 'expert-sparse', 'notebook'] as const) cells.push(shown(theirs[name]), ratio(theirs[name], own))
    console.log(cells.join('  '))
    return cells
  })
  return [
    `Seconds per epoch on ${threads} threads: median (spread) of ${rounds} rounds, in each of which all sides are started in turn; an epoch is the median of ${epochs}. A ratio says how many times as long as ours, round by round.${leftOut(python, 'PyTorch')}`,
    '',
    ...table(['channels', 'snapshots', 'density', 'features', 'ours', 'expert', '', 'expert, sparse', '', 'notebook', ''], rows),
  ]
}

export const sizeOf = ({ channels, snapshots, density, features }: Size): (string | number)[] => [channels, snapshots, density, features]

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
