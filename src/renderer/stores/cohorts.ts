import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { CohortResult, CohortSummary } from '../../shared/domain/cohort.ts'
import type { CohortFigureData } from '../../shared/domain/figure.ts'
import { client } from '../api/client.ts'
import { ask, problemOf, type Problem } from './ask.ts'
import { useJobs } from './jobs.ts'
import { useProjects } from './projects.ts'

/** Cohorts of the project: many recordings tested together, the subject as the unit. */
export const useCohorts = defineStore('cohorts', () => {
  const projects = useProjects(),
    jobs = useJobs()
  const all = shallowRef<CohortSummary[]>([])
  const shownId = ref<number | null>(null)
  const shown = shallowRef<{ cohort: CohortResult; sentence: string } | null>(null)
  const picture = shallowRef<CohortFigureData | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const jobId = ref<number | null>(null)
  const job = computed(() => (jobId.value === null ? null : (jobs.running.find((running) => running.id === jobId.value) ?? null)))

  async function load(): Promise<void> {
    all.value = (await ask('cohorts.list', {})).cohorts
    if (!all.value.some(({ id }) => id === shownId.value)) await show(all.value.at(-1)?.id ?? null)
  }

  /** Also again in another language: the sentence comes from the host. */
  async function show(cohortId: number | null): Promise<void> {
    shownId.value = cohortId
    if (cohortId === null) {
      shown.value = null
      picture.value = null
      return
    }
    try {
      const [found, drawn] = await Promise.all([
        ask('cohorts.get', { cohortId }),
        ask('figures.data', { spec: { figure: 'cohort', cohortId } }),
      ])
      if (shownId.value !== cohortId) return
      shown.value = found
      picture.value = drawn as CohortFigureData
    } catch (failure) {
      problem.value = problemOf(failure)
    }
  }

  /** Tests the recordings of these alignments together. */
  async function make(alignmentIds: number[]): Promise<void> {
    problem.value = null
    try {
      const started = await ask('cohorts.make', { alignmentIds })
      let cohortId = started.cohortId
      if (started.jobId !== null) {
        jobId.value = started.jobId
        const ended = await jobs.ended(started.jobId)
        jobId.value = null
        if (ended.state === 'failed' && ended.error) problem.value = ended.error
        cohortId = ended.state === 'done' ? ended.subjectId : null
      }
      await load()
      if (cohortId !== null) await show(cohortId)
    } catch (failure) {
      jobId.value = null
      problem.value = problemOf(failure)
    }
  }

  async function remove(cohortId: number): Promise<void> {
    await ask('cohorts.remove', { cohortId })
    await load()
  }

  watch(
    () => projects.current?.path ?? null,
    (path) => {
      all.value = []
      shownId.value = null
      shown.value = null
      picture.value = null
      problem.value = null
      jobId.value = null
      if (path !== null) void load().catch(() => undefined)
    },
    { immediate: true },
  )
  client.subscribe((notice) => {
    if (notice.notice === 'changed' && notice.area === 'cohorts') void load().catch(() => undefined)
  })

  return { all, shown, shownId, picture, problem, job, load, show, make, remove }
})
