import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import type { FigureFormat, FigureSpec, WrittenFile } from '../../shared/domain/figure.ts'
import { ask } from './ask.ts'
import { useEmbeddings } from './embeddings.ts'
import { useModelRuns } from './model-runs.ts'
import { useRecordings } from './recordings.ts'
import { useSnapshots } from './snapshots.ts'

export type FigureChoice = { key: string; spec: FigureSpec }

/** Figures that this project has the results for, as files. */
export const useFigures = defineStore('figures', () => {
  const recordings = useRecordings(),
    snapshots = useSnapshots(),
    modelRuns = useModelRuns(),
    embeddings = useEmbeddings()
  const widthMm = ref(89)
  const dpi = ref(300)

  /** what can be drawn now: of every recording, set, training and projection, in the order of the line */
  const choices = computed<FigureChoice[]>(() => [
    ...recordings.list.flatMap<FigureChoice>((recording) => [
      {
        key: `raster ${recording.id}`,
        spec: {
          figure: 'raster',
          recordingId: recording.id,
          fromS: 0,
          toS: Math.min(10, recording.endS - recording.startS),
          channelCount: 40,
        },
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
    ...snapshots.sets.flatMap<FigureChoice>((set) => [
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
    ...modelRuns.runs
      .filter((run) => run.epochCount > 0)
      .map<FigureChoice>((run) => ({ key: `loss ${run.id}`, spec: { figure: 'loss', modelRunId: run.id } })),
    ...embeddings.projections.map<FigureChoice>((projection) => ({
      key: `embedding ${projection.id}`,
      spec: { figure: 'embedding', projectionId: projection.id, colour: 'snapshot', snapshotIndex: null },
    })),
  ])

  /** @throws AskError */
  const draw = (
    spec: FigureSpec,
    format: FigureFormat,
    page: { widthMm: number; dpi: number } = { widthMm: widthMm.value, dpi: dpi.value },
  ): Promise<WrittenFile> => ask('figures.export', { spec, format, ...page })

  return { widthMm, dpi, choices, draw }
})
