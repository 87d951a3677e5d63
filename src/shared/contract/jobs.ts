import { z } from 'zod'
import { job } from '../domain/job.ts'
import { settings } from '../domain/project.ts'
import { route } from './route.ts'

export const jobs = {
  'jobs.list': route(z.strictObject({}), z.object({ jobs: z.array(job) })),
  'jobs.get': route(z.strictObject({ jobId: z.int() }), job, ['jobs/not-found']),
  'jobs.cancel': route(z.strictObject({ jobId: z.int() }), z.object({}), ['jobs/not-found']),
}

export const settingsRoutes = {
  'settings.get': route(z.strictObject({}), settings),
  'settings.set': route(z.strictObject(settings.partial().shape), settings),
}

export const selfcheckReport = z.object({
  fixtures: z.array(z.object({
    name: z.string(), engine: z.string(),
    forwardError: z.number(), gradientError: z.number(), lossError: z.number(), embeddingError: z.number(), pass: z.boolean(),
  })),
})

export const engines = {
  /** this machine's engines against reference numbers; without files those the app ships */
  'engines.selfcheck': route(
    z.strictObject({ fixtures: z.array(z.string()).default([]), engine: z.string().default('all') }),
    selfcheckReport, ['engines/none-starts', 'engines/fixture-unreadable', 'import/file-not-found'],
  ),
}
