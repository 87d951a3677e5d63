import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Handlers } from '../../shared/contract/contract.ts'
import { runInThread } from '../jobs/run-in-thread.ts'
import type { Context } from './context.ts'

export function engineServices(
  context: Context,
): Pick<Handlers, 'engines.selfcheck' | 'engines.bench' | 'engines.benchProjection' | 'engines.benchSnapshots'> {
  return {
    'engines.selfcheck': async ({ fixtures, engine }) => {
      const folder = join(context.resourcesDir, 'golden')
      const files =
        fixtures.length > 0
          ? fixtures
          : (await readdir(folder))
              .filter((name) => name.endsWith('.json'))
              .sort()
              .map((name) => join(folder, name))
      return { fixtures: await runInThread('selfcheck', { files, engine }) }
    },
    'engines.bench': (input) => runInThread('bench', input),
    'engines.benchSnapshots': (input) => runInThread('benchSnapshots', input),
    'engines.benchProjection': (input) => runInThread('benchProjection', input),
  }
}
