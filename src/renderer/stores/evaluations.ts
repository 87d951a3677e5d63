import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { RouteOutput } from '../../shared/contract/contract.ts'
import { evaluationRecipe, type Evaluation, type EvaluationRecipe, type EvaluationSummary } from '../../shared/domain/evaluation.ts'
import type { FigureData, FigureSpec } from '../../shared/domain/figure.ts'
import { client } from '../api/client.ts'
import { i18n } from '../i18n.ts'
import { ask, problemOf, type Problem } from './ask.ts'
import { useJobs } from './jobs.ts'
import { useProjects } from './projects.ts'
import { useSnapshots } from './snapshots.ts'

type Choices = RouteOutput<'evaluations.choices'>

/** Evaluations of models, and the question on the page. */
export const useEvaluations = defineStore('evaluations', () => {
  const projects = useProjects(),
    snapshots = useSnapshots(),
    jobs = useJobs()
  const all = shallowRef<EvaluationSummary[]>([])
  const asideIds = ref<number[]>([])
  const snapshotSetId = ref<number | null>(null)
  const recipe = ref<EvaluationRecipe>(evaluationRecipe.parse({}))
  const choices = shallowRef<Choices | null>(null)
  const shownId = ref<number | null>(null)
  const shown = shallowRef<Evaluation | null>(null)
  const sentences = shallowRef<string[]>([])
  /** what the figures show: null is what speaks for all */
  const readOut = ref<string | null>(null)
  const model = ref<string | null>(null)
  const figures = shallowRef<{ data: FigureData; spec: FigureSpec }[]>([])
  const problem = shallowRef<Problem | null>(null)
  const jobId = ref<number | null>(null)
  let drawing = 0

  const list = computed(() => all.value.filter(({ id }) => !asideIds.value.includes(id)))
  const job = computed(() => (jobId.value === null ? null : (jobs.running.find((running) => running.id === jobId.value) ?? null)))
  /** sets as recorded: a rate-matched one stands beside another */
  const sets = computed(() => snapshots.sets.filter((set) => set.recipe.rateMatching === null))

  async function load(): Promise<void> {
    all.value = (await ask('evaluations.list', {})).evaluations
    if (!list.value.some(({ id }) => id === shownId.value)) await show(list.value.at(-1)?.id ?? null)
  }

  async function loadChoices(): Promise<void> {
    const id = snapshotSetId.value
    if (id === null) {
      choices.value = null
      return
    }
    const found = await ask('evaluations.choices', { snapshotSetId: id }).catch(() => null)
    if (id === snapshotSetId.value) choices.value = found
  }

  /** Shows an evaluation, its question and its figures. */
  async function show(evaluationId: number | null): Promise<void> {
    shownId.value = evaluationId
    if (evaluationId === null) {
      shown.value = null
      sentences.value = []
      figures.value = []
      return
    }
    try {
      const found = await ask('evaluations.get', { evaluationId })
      if (evaluationId !== shownId.value) return
      shown.value = found.evaluation
      sentences.value = found.sentences
      readOut.value = null
      model.value = null
      recipe.value = structuredClone(found.evaluation.recipe)
      if (sets.value.some(({ id }) => id === found.evaluation.snapshotSetId)) snapshotSetId.value = found.evaluation.snapshotSetId
      await drawFigures()
    } catch (failure) {
      problem.value = problemOf(failure)
    }
  }

  /** The figures there are something to draw for. */
  async function drawFigures(): Promise<void> {
    const evaluationId = shownId.value,
      drawn = ++drawing
    if (evaluationId === null) return
    const specs: FigureSpec[] = [
      { figure: 'models', evaluationId, readOut: readOut.value },
      { figure: 'confusion', evaluationId, model: model.value, readOut: readOut.value },
      { figure: 'split', evaluationId },
    ]
    const found = await Promise.all(
      specs.map(async (spec) => {
        const data = await ask('figures.data', { spec }).catch(() => null)
        return data ? [{ data, spec }] : []
      }),
    )
    if (drawn === drawing) figures.value = found.flat()
  }

  /** Asks the question on the page, or finds its answer. */
  async function evaluate(): Promise<void> {
    const id = snapshotSetId.value
    if (id === null) return
    problem.value = null
    try {
      const started = await ask('evaluations.make', { snapshotSetId: id, recipe: recipe.value })
      let evaluationId = started.evaluationId
      if (started.jobId !== null) {
        jobId.value = started.jobId
        const ended = await jobs.ended(started.jobId)
        jobId.value = null
        if (ended.state === 'failed' && ended.error) problem.value = ended.error
        evaluationId = ended.state === 'done' ? ended.subjectId : null
      }
      await load()
      if (evaluationId !== null) await show(evaluationId)
    } catch (failure) {
      jobId.value = null
      problem.value = problemOf(failure)
    }
  }

  function setAside(id: number): void {
    asideIds.value = [...asideIds.value, id]
    if (shownId.value === id) void show(list.value.at(-1)?.id ?? null)
  }
  function keep(id: number): void {
    asideIds.value = asideIds.value.filter((known) => known !== id)
  }
  async function remove(id: number): Promise<void> {
    await ask('evaluations.remove', { evaluationId: id })
    await load()
    keep(id)
  }

  watch(
    sets,
    (known) => {
      if (!known.some(({ id }) => id === snapshotSetId.value)) snapshotSetId.value = known.at(-1)?.id ?? null
    },
    { immediate: true },
  )
  watch(snapshotSetId, () => void loadChoices(), { immediate: true })
  watch([readOut, model], () => void drawFigures())
  // sentences come in the page's language
  watch(i18n.global.locale, () => {
    const id = shownId.value
    if (id === null) return
    void ask('evaluations.get', { evaluationId: id })
      .then((found) => {
        if (id === shownId.value) sentences.value = found.sentences
      })
      .catch(() => undefined)
  })
  watch(
    () => projects.current?.path ?? null,
    (path) => {
      all.value = []
      asideIds.value = []
      shownId.value = null
      shown.value = null
      sentences.value = []
      figures.value = []
      problem.value = null
      jobId.value = null
      recipe.value = evaluationRecipe.parse({})
      if (path !== null) void load().catch(() => undefined)
    },
    { immediate: true },
  )
  client.subscribe((notice) => {
    if (notice.notice !== 'changed' || projects.current === null) return
    if (notice.area === 'evaluations') void load().catch(() => undefined)
    if (['evaluations', 'modelRuns', 'recordings', 'snapshots'].includes(notice.area)) void loadChoices()
  })

  return {
    list,
    sets,
    snapshotSetId,
    recipe,
    choices,
    shownId,
    shown,
    sentences,
    readOut,
    model,
    figures,
    problem,
    job,
    load,
    show,
    evaluate,
    setAside,
    keep,
    remove,
  }
})
