import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { ElectrodeMapData, EmbeddingData } from '../../shared/domain/figure.ts'
import { newestAsRecorded } from '../../shared/domain/model-run.ts'
import { projectionRecipe, type Projection, type ProjectionMethod, type ProjectionRecipe } from '../../shared/domain/projection.ts'
import { client } from '../api/client.ts'
import { ask, problemOf, type Problem } from './ask.ts'
import { useJobs } from './jobs.ts'
import { useModelRuns } from './model-runs.ts'
import { useProjects } from './projects.ts'
import { useSnapshots } from './snapshots.ts'

export type MapValue = ElectrodeMapData['value']

/** Pictures of the embeddings of finished trainings, and the array beside them. */
export const useEmbeddings = defineStore('embeddings', () => {
  const projects = useProjects(),
    modelRuns = useModelRuns(),
    snapshots = useSnapshots(),
    jobs = useJobs()
  const projections = shallowRef<Projection[]>([])
  const runId = ref<number | null>(null)
  /** somebody said which training is shown: none that finishes later takes its place */
  const isRunChosen = ref(false)
  const recipe = ref<ProjectionRecipe>(projectionRecipe.parse({ method: 'tsne' }))
  const shownId = ref<number | null>(null)
  const picture = shallowRef<EmbeddingData | null>(null)
  const array = shallowRef<ElectrodeMapData | null>(null)
  const mapValue = ref<MapValue>('rate')
  const problem = shallowRef<Problem | null>(null)
  /** why there is no array to show */
  const arrayProblem = shallowRef<Problem | null>(null)
  const jobId = ref<number | null>(null)

  const finished = computed(() => modelRuns.runs.filter((run) => run.state === 'done'))
  const run = computed(() => finished.value.find((known) => known.id === runId.value) ?? null)
  const ofRun = computed(() => projections.value.filter((known) => known.modelRunId === runId.value))
  const shown = computed(() => projections.value.find((known) => known.id === shownId.value) ?? null)
  const recordingId = computed(() => snapshots.sets.find((set) => set.id === run.value?.snapshotSetId)?.recordingId ?? null)
  const job = computed(() => (jobId.value === null ? null : (jobs.running.find((running) => running.id === jobId.value) ?? null)))
  /** the picture that the recipe on the page has already given; null where it has not */
  const made = computed(() => ofRun.value.find((known) => JSON.stringify(known.recipe) === JSON.stringify(recipe.value)) ?? null)

  async function load(): Promise<void> {
    projections.value = (await ask('embeddings.projections', {})).projections
  }

  const chooseMethod = (method: ProjectionMethod): void => {
    recipe.value = projectionRecipe.parse({ method })
  }

  async function show(projectionId: number | null): Promise<void> {
    shownId.value = projectionId
    if (projectionId === null) {
      picture.value = null
      return
    }
    const projection = projections.value.find((known) => known.id === projectionId)
    if (projection) recipe.value = structuredClone(projection.recipe)
    try {
      const drawn = await ask('figures.data', { spec: { figure: 'embedding', projectionId } })
      if (projectionId === shownId.value) picture.value = drawn as EmbeddingData
    } catch (failure) {
      problem.value = problemOf(failure)
    }
  }

  /** Colours the array by another number; says what is missing where there is none. */
  async function colourArray(value: MapValue): Promise<void> {
    mapValue.value = value
    const recording = recordingId.value,
      shownRun = run.value
    if (recording === null || shownRun === null) {
      array.value = null
      return
    }
    const spec = {
      figure: 'electrode-map',
      recordingId: recording,
      value,
      snapshotSetId: shownRun.snapshotSetId,
      modelRunId: shownRun.id,
    } as const
    try {
      const drawn = await ask('figures.data', { spec })
      if (mapValue.value !== value || run.value?.id !== shownRun.id) return
      array.value = drawn as ElectrodeMapData
      arrayProblem.value = null
    } catch (failure) {
      if (mapValue.value !== value) return
      array.value = null
      arrayProblem.value = problemOf(failure)
    }
  }

  /** Makes the picture of the recipe on the page, or finds it. */
  async function project(): Promise<void> {
    const modelRunId = runId.value
    if (modelRunId === null) return
    problem.value = null
    try {
      const started = await ask('embeddings.project', { modelRunId, recipe: recipe.value })
      let projectionId = started.projectionId
      if (started.jobId !== null) {
        jobId.value = started.jobId
        const ended = await jobs.ended(started.jobId)
        jobId.value = null
        if (ended.state === 'failed' && ended.error) problem.value = ended.error
        projectionId = ended.state === 'done' ? ended.subjectId : null
      }
      await load()
      if (projectionId !== null) await show(projectionId)
    } catch (failure) {
      jobId.value = null
      problem.value = problemOf(failure)
    }
  }

  function chooseRun(modelRunId: number): void {
    runId.value = modelRunId
    isRunChosen.value = true
  }

  // The newest finished training until somebody chooses another, and its newest picture. A rate-matched one holds the page
  // only while there is nothing else: it may finish before the training that it stands beside.
  watch(
    finished,
    (runs) => {
      const current = runs.find((known) => known.id === runId.value)
      if (!current) isRunChosen.value = false
      if (!current || (current.isRateMatched && !isRunChosen.value)) runId.value = newestAsRecorded(runs)?.id ?? null
    },
    { immediate: true },
  )
  watch([runId, ofRun], () => {
    if (!ofRun.value.some((known) => known.id === shownId.value)) void show(ofRun.value.at(-1)?.id ?? null)
  })
  watch(
    [run, recordingId],
    () => {
      void colourArray(mapValue.value)
    },
    { immediate: true },
  )

  watch(
    () => projects.current?.path ?? null,
    (path) => {
      projections.value = []
      runId.value = null
      isRunChosen.value = false
      shownId.value = null
      picture.value = null
      array.value = null
      problem.value = null
      arrayProblem.value = null
      jobId.value = null
      if (path !== null) void load().catch(() => undefined)
    },
    { immediate: true },
  )

  client.subscribe((notice) => {
    if (notice.notice !== 'changed') return
    if (notice.area === 'embeddings') void load().catch(() => undefined)
    // regions and exclusions are drawn here too
    if (notice.area === 'recordings') void Promise.all([show(shownId.value), colourArray(mapValue.value)])
  })

  return {
    projections,
    finished,
    run,
    runId,
    ofRun,
    recipe,
    made,
    shown,
    shownId,
    picture,
    array,
    arrayProblem,
    mapValue,
    recordingId,
    problem,
    job,
    load,
    chooseRun,
    chooseMethod,
    show,
    colourArray,
    project,
  }
})
