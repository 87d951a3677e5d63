// Epochs of one size in one process, in turn: ours on one thread and on more, and the yardstick's where its folder is given. What
// else the machine does meets neighbours alike. Run by threads.ts with the size as JSON; prints the seconds of every epoch by side
// as JSON, by the clock and of the processor: others hardly change these.
import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import { bench } from '../src/main/jobs/bench.ts'

export type Size = { channels: number; snapshots: number; density: number; features: 'rows' | 'identity' }
export type InTurn = Size & { rounds: number; threadCounts: number[]; yardstick: string | null }
/** Of every epoch after the first, by side: `ours 1`, `yardstick 2`. */
export type Times = Record<string, { seconds: number[]; ofProcessor: number[] }>

type Side = { epoch: () => Promise<void>; close: () => Promise<void> }

if (import.meta.main) console.log(JSON.stringify(await inTurn(JSON.parse(process.argv[2] ?? '') as InTurn)))

async function inTurn({ rounds, threadCounts, yardstick, ...size }: InTurn): Promise<Times> {
  const sides = new Map<string, Side>(),
    times: Times = {}
  for (const threads of threadCounts) {
    sides.set(`ours ${threads}`, await ours(size, threads, rounds))
    if (yardstick !== null) sides.set(`yardstick ${threads}`, await byHand(yardstick, size, threads))
  }
  for (let round = 0; round <= rounds; round++) {
    for (const [name, { epoch }] of sides) {
      const began = performance.now(),
        before = process.cpuUsage()
      await epoch()
      const { user, system } = process.cpuUsage(before)
      if (round === 0) continue
      const side = (times[name] ??= { seconds: [], ofProcessor: [] })
      side.seconds.push((performance.now() - began) / 1000)
      side.ofProcessor.push((user + system) / 1e6)
    }
  }
  for (const { close } of sides.values()) await close()
  return times
}

async function ours(size: Size, threads: number, rounds: number): Promise<Side> {
  const work = { ...size, engine: 'cpu-plain', threads, epochs: rounds + 1, seed: 1, printProgram: false }
  const run = bench(work, () => undefined)
  await run.next()
  return {
    epoch: async () => {
      await run.next()
    },
    close: async () => {
      await run.return(undefined as never)
    },
  }
}

type Yardstick = { run: (epochs: number) => unknown; close: () => Promise<void> }

/** Adjacency [N·N] of bytes and rows [V·V] of numbers per snapshot, as the yardstick wants them. */
async function byHand(folder: string, { channels: n, snapshots, density, features }: Size, threads: number): Promise<Side> {
  const { createEngine } = (await import(pathToFileURL(join(folder, 'bench', 'engine.mjs')).href)) as {
    createEngine: (data: object) => Promise<Yardstick>
  }
  const adjacency: Uint8Array[] = [],
    rows: Float32Array[] = []
  for (let t = 0; t < snapshots; t++) {
    const a = new Uint8Array(n * n),
      x = new Float32Array(features === 'rows' ? (n + 1) ** 2 : 0)
    for (let i = 0; i < n; i++) {
      for (let j = i + 1; j < n; j++) {
        const isEdge = Math.random() < density
        a[i * n + j] = a[j * n + i] = Number(isEdge)
        if (features === 'rows') x[i * (n + 1) + j] = x[j * (n + 1) + i] = isEdge ? 0.3 + 0.7 * Math.random() : 0.3 * Math.random()
      }
    }
    for (let i = 0; features === 'rows' && i <= n; i++) x[i * (n + 2)] = x[i * (n + 1) + n] = x[n * (n + 1) + i] = 1
    adjacency.push(a)
    rows.push(x)
  }
  const engine = await createEngine({ N: n, T: snapshots, adjacency, features: features === 'rows' ? rows : 'identity', threads })
  return {
    epoch: () => {
      engine.run(1)
      return Promise.resolve()
    },
    close: () => engine.close(),
  }
}
