// How long routes take while the sample trains: npm run bench, or node bench/route-latency.ts [seconds].
// Prints per route the median and the longest of many calls, in ms.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHost } from '../src/main/host/create-host.ts'
import type { RouteInput, RouteName, RouteOutput } from '../src/shared/contract/contract.ts'
import { snapshotPresets } from '../src/shared/domain/snapshot.ts'

const seconds = Number(process.argv[2] ?? 20)
const dataDir = mkdtempSync(join(tmpdir(), 'tavrnn-bench-'))
const host = await createHost({ dataDir })

async function ask<Name extends RouteName>(route: Name, input: RouteInput<Name>): Promise<RouteOutput<Name>> {
  const reply = await host.call(route, input)
  if (!reply.ok) throw new Error(reply.error.message)
  return reply.value
}

async function made(jobId: number | null): Promise<number> {
  for (;;) {
    const job = await ask('jobs.get', { jobId: jobId ?? 0 })
    if (job.state === 'done') return job.subjectId ?? 0
    if (job.state === 'failed') throw new Error(job.error?.message)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const { files } = await ask('projects.openSample', {})
const recordingId = await made((await ask('import.run', { files })).jobId)
const snapshotSetId = await made((await ask('snapshots.make', { recordingId, recipe: snapshotPresets.waves })).jobId)
const { modelRunId } = await ask('modelRuns.start', { snapshotSetId, recipe: { epochs: 10_000, stopsWhenFlat: false } })

const calls: [string, () => Promise<unknown>][] = [
  ['jobs.list', () => ask('jobs.list', {})],
  ['modelRuns.get', () => ask('modelRuns.get', { modelRunId })],
  ['recordings.get', () => ask('recordings.get', { recordingId })],
  ['figures.data loss', () => ask('figures.data', { spec: { figure: 'loss', modelRunId } })],
  [
    'figures.data degree map',
    () => ask('figures.data', { spec: { figure: 'electrode-map', recordingId, value: 'degree', snapshotSetId } }),
  ],
  ['figures.data raster 60 s', () => ask('figures.data', { spec: { figure: 'raster', recordingId, fromS: 0, toS: 60 } })],
]
const times = new Map<string, number[]>(calls.map(([name]) => [name, []]))
const end = performance.now() + 1000 * seconds
while (performance.now() < end) {
  for (const [name, call] of calls) {
    const start = performance.now()
    await call()
    times.get(name)?.push(performance.now() - start)
  }
  await new Promise((resolve) => setTimeout(resolve, 20))
}
const { epochCount } = await ask('modelRuns.get', { modelRunId })
for (const [name, all] of times) {
  all.sort((a, b) => a - b)
  console.log(`${name.padEnd(26)} n ${all.length}  median ${all[all.length >> 1]?.toFixed(1)} ms  longest ${all.at(-1)?.toFixed(1)} ms`)
}
const stopped = performance.now()
await ask('modelRuns.cancel', { modelRunId })
console.log(`${epochCount} epochs meanwhile; cancelled in ${(performance.now() - stopped).toFixed(0)} ms`)
await host.close()
rmSync(dataDir, { recursive: true })
