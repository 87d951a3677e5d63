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
  /** what the authors need for a problem nobody foresaw, and where the app keeps its own files */
  'settings.diagnostics': route(z.strictObject({}), z.object({ dataDir: z.string(), fileName: z.string(), text: z.string() })),
}

export const selfcheckReport = z.object({
  fixtures: z.array(
    z.object({
      name: z.string(),
      engine: z.string(),
      forwardError: z.number(),
      gradientError: z.number(),
      lossError: z.number(),
      embeddingError: z.number(),
      pass: z.boolean(),
    }),
  ),
})

/** What one epoch of a training costs; `program` only when it was asked for. */
export const benchReport = z.object({
  engine: z.string(),
  variant: z.string().nullable(),
  threads: z.int(),
  secondsPerEpoch: z.object({ median: z.number(), min: z.number() }),
  peakMemoryMB: z.number(),
  loss: z.number(),
  program: z.string().nullable(),
})

export const engines = {
  /** times epochs on random graphs of a size; the first epoch is not counted */
  'engines.bench': route(
    z.strictObject({
      channels: z.int().min(2).max(8192).default(900),
      snapshots: z.int().min(1).max(1000).default(19),
      density: z.number().min(0).max(1).default(0.2),
      features: z.enum(['rows', 'identity']).default('rows'),
      engine: z.string().default('cpu'),
      threads: z.int().min(1).max(16).nullable().default(null),
      epochs: z.int().min(1).max(10_000).default(10),
      seed: z.int().min(0).max(4_294_967_295).default(1),
      printProgram: z.boolean().default(false),
    }),
    benchReport,
    ['engines/none-starts', 'model-runs/diverged'],
  ),
  /** times correlations, and edges beyond chance, of independent Poisson channels in 50 ms bins and half overlapping windows */
  'engines.benchSnapshots': route(
    z.strictObject({
      channels: z.int().min(3).max(8192).default(900),
      bins: z.int().min(40).max(1_000_000).default(24_000),
      windows: z.int().min(1).max(2000).default(19),
      rateHz: z.number().gt(0).max(100).default(1),
      edges: z.enum(['none', 'significance']).default('none'),
      threads: z.int().min(1).max(16).nullable().default(null),
    }),
    z.object({ seconds: z.number(), processorSeconds: z.number() }),
    ['engines/none-starts'],
  ),
  /** times t-SNE of the points in a file of float32 numbers, [points, columns]; writes the picture, [points, 2] */
  'engines.benchProjection': route(
    z.strictObject({
      points: z.string(),
      columns: z.int().min(1).max(1024).default(8),
      steps: z.int().min(1).max(100_000).default(1000),
      threads: z.int().min(1).max(16).nullable().default(null),
      out: z.string().nullable().default(null),
    }),
    z.object({ seconds: z.number(), processorSeconds: z.number(), kl: z.number() }),
    ['import/file-not-found', 'engines/points-unreadable', 'exports/cannot-write'],
  ),
  /** this machine's engines against reference numbers; without files those the app ships */
  'engines.selfcheck': route(
    z.strictObject({ fixtures: z.array(z.string()).default([]), engine: z.string().default('all') }),
    selfcheckReport,
    ['engines/none-starts', 'engines/fixture-unreadable', 'import/file-not-found'],
  ),
}
