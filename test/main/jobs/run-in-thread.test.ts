import { expect, test } from 'vitest'
import { runInThread } from '../../../src/main/jobs/run-in-thread.ts'
import { hdf5Fixture, recorded } from '../importers/written-files.ts'

test('a file that is read without a sign of life is given up, by code; the next one is read', async () => {
  const files = [recorded('retina-512-tables/spikes.csv')]
  await expect(runInThread('inspect', { files }, { stuckMs: 20 })).rejects.toMatchObject({ code: 'import/stuck', details: { seconds: 0 } })
  await expect(runInThread('inspect', { files: [hdf5Fixture('caiman.hdf5')] })).resolves.toMatchObject({ format: 'caiman-hdf5' })
})
