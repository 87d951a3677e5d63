import { useI18n } from 'vue-i18n'
import type { FigureSpec } from '../../shared/domain/figure.ts'
import { counted } from '../../shared/locales/counted.ts'
import { useAlignments } from '../stores/alignments.ts'
import { useCohorts } from '../stores/cohorts.ts'
import { useEmbeddings } from '../stores/embeddings.ts'
import { useEvaluations } from '../stores/evaluations.ts'
import { useModelRuns } from '../stores/model-runs.ts'
import { useRecordings } from '../stores/recordings.ts'
import { useSnapshots } from '../stores/snapshots.ts'
import { useNames } from './use-names.ts'
import { useRunName } from './use-run-name.ts'

/** Figures in a person's words: what is drawn, from which result, of which recording. */
export function useFigureNames() {
  const { t } = useI18n()
  const recordings = useRecordings(),
    snapshots = useSnapshots(),
    modelRuns = useModelRuns(),
    embeddings = useEmbeddings(),
    alignments = useAlignments(),
    evaluations = useEvaluations(),
    cohorts = useCohorts()
  const names = useNames(),
    runName = useRunName()

  const recordingName = (id: number): string => recordings.list.find((recording) => recording.id === id)?.name ?? ''
  const setOf = (id: number | null | undefined) => snapshots.sets.find((set) => set.id === id)
  function setText(id: number, subjectCount: number | null = null): string {
    const set = setOf(id)
    if (!set) return ''
    const of = subjectCount === null ? recordingName(set.recordingId) : counted(t, 'subjects', subjectCount)
    return `${of} · ${names.snapshotRecipe(set.recipe)}`
  }
  const evaluationOf = (drawn: FigureSpec) =>
    'evaluationId' in drawn ? evaluations.list.find(({ id }) => id === drawn.evaluationId) : undefined
  function runOf(drawn: FigureSpec) {
    const id =
      drawn.figure === 'embedding'
        ? embeddings.projections.find((known) => known.id === drawn.projectionId)?.modelRunId
        : drawn.figure === 'loss'
          ? drawn.modelRunId
          : null
    return modelRuns.runs.find((run) => run.id === id)
  }
  /** the snapshots a figure is drawn from; null where it has none of its own */
  function snapshotSetIdOf(drawn: FigureSpec): number | null {
    if ('snapshotSetId' in drawn && drawn.snapshotSetId) return drawn.snapshotSetId
    if ('alignmentId' in drawn) return alignments.all.find(({ id }) => id === drawn.alignmentId)?.snapshotSetId ?? null
    if ('evaluationId' in drawn) return evaluationOf(drawn)?.snapshotSetId ?? null
    return runOf(drawn)?.snapshotSetId ?? null
  }

  /** null: of many recordings, or of one that is gone */
  function recordingIdOf(drawn: FigureSpec): number | null {
    if ('recordingId' in drawn) return drawn.recordingId
    const isOfMany = drawn.figure === 'cohort' || (evaluationOf(drawn)?.subjectCount ?? null) !== null
    return isOfMany ? null : (setOf(snapshotSetIdOf(drawn))?.recordingId ?? null)
  }

  function nameOf(drawn: FigureSpec): string {
    if (drawn.figure !== 'electrode-map') return t(`figures.name.${drawn.figure}`)
    return t(drawn.snapshotSetId ? 'figures.name.mapOfSnapshots' : 'figures.name.map')
  }

  function sourceOf(drawn: FigureSpec): string {
    const run = runOf(drawn),
      setId = snapshotSetIdOf(drawn)
    if (drawn.figure === 'loss') return run ? runName(run) : ''
    if (drawn.figure === 'embedding') {
      const projection = embeddings.projections.find((known) => known.id === drawn.projectionId)
      return run && projection ? `${names.projection(projection)} · ${runName(run)}` : ''
    }
    if (drawn.figure === 'cohort') {
      const cohort = cohorts.all.find(({ id }) => id === drawn.cohortId),
        used = alignments.all.filter(({ id }) => cohort?.alignmentIds.includes(id))
      return cohort ? [counted(t, 'subjects', cohort.subjectCount), ...(used.length > 0 ? [names.training(used)] : [])].join(' · ') : ''
    }
    if (setId === null) return 'recordingId' in drawn ? recordingName(drawn.recordingId) : ''
    if ('alignmentId' in drawn) {
      const used = alignments.all.filter(({ id }) => id === drawn.alignmentId),
        column = drawn.figure === 'alignment-map' ? [t(`charts.alignmentColumn.${drawn.column ?? 'asRecorded'}`)] : []
      return [...column, names.training(used), setText(setId)].join(' · ')
    }
    if ('evaluationId' in drawn) {
      const evaluation = evaluationOf(drawn)
      return evaluation ? `${t(`evaluations.task.${evaluation.recipe.task}`)} · ${setText(setId, evaluation.subjectCount)}` : ''
    }
    return setText(setId)
  }

  return { nameOf, sourceOf, recordingIdOf, snapshotSetIdOf }
}
