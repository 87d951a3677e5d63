import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { RouteOutput } from '../../shared/contract/contract.ts'
import type { LossData } from '../../shared/domain/figure.ts'
import { modelPresets, modelRecipe, type EpochRecord, type ModelRecipe, type ModelRun } from '../../shared/domain/model-run.ts'
import { client } from '../api/client.ts'
import { ask, problemOf, type Problem } from './ask.ts'
import { useProjects } from './projects.ts'
import { useSnapshots } from './snapshots.ts'

export type TrainingEstimate = RouteOutput<'modelRuns.estimate'>
export type ModelPreset = keyof typeof modelPresets

const presetRecipe = (preset: ModelPreset, seed: number): ModelRecipe => modelRecipe.parse({ ...modelPresets[preset], seed })

/** Trainings of the project, the loss of the chosen one epoch by epoch, and the recipe of the next. */
export const useModelRuns = defineStore('model-runs', () => {
  const projects = useProjects(), snapshots = useSnapshots()
  const all = shallowRef<ModelRun[]>([])
  /** leaving, but not gone yet: their removal can still be undone */
  const leaving = ref<number[]>([])
  const chosenId = ref<number | null>(null)
  const loss = shallowRef<LossData | null>(null)
  /** seconds of the epochs that were seen here, the newest last */
  const paceS = shallowRef<number[]>([])
  const recipe = ref<ModelRecipe>(presetRecipe('studio', 1))
  const snapshotSetId = ref<number | null>(null)
  const estimate = shallowRef<TrainingEstimate | null>(null)
  const problem = shallowRef<Problem | null>(null)
  let question = 0

  const runs = computed(() => all.value.filter((run) => !leaving.value.includes(run.id)))
  const chosen = computed(() => runs.value.find((run) => run.id === chosenId.value) ?? null)
  const preset = computed(() => (Object.keys(modelPresets) as ModelPreset[])
    .find((name) => JSON.stringify(presetRecipe(name, recipe.value.seed)) === JSON.stringify(recipe.value)) ?? null)

  async function load(): Promise<void> {
    all.value = (await ask('modelRuns.list', {})).modelRuns
    if (chosen.value === null) await choose(runs.value.at(-1)?.id ?? null)
  }

  async function choose(modelRunId: number | null): Promise<void> {
    const isOther = chosenId.value !== modelRunId
    chosenId.value = modelRunId
    if (isOther) {
      loss.value = null
      paceS.value = []
    }
    if (modelRunId !== null) await loadLoss(modelRunId)
  }

  async function loadLoss(modelRunId: number): Promise<void> {
    const drawn = await ask('figures.data', { spec: { figure: 'loss', modelRunId } })
    if (modelRunId === chosenId.value) loss.value = drawn as LossData
  }

  const choosePreset = (name: ModelPreset): void => { recipe.value = presetRecipe(name, recipe.value.seed) }

  /** Memory and size of what is set up on the page; a late answer is dropped. */
  async function weigh(): Promise<void> {
    const asked = ++question
    const setId = snapshotSetId.value
    if (setId === null) {
      estimate.value = null
      return
    }
    const found = await ask('modelRuns.estimate', { snapshotSetId: setId, recipe: recipe.value }).catch(() => null)
    if (asked === question) estimate.value = found
  }

  async function start(): Promise<void> {
    const setId = snapshotSetId.value
    if (setId === null) return
    await asking(async () => {
      const { modelRunId } = await ask('modelRuns.start', { snapshotSetId: setId, recipe: recipe.value })
      await load()
      await choose(modelRunId)
    })
  }

  const pause = (modelRunId: number): Promise<void> => asking(() => ask('modelRuns.pause', { modelRunId }))
  const resume = (modelRunId: number): Promise<void> => asking(() => ask('modelRuns.resume', { modelRunId }))
  const cancel = (modelRunId: number): Promise<void> => asking(() => ask('modelRuns.cancel', { modelRunId }))

  /** Does it and reads the list again; what went wrong stays on the page. */
  async function asking(action: () => Promise<unknown>): Promise<void> {
    problem.value = null
    try {
      await action()
      await load()
    } catch (failure) {
      problem.value = problemOf(failure)
    }
  }

  async function setAside(modelRunId: number): Promise<void> {
    leaving.value = [...leaving.value, modelRunId]
    if (chosenId.value === modelRunId) await choose(runs.value.at(-1)?.id ?? null)
  }

  function keep(modelRunId: number): void {
    leaving.value = leaving.value.filter((id) => id !== modelRunId)
  }

  async function remove(modelRunId: number): Promise<void> {
    await ask('modelRuns.remove', { modelRunId })
    await load()
    keep(modelRunId)
  }

  /** An epoch as it comes; one that was taken back comes again under its number. */
  function take(record: EpochRecord): void {
    const before = loss.value
    if (before === null) return
    const put = (values: Float64Array, value: number): Float64Array => Float64Array.of(...values.subarray(0, record.epoch), value)
    if (record.epoch > before.nll.length) return
    loss.value = {
      ...before, nll: put(before.nll, record.nll), kl: put(before.kl, record.kl), klWeight: put(before.klWeight, record.klWeight),
      gradientNorm: put(before.gradientNorm, record.gradientNorm),
    }
    paceS.value = [...paceS.value.slice(-19), record.seconds]
  }

  watch(() => projects.current?.path ?? null, (path) => {
    question++
    all.value = []
    leaving.value = []
    chosenId.value = null
    loss.value = null
    paceS.value = []
    snapshotSetId.value = null
    estimate.value = null
    problem.value = null
    if (path !== null) void load().catch(() => undefined)
  }, { immediate: true })

  // The newest set is the one to train on until somebody chooses another.
  watch(() => snapshots.sets, (sets) => {
    if (!sets.some((set) => set.id === snapshotSetId.value)) snapshotSetId.value = sets.at(-1)?.id ?? null
  }, { immediate: true })

  client.subscribe((notice) => {
    if (notice.notice === 'changed' && notice.area === 'modelRuns') void load().catch(() => undefined)
    if (notice.notice === 'epoch' && notice.modelRunId === chosenId.value) take(notice.record)
  })

  return {
    runs, chosen, chosenId, loss, paceS, recipe, preset, snapshotSetId, estimate, problem,
    load, choose, choosePreset, weigh, start, pause, resume, cancel, setAside, keep, remove,
  }
})
