import { expect, test } from 'vitest'
import { keepThread, takeThread } from '../../../src/main/jobs/kept-threads.ts'
import { runInThread } from '../../../src/main/jobs/run-in-thread.ts'
import { modelRecipe } from '../../../src/shared/domain/model-run.ts'
import { hdf5Fixture, recorded } from '../importers/written-files.ts'
import { simulatedGraphs } from '../simulated-graphs.ts'

test('a file that is read without a sign of life is given up, by code; the next one is read', async () => {
  const files = [recorded('retina-512-tables/spikes.csv')]
  await expect(runInThread('inspect', { files }, { stuckMs: 20 })).rejects.toMatchObject({ code: 'import/stuck', details: { seconds: 0 } })
  await expect(runInThread('inspect', { files: [hdf5Fixture('caiman.hdf5')] })).resolves.toMatchObject({ format: 'caiman-hdf5' })
})

test('memory that is handed over goes to the thread and is empty here, so that it is held once', async () => {
  const graphs = simulatedGraphs({ channelCount: 9, snapshotCount: 3, seed: 4 }),
    input = { graphs, recipe: modelRecipe.parse({ epochs: 2 }), from: null, engine: 'cpu', threadLimit: 1 }
  const kept = await runInThread('train', input)
  expect(graphs.r[0]!.length).toBe(36)
  const handedOver = [...graphs.edges, ...graphs.r].map(({ buffer }) => buffer as ArrayBuffer)
  expect(await runInThread('train', input, { handedOver })).toEqual(kept)
  expect([graphs.r[0]!.length, graphs.edges[2]!.length]).toEqual([0, 0])
})

test('the thread of a small import waits for the next step', async () => {
  const thread = takeThread()
  keepThread(thread, 0)
  await runInThread('import', { files: [recorded('retina-512-tables/spikes.csv')] })
  expect(takeThread()).toBe(thread)
  await thread.terminate()
})
