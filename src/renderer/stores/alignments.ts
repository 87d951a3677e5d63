import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import {
  alignmentRecipe,
  type Alignment,
  type AlignmentMeasure,
  type AlignmentRecipe,
  type AlignmentSummary,
} from '../../shared/domain/alignment.ts'
import type { AlignmentMapData, AlignmentSeriesData } from '../../shared/domain/figure.ts'
import { client } from '../api/client.ts'
import { ask, problemOf, type Problem } from './ask.ts'
import { useJobs } from './jobs.ts'
import { useModelRuns } from './model-runs.ts'
import { useProjects } from './projects.ts'

export type AlignmentColumnName = 'asRecorded' | 'rateMatched'
type MapValue = AlignmentMapData['value']

/** Alignments of the project, the shown one with its maps and its series, and the recipe of the next. */
export const useAlignments = defineStore('alignments', () => {
  const projects = useProjects(),
    modelRuns = useModelRuns(),
    jobs = useJobs()
  const all = shallowRef<AlignmentSummary[]>([])
  const shownId = ref<number | null>(null)
  const shown = shallowRef<Alignment | null>(null)
  const runId = ref<number | null>(null)
  const recipe = ref<AlignmentRecipe>(alignmentRecipe.parse({}))
  const mapValue = ref<MapValue>('performance')
  /** null: over all windows */
  const snapshotIndex = ref<number | null>(null)
  const measure = ref<AlignmentMeasure>('coupling')
  const maps = shallowRef<Partial<Record<AlignmentColumnName, AlignmentMapData>>>({})
  const series = shallowRef<AlignmentSeriesData | null>(null)
  const problem = shallowRef<Problem | null>(null)
  /** why there is no map to show */
  const mapProblem = shallowRef<Problem | null>(null)
  const jobId = ref<number | null>(null)
  let question = 0

  /** what can be measured: finished trainings on snapshots as recorded */
  const runs = computed(() => modelRuns.runs.filter((run) => run.state === 'done' && !run.isRateMatched))
  const job = computed(() => (jobId.value === null ? null : (jobs.running.find((running) => running.id === jobId.value) ?? null)))

  async function load(): Promise<void> {
    all.value = (await ask('alignments.list', {})).alignments
    if (!all.value.some(({ id }) => id === shownId.value)) await show(all.value.at(-1)?.id ?? null)
  }

  async function show(alignmentId: number | null): Promise<void> {
    shownId.value = alignmentId
    snapshotIndex.value = null
    shown.value = null
    maps.value = {}
    series.value = null
    if (alignmentId === null) return
    const found = await ask('alignments.get', { alignmentId })
    if (shownId.value === alignmentId) shown.value = found
  }

  /** The maps and the series of what is chosen on the page; a late answer is dropped. */
  async function draw(): Promise<void> {
    const alignment = shown.value,
      asked = ++question
    if (!alignment) return
    const mapOf = async (column: AlignmentColumnName): Promise<AlignmentMapData | null> =>
      alignment[column] === null ? null : ((await ask('figures.data', { spec: mapSpec(alignment.id, column) })) as AlignmentMapData)
    try {
      const drawn = await ask('figures.data', { spec: { figure: 'alignment-series', alignmentId: alignment.id, measure: measure.value } })
      if (asked === question) series.value = drawn as AlignmentSeriesData
    } catch (failure) {
      if (asked === question) problem.value = problemOf(failure)
    }
    try {
      const [asRecorded, rateMatched] = await Promise.all([mapOf('asRecorded'), mapOf('rateMatched')])
      if (asked !== question) return
      maps.value = { ...(asRecorded ? { asRecorded } : {}), ...(rateMatched ? { rateMatched } : {}) }
      mapProblem.value = null
    } catch (failure) {
      if (asked !== question) return
      maps.value = {}
      mapProblem.value = problemOf(failure)
    }
  }

  const mapSpec = (alignmentId: number, column: AlignmentColumnName) => ({
    figure: 'alignment-map' as const,
    alignmentId,
    column,
    value: mapValue.value,
    snapshotIndex: snapshotIndex.value,
  })

  /** Measures the chosen training, or finds the alignment that is already there. */
  async function make(): Promise<void> {
    const modelRunId = runId.value
    if (modelRunId === null) return
    problem.value = null
    try {
      const started = await ask('alignments.make', { modelRunId, recipe: recipe.value })
      let alignmentId = started.alignmentId
      if (started.jobId !== null) {
        jobId.value = started.jobId
        const ended = await jobs.ended(started.jobId)
        jobId.value = null
        if (ended.state === 'failed' && ended.error) problem.value = ended.error
        alignmentId = ended.state === 'done' ? ended.subjectId : null
      }
      await load()
      if (alignmentId !== null) await show(alignmentId)
    } catch (failure) {
      jobId.value = null
      problem.value = problemOf(failure)
    }
  }

  async function remove(alignmentId: number): Promise<void> {
    await ask('alignments.remove', { alignmentId })
    await load()
  }

  // The newest training is the one to measure until somebody chooses another.
  watch(
    runs,
    (found, before) => {
      const newest = found.at(-1)?.id ?? null
      const isNew = before !== undefined && !before.some(({ id }) => id === newest)
      if (isNew || !found.some(({ id }) => id === runId.value)) runId.value = newest
    },
    { immediate: true },
  )
  watch([shown, mapValue, snapshotIndex, measure], () => void draw())
  watch(
    () => projects.current?.path ?? null,
    (path) => {
      question++
      all.value = []
      shownId.value = null
      shown.value = null
      maps.value = {}
      series.value = null
      problem.value = null
      mapProblem.value = null
      jobId.value = null
      if (path !== null) void load().catch(() => undefined)
    },
    { immediate: true },
  )
  client.subscribe((notice) => {
    if (notice.notice === 'changed' && notice.area === 'alignments') void load().catch(() => undefined)
  })

  return {
    all,
    shown,
    shownId,
    runs,
    runId,
    recipe,
    mapValue,
    snapshotIndex,
    measure,
    maps,
    series,
    problem,
    mapProblem,
    job,
    mapSpec,
    load,
    show,
    make,
    remove,
  }
})
