import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import type { FigureFormat, FigureSpec, WrittenFile } from '../../shared/domain/figure.ts'
import type { Recording } from '../../shared/domain/recording.ts'
import { runsBySeed, setsBySeed } from '../../shared/domain/seed-group.ts'
import { ask } from './ask.ts'
import { useAlignments } from './alignments.ts'
import { useCohorts } from './cohorts.ts'
import { useEmbeddings } from './embeddings.ts'
import { useEvaluations } from './evaluations.ts'
import { useModelRuns } from './model-runs.ts'
import { useRecordings } from './recordings.ts'
import { useSnapshots } from './snapshots.ts'

export type FigureChoice = { key: string; spec: FigureSpec }

const newestOf = <One>(group: readonly One[]): One[] => group.slice(-1)

/** The first stretch of a recording: traces are slower than spikes. */
function signalSpec({ id: recordingId, modality, startS, endS }: Recording): FigureSpec {
  const stretch = { recordingId, fromS: 0, channelCount: 40 }
  return modality === 'traces'
    ? { ...stretch, figure: 'traces', toS: Math.min(60, endS - startS) }
    : { ...stretch, figure: 'raster', toS: Math.min(10, endS - startS) }
}

/** Figures that this project has the results for, as files. */
export const useFigures = defineStore('figures', () => {
  const recordings = useRecordings(),
    snapshots = useSnapshots(),
    modelRuns = useModelRuns(),
    embeddings = useEmbeddings(),
    evaluations = useEvaluations(),
    alignments = useAlignments(),
    cohorts = useCohorts()
  const widthMm = ref(89)
  const dpi = ref(300)

  /** what can be drawn now: of every recording, set, training and projection, in the order of the line; of seeds the newest */
  const choices = computed<FigureChoice[]>(() => [
    ...recordings.list.flatMap<FigureChoice>((recording) => [
      {
        key: `raster ${recording.id}`,
        spec: signalSpec(recording),
      },
      {
        key: `map ${recording.id}`,
        spec: {
          figure: 'electrode-map',
          recordingId: recording.id,
          value: 'rate',
          snapshotSetId: null,
          modelRunId: null,
          snapshotIndex: null,
        },
      },
    ]),
    ...setsBySeed(snapshots.sets)
      .flatMap(newestOf)
      .toReversed()
      .flatMap<FigureChoice>((set) => [
        { key: `density ${set.id}`, spec: { figure: 'density', snapshotSetId: set.id } },
        {
          key: `degree ${set.id}`,
          spec: {
            figure: 'electrode-map',
            recordingId: set.recordingId,
            value: 'degree',
            snapshotSetId: set.id,
            modelRunId: null,
            snapshotIndex: null,
          },
        },
      ]),
    ...runsBySeed(
      modelRuns.runs.filter((run) => run.epochCount > 0),
      snapshots.sets,
    )
      .flatMap(newestOf)
      .toReversed()
      .map<FigureChoice>((run) => ({ key: `loss ${run.id}`, spec: { figure: 'loss', modelRunId: run.id } })),
    ...embeddings.projections.map<FigureChoice>((projection) => ({
      key: `embedding ${projection.id}`,
      spec: { figure: 'embedding', projectionId: projection.id, colour: 'snapshot', snapshotIndex: null },
    })),
    ...alignments.all.flatMap<FigureChoice>(({ id, rateMatchedSeeds }) => [
      ...(rateMatchedSeeds.length > 0 ? (['asRecorded', 'rateMatched'] as const) : (['asRecorded'] as const)).map<FigureChoice>(
        (column) => ({
          key: `alignment-map ${column} ${id}`,
          spec: { figure: 'alignment-map', alignmentId: id, column, value: 'performance', snapshotIndex: null },
        }),
      ),
      { key: `alignment-series ${id}`, spec: { figure: 'alignment-series', alignmentId: id, measure: 'coupling' } },
    ]),
    ...cohorts.all.map<FigureChoice>(({ id }) => ({ key: `cohort ${id}`, spec: { figure: 'cohort', cohortId: id } })),
    ...evaluations.list.flatMap<FigureChoice>(({ id, best, recipe }) => [
      ...(best === null ? [] : [{ key: `models ${id}`, spec: { figure: 'models', evaluationId: id, readOut: null } } as const]),
      ...(best !== null && (recipe.task === 'states' || recipe.task === 'channels')
        ? [{ key: `confusion ${id}`, spec: { figure: 'confusion', evaluationId: id, model: null, readOut: null } } as const]
        : []),
      ...(recipe.task === 'states' ? [{ key: `split ${id}`, spec: { figure: 'split', evaluationId: id } } as const] : []),
    ]),
  ])

  /** @throws AskError */
  const draw = (
    spec: FigureSpec,
    format: FigureFormat,
    page: { widthMm: number; dpi: number } = { widthMm: widthMm.value, dpi: dpi.value },
  ): Promise<WrittenFile> => ask('figures.export', { spec, format, ...page })

  return { widthMm, dpi, choices, draw }
})
