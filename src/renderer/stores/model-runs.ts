import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { RouteOutput } from '../../shared/contract/contract.ts'
import type { LossData } from '../../shared/domain/figure.ts'
import {
  modelPresetFor,
  modelPresets,
  modelNames,
  modelRecipe,
  newestAsRecorded,
  type EngineWord,
  type EpochRecord,
  type ModelPreset,
  type ModelRecipe,
  type ModelRun,
} from '../../shared/domain/model-run.ts'
import { paceOf, withArrival, type Arrival } from '../../shared/domain/training-pace.ts'
import { client } from '../api/client.ts'
import { ask, problemOf, type Problem } from './ask.ts'
import { useProjects } from './projects.ts'
import { useSnapshots } from './snapshots.ts'

export type TrainingEstimate = RouteOutput<'modelRuns.estimate'>

const drawEveryMs = 100
/** a long curve takes longer to draw, and changes less: so many epochs of it are a millisecond of waiting */
const epochsPerMs = 8

const presetRecipe = (preset: ModelPreset, seed: number): ModelRecipe => modelRecipe.parse({ ...modelPresets[preset], seed })

/** Trainings of the project, the loss of the chosen one epoch by epoch, and the recipe of the next. */
export const useModelRuns = defineStore('model-runs', () => {
  const projects = useProjects(),
    snapshots = useSnapshots()
  const all = shallowRef<ModelRun[]>([])
  /** leaving, but not gone yet: their removal can still be undone */
  const leaving = ref<number[]>([])
  const chosenId = ref<number | null>(null)
  const loss = shallowRef<LossData | null>(null)
  /** seconds of the epochs that were seen here, the newest last */
  const arrivals = shallowRef<Arrival[]>([])
  /** seconds an epoch of the chosen training takes, while it runs */
  const paceS = computed(() => paceOf(arrivals.value))
  const recipe = ref<ModelRecipe>(presetRecipe('studio', 1))
  /** `auto`: as the settings have it */
  const engine = ref<EngineWord>('auto')
  const seedCount = ref<number | null>(1)
  const withOthers = ref(false)
  const snapshotSetId = ref<number | null>(null)
  const estimate = shallowRef<TrainingEstimate | null>(null)
  const problem = shallowRef<Problem | null>(null)
  /** asked for, not in the list yet */
  const isStarting = ref(false)
  /** epochs that came and are not in the curve yet */
  const arrived: EpochRecord[] = []
  let drawing: ReturnType<typeof setTimeout> | undefined
  let question = 0

  const runs = computed(() => all.value.filter((run) => !leaving.value.includes(run.id)))
  const chosen = computed(() => runs.value.find((run) => run.id === chosenId.value) ?? null)
  const preset = computed(
    () =>
      (Object.keys(modelPresets) as ModelPreset[]).find(
        (name) => JSON.stringify(presetRecipe(name, recipe.value.seed)) === JSON.stringify(recipe.value),
      ) ?? null,
  )

  async function load(): Promise<void> {
    all.value = (await ask('modelRuns.list', {})).modelRuns
    await chooseOne()
  }

  /** Something is shown as long as there is something. */
  async function chooseOne(): Promise<void> {
    if (chosen.value === null) await choose(newestAsRecorded(runs.value)?.id ?? null)
  }

  async function choose(modelRunId: number | null): Promise<void> {
    const isOther = chosenId.value !== modelRunId
    chosenId.value = modelRunId
    arrived.length = 0
    if (isOther) {
      loss.value = null
      arrivals.value = []
    }
    if (modelRunId !== null) await loadLoss(modelRunId)
  }

  async function loadLoss(modelRunId: number): Promise<void> {
    const drawn = await ask('figures.data', { spec: { figure: 'loss', modelRunId } })
    if (modelRunId !== chosenId.value) return
    loss.value = drawn as LossData
    draw()
  }

  /** All of it again, after notices may have been missed. */
  async function reload(): Promise<void> {
    await load()
    await choose(chosenId.value)
  }

  const choosePreset = (name: ModelPreset): void => {
    recipe.value = presetRecipe(name, recipe.value.seed)
  }

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

  /** Begins the training on the page with every seed, and those of other models as recorded; the first is shown. */
  async function start(): Promise<void> {
    const setId = snapshotSetId.value
    if (setId === null || isStarting.value) return
    isStarting.value = true
    const others = withOthers.value ? modelNames.filter((model) => model !== recipe.value.model) : []
    const asked = Array.from({ length: seedCount.value ?? 1 }, (_, k) => recipe.value.seed + k).flatMap((seed) => [
      { recipe: { ...recipe.value, seed }, beside: 'rate-matched' as const },
      ...others.map((model) => ({ recipe: { ...recipe.value, model, seed }, beside: 'none' as const })),
    ])
    await asking(async () => {
      let first: number | null = null
      for (const one of asked) {
        const { modelRunId } = await ask('modelRuns.start', { snapshotSetId: setId, ...one, engine: engine.value })
        first ??= modelRunId
      }
      await load()
      await choose(first)
    })
    isStarting.value = false
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

  async function setAside(ids: readonly number[]): Promise<void> {
    leaving.value = [...leaving.value, ...ids]
    await chooseOne()
  }

  async function keep(ids: readonly number[]): Promise<void> {
    leaving.value = leaving.value.filter((id) => !ids.includes(id))
    await chooseOne()
  }

  async function remove(ids: readonly number[]): Promise<void> {
    for (const modelRunId of ids) await ask('modelRuns.remove', { modelRunId })
    await load()
    await keep(ids)
  }

  /** An epoch that came. A small network trains hundreds a second, and a curve can be drawn only so often. */
  function take(record: EpochRecord): void {
    arrived.push(record)
    if (loss.value !== null && drawing === undefined) drawing = setTimeout(draw, Math.max(drawEveryMs, loss.value.nll.length / epochsPerMs))
  }

  /**
   * Puts what has arrived behind the curve; an epoch that was taken back comes again under its number.
   * While the curve is on its way they wait; where epochs are missing, the curve is read again.
   */
  function draw(): void {
    drawing = undefined
    const before = loss.value
    if (before === null) return
    const records = arrived.splice(0)
    const length = Math.max(before.nll.length, ...records.map(({ epoch }) => epoch + 1))
    const next = {
      nll: new Float64Array(length),
      kl: new Float64Array(length),
      klWeight: new Float64Array(length),
      gradientNorm: new Float64Array(length),
    }
    for (const key of Object.keys(next) as (keyof typeof next)[]) next[key].set(before[key])
    let end = before.nll.length
    for (const record of records) {
      if (record.epoch > end) {
        if (chosenId.value !== null) void loadLoss(chosenId.value).catch(() => undefined)
        return
      }
      for (const key of Object.keys(next) as (keyof typeof next)[]) next[key][record.epoch] = record[key]
      end = record.epoch + 1
    }
    const done = (values: Float64Array): Float64Array => values.slice(0, end)
    loss.value = { ...before, nll: done(next.nll), kl: done(next.kl), klWeight: done(next.klWeight), gradientNorm: done(next.gradientNorm) }
    arrivals.value = withArrival(arrivals.value, { atS: performance.now() / 1000, epochCount: end })
  }

  watch(
    () => projects.current?.path ?? null,
    (path) => {
      question++
      all.value = []
      leaving.value = []
      chosenId.value = null
      loss.value = null
      arrivals.value = []
      snapshotSetId.value = null
      estimate.value = null
      problem.value = null
      if (path !== null) void load().catch(() => undefined)
    },
    { immediate: true },
  )

  // What was paused or ended is no part of the pace.
  watch(
    () => chosen.value?.state,
    () => {
      arrivals.value = []
    },
  )

  // The newest set is the one to train on until somebody chooses another; a rate-matched one stands beside its own.
  watch(
    () => snapshots.sets,
    (sets) => {
      if (!sets.some((set) => set.id === snapshotSetId.value))
        snapshotSetId.value = (sets.findLast(({ recipe }) => recipe.rateMatching === null) ?? sets.at(-1))?.id ?? null
    },
    { immediate: true },
  )

  // A preset that nobody changed goes along with the snapshots that are trained on; settings of one's own stay.
  watch(
    () => snapshots.sets.find(({ id }) => id === snapshotSetId.value)?.recipe ?? null,
    (of) => {
      if (of !== null && (preset.value === 'studio' || preset.value === 'rat')) choosePreset(modelPresetFor(of))
    },
    { immediate: true },
  )

  client.subscribe((notice) => {
    if (notice.notice === 'changed' && notice.area === 'modelRuns') void load().catch(() => undefined)
    if (notice.notice === 'epoch' && notice.modelRunId === chosenId.value) take(notice.record)
  })

  return {
    runs,
    chosen,
    chosenId,
    loss,
    paceS,
    recipe,
    engine,
    seedCount,
    withOthers,
    preset,
    snapshotSetId,
    estimate,
    problem,
    isStarting,
    load,
    reload,
    choose,
    choosePreset,
    weigh,
    start,
    pause,
    resume,
    cancel,
    setAside,
    keep,
    remove,
  }
})
