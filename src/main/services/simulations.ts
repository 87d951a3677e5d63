import type { Handlers } from '../../shared/contract/contract.ts'
import { runInThread } from '../jobs/run-in-thread.ts'
import type { Context } from './context.ts'

/** Simulations belong to no project: they are files like a person's own, and come in by the import. */
export function simulationServices(context: Context): Pick<Handlers, 'simulations.make' | 'simulations.cancel'> {
  const running = new Set<AbortController>()
  return {
    'simulations.make': async ({ recipe, layoutFile, out }) => {
      const controller = new AbortController()
      running.add(controller)
      let toldMs = -Infinity
      try {
        const cultures = await runInThread(
          'simulate',
          { recipe, layoutFile, out },
          {
            signal: controller.signal,
            onNotice: (notice) => {
              if (notice.kind !== 'progress' || (context.clock() - toldMs < 200 && notice.done < notice.total)) return
              toldMs = context.clock()
              context.notify({ notice: 'simulation', out, done: notice.done, total: notice.total })
            },
          },
        )
        return { cultures }
      } finally {
        running.delete(controller)
      }
    },
    'simulations.cancel': () => {
      for (const controller of running) controller.abort('cancelled')
      return {}
    },
  }
}
