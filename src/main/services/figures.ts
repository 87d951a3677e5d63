import { join } from 'node:path'
import type { Handlers } from '../../shared/contract/contract.ts'
import { subjectCountOf } from '../../shared/domain/evaluation.ts'
import type { FigureSpec } from '../../shared/domain/figure.ts'
import { counted } from '../../shared/locales/counted.ts'
import { translator } from '../../shared/locales/translate.ts'
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

/** Says what is drawn and of which recording, or of how many subjects: "Retina P11 embedding tsne", "6 subjects cohort". */
function fileNameOf(db: ReadableDB, spec: FigureSpec): string {
  const what =
    spec.figure === 'electrode-map'
      ? ['map', spec.value]
      : spec.figure === 'embedding'
        ? ['embedding', getProjection(db, spec.projectionId).recipe.method]
        : [spec.figure]
  const name = sourceOf(db, spec)
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .slice(0, 60)
  return [name, ...what].join(' ')
}

function sourceOf(db: ReadableDB, spec: FigureSpec): string {
  // English in every language, as the names of figures are
  const subjects = (count: number): string => counted(translator('en'), 'subjects', count)
  if ('cohortId' in spec) return subjects(getCohort(db, spec.cohortId).findings.subjects.length)
  if ('evaluationId' in spec) {
    const evaluation = getEvaluation(db, spec.evaluationId),
      count = subjectCountOf(evaluation)
    return count === null ? getRecording(db, getSnapshotSet(db, evaluation.snapshotSetId).recordingId).name : subjects(count)
  }
  return getRecording(db, recordingOf(db, spec)).name
}

function recordingOf(db: ReadableDB, spec: Exclude<FigureSpec, { cohortId: number } | { evaluationId: number }>): number {
  if ('alignmentId' in spec) return getAlignment(db, spec.alignmentId).recordingId
  if ('recordingId' in spec) return spec.recordingId
  const setId =
    'snapshotSetId' in spec
      ? spec.snapshotSetId
      : getModelRun(db, 'modelRunId' in spec ? spec.modelRunId : getProjection(db, spec.projectionId).modelRunId).snapshotSetId
  return getSnapshotSet(db, setId).recordingId
}
