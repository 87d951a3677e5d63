import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { RouteInput, RouteName, RouteOutput } from '../../../src/shared/contract/contract.ts'
import type { Job } from '../../../src/shared/domain/job.ts'
import { createHost, type Host } from '../../../src/main/host/create-host.ts'
import { throwAwayFolder } from '../throw-away.ts'

export type Opened = {
  host: Host
  folder: string
  /** the value of a route; an error ends the test with its code */
  ask<Name extends RouteName>(route: Name, input: RouteInput<Name>): Promise<RouteOutput<Name>>
  /** the code a route answers with, or 'ok' */
  codeOf<Name extends RouteName>(route: Name, input: RouteInput<Name>): Promise<string>
  /** waits until a job has ended in whatever way */
  ended(jobId: number | null): Promise<Job>
}

/** A host on a throw-away data folder, closed when the test ends. */
export async function openHost(folder = throwAwayFolder(), clock = Date.now): Promise<Opened> {
  const host = await createHost({ dataDir: join(folder, 'data'), log: () => {}, clock })
  onTestFinished(() => host.close())
  const ask: Opened['ask'] = async (route, input) => {
    const reply = await host.call(route, input, 'en')
    if (!reply.ok) throw new Error(`${route}: ${reply.error.code} ${reply.error.message} ${JSON.stringify(reply.error.details)}`)
    return reply.value
  }
  return {
    host,
    folder,
    ask,
    codeOf: async (route, input) => {
      const reply = await host.call(route, input, 'en')
      return reply.ok ? 'ok' : reply.error.code
    },
    ended: (jobId) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          ask('jobs.get', { jobId: jobId ?? 0 }).then((job) => {
            if (job.state === 'queued' || job.state === 'running') return
            stop()
            resolve(job)
          }, reject)
        }
        const stop = host.subscribe((notice) => {
          if (notice.notice === 'job' && notice.job.id === jobId) look()
        })
        look()
      }),
  }
}
