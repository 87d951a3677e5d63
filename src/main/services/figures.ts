import { join } from 'node:path'
import type { Handlers } from '../../shared/contract/contract.ts'
import type { FigureSpec } from '../../shared/domain/figure.ts'
import { figureTable } from '../figures/source-data.ts'
import { runInThread } from '../jobs/run-in-thread.ts'
import { getAlignment } from '../store/alignments.ts'
import { getCohort } from '../store/cohorts.ts'
import { getEvaluation } from '../store/evaluations.ts'
import { noteFigure } from '../store/figures.ts'
import type { ReadableDB } from '../store/open.ts'
import { getModelRun } from '../store/model-runs.ts'
import { getProjection } from '../store/projections.ts'
import { getRecording } from '../store/recordings.ts'
import { getSnapshotSet } from '../store/snapshots.ts'
import { nowIso, openDb, type Context } from './context.ts'
import { figureDataOf } from './figure-data.ts'

const mediaTypes = { svg: 'image/svg+xml', png: 'image/png', csv: 'text/csv' } as const

export function figureServices(context: Context): Pick<Handlers, 'figures.data' | 'figures.export'> {
  return {
    'figures.data': ({ spec }) => figureDataOf(openDb(context), spec),
    'figures.export': async ({ spec, format, widthMm, dpi }, { language }) => {
      const db = openDb(context)
      const data = figureDataOf(db, spec)
      const bytes =
        format === 'csv'
          ? new TextEncoder().encode(figureTable(data))
          : await runInThread('draw', { data, options: { format, widthMm, dpi, language, fontsDir: join(context.resourcesDir, 'fonts') } })
      if (!context.project?.readOnly) noteFigure(db, { spec, format, widthMm, dpi, madeAt: nowIso(context) })
      return { fileName: `${fileNameOf(db, spec)}.${format}`, mediaType: mediaTypes[format], bytes }
    },
  }
}

/** Says what is drawn and of which recording: "Retina P11 embedding tsne". */
function fileNameOf(db: ReadableDB, spec: FigureSpec): string {
  const what =
    spec.figure === 'electrode-map'
      ? ['map', spec.value]
      : spec.figure === 'embedding'
        ? ['embedding', getProjection(db, spec.projectionId).recipe.method]
        : [spec.figure]
  const name = getRecording(db, recordingOf(db, spec))
    .name.replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .slice(0, 60)
  return [name, ...what].join(' ')
}

function recordingOf(db: ReadableDB, spec: FigureSpec): number {
  if ('alignmentId' in spec) return getAlignment(db, spec.alignmentId).recordingId
  // A cohort is of many recordings: its file is named by the first.
  if ('cohortId' in spec) return getAlignment(db, getCohort(db, spec.cohortId).alignmentIds[0] ?? 0).recordingId
  if ('evaluationId' in spec) return getSnapshotSet(db, getEvaluation(db, spec.evaluationId).snapshotSetId).recordingId
  if ('recordingId' in spec) return spec.recordingId
  const setId =
    'snapshotSetId' in spec
      ? spec.snapshotSetId
      : getModelRun(db, 'modelRunId' in spec ? spec.modelRunId : getProjection(db, spec.projectionId).modelRunId).snapshotSetId
  return getSnapshotSet(db, setId).recordingId
}
