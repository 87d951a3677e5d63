import { z } from 'zod'
import { figureData, figureFormat, figureSpec, writtenFile } from '../domain/figure.ts'
import { route } from './route.ts'

const errors = [
  'project/none-open',
  'recordings/not-found',
  'snapshots/not-found',
  'model-runs/not-found',
  'projections/not-found',
  'model-runs/not-finished',
  'model-runs/no-channel-vectors',
  'evaluations/not-found',
  'alignments/no-roles',
  'layouts/no-positions',
  'figures/nothing-to-draw',
] as const

export const figures = {
  /** the numbers of a figure; screen and export draw the same */
  'figures.data': route(z.strictObject({ spec: figureSpec }), figureData, errors),
  /** a figure as a file: drawn (svg, png) or its numbers (csv) */
  'figures.export': route(
    z.strictObject({
      spec: figureSpec,
      format: figureFormat,
      widthMm: z.number().min(30).max(600).default(89),
      /** of PNG, and of the raster layer in an SVG with many points */
      dpi: z.number().min(72).max(1200).default(300),
    }),
    writtenFile,
    errors,
  ),
}

export const exportKinds = [
  'recording',
  'spikes',
  'traces',
  'channels',
  'layout',
  'events',
  'intervals',
  'snapshots',
  'performance',
  'embedding',
  'projection',
  'scores',
  'alignment',
  'alignment-map',
  'evaluation',
  'cohort',
  'losses',
  'provenance',
] as const

export const exportFormat = z.enum(['csv', 'xlsx', 'npz', 'nwb'])

export const exports = {
  /** tables of a project's results, of its newest recording, set, run or projection where none is named */
  'exports.table': route(
    z.strictObject({
      what: z.enum(exportKinds),
      /** nwb: the recording with its newest results, whatever is asked for */
      format: exportFormat.default('csv'),
      recordingId: z.int().optional(),
      snapshotSetId: z.int().optional(),
      modelRunId: z.int().optional(),
      projectionId: z.int().optional(),
    }),
    writtenFile,
    [...errors, 'exports/nothing-to-write', 'exports/too-many-rows'],
  ),
}
