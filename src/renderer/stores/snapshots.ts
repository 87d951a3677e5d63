import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { RouteOutput } from '../../shared/contract/contract.ts'
import { recipeFor, snapshotPresets, type SnapshotPreset, type SnapshotRecipe, type SnapshotSet } from '../../shared/domain/snapshot.ts'
import { client } from '../api/client.ts'
import { ask, problemOf, type Problem } from './ask.ts'
import { useJobs } from './jobs.ts'
import { useProjects } from './projects.ts'
import { useRecordings } from './recordings.ts'

export type SnapshotPreview = RouteOutput<'snapshots.preview'>

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
const copyOf = (preset: SnapshotPreset): SnapshotRecipe => structuredClone(snapshotPresets[preset]) as SnapshotRecipe

/** Snapshot sets of the project, and the recipe that is being tried on the chosen recording. */
export const useSnapshots = defineStore('snapshots', () => {
  const projects = useProjects(),
    recordings = useRecordings(),
    jobs = useJobs()
  const all = shallowRef<SnapshotSet[]>([])
  /** leaving, but not gone yet: their removal can still be undone */
  const leaving = ref<number[]>([])
  const recipe = ref<SnapshotRecipe>(copyOf('studio'))
  const preview = shallowRef<SnapshotPreview | null>(null)
  const previewProblem = shallowRef<Problem | null>(null)
  const isPreviewing = ref(false)
  const jobId = ref<number | null>(null)
  let question = 0

  const sets = computed(() => all.value.filter((set) => !leaving.value.includes(set.id)))
  const ofRecording = computed(() => sets.value.filter((set) => set.recordingId === recordings.chosenId))
  const includedCount = computed(() => recordings.detail?.channels.filter((channel) => channel.excluded === null).length ?? 0)
  /** the set that the recipe on the page has already made of the channels now included; null where it has not */
  const made = computed(
    () =>
      ofRecording.value.find(
        (set) => same(set.recipe, recipe.value) && set.channelCount + set.leftOut.channelIndexes.length === includedCount.value,
      ) ?? null,
  )
  const preset = computed(
    () => (Object.keys(snapshotPresets) as SnapshotPreset[]).find((name) => same(snapshotPresets[name], recipe.value)) ?? null,
  )
  const job = computed(() => (jobId.value === null ? null : (jobs.running.find((running) => running.id === jobId.value) ?? null)))

  async function load(): Promise<void> {
    all.value = (await ask('snapshots.list', {})).snapshotSets
  }

  const choosePreset = (name: SnapshotPreset): void => {
    recipe.value = copyOf(name)
  }
  const useRecipeOf = (set: SnapshotSet): void => {
    recipe.value = structuredClone(set.recipe)
  }

  // What was last made of a recording is where a person goes on from; without it, what suits its kind.
  watch(
    [() => recordings.chosen?.id, () => ofRecording.value.length > 0],
    ([recordingId], [recordingBefore]) => {
      const newest = ofRecording.value.findLast((set) => set.recipe.rateMatching === null) ?? ofRecording.value.at(-1)
      if (newest) useRecipeOf(newest)
      else if (recordings.chosen && recordingId !== recordingBefore) recipe.value = structuredClone(recipeFor(recordings.chosen))
    },
    { immediate: true },
  )

  /** What the recipe would give; a late answer to an earlier recipe is dropped. */
  async function tryOut(): Promise<void> {
    const recordingId = recordings.chosenId
    const asked = ++question
    if (recordingId === null) return
    isPreviewing.value = true
    try {
      const found = await ask('snapshots.preview', { recordingId, recipe: recipe.value })
      if (asked !== question) return
      preview.value = found
      previewProblem.value = null
    } catch (problem) {
      if (asked !== question) return
      previewProblem.value = problemOf(problem)
    }
    isPreviewing.value = false
  }

  /** @returns the set, once it is made; null where it was cancelled. @throws AskError */
  async function make(): Promise<number | null> {
    const recordingId = recordings.chosenId
    if (recordingId === null) return null
    const started = await ask('snapshots.make', { recordingId, recipe: recipe.value })
    if (started.jobId === null) return started.snapshotSetId
    jobId.value = started.jobId
    const ended = await jobs.ended(started.jobId)
    jobId.value = null
    await load()
    if (ended.state === 'failed' && ended.error) previewProblem.value = ended.error
    return ended.state === 'done' ? ended.subjectId : null
  }

  function setAside(ids: readonly number[]): void {
    leaving.value = [...leaving.value, ...ids]
  }

  function keep(ids: readonly number[]): void {
    leaving.value = leaving.value.filter((id) => !ids.includes(id))
  }

  async function remove(ids: readonly number[]): Promise<void> {
    for (const snapshotSetId of ids) await ask('snapshots.remove', { snapshotSetId })
    await load()
    keep(ids)
  }

  watch(
    () => projects.current?.path ?? null,
    (path) => {
      question++
      all.value = []
      leaving.value = []
      preview.value = null
      previewProblem.value = null
      isPreviewing.value = false
      jobId.value = null
      if (path !== null) void load().catch(() => undefined)
    },
    { immediate: true },
  )

  client.subscribe((notice) => {
    if (notice.notice === 'changed' && notice.area === 'snapshots') void load().catch(() => undefined)
  })

  return {
    sets,
    ofRecording,
    recipe,
    preset,
    made,
    preview,
    previewProblem,
    isPreviewing,
    job,
    load,
    choosePreset,
    useRecipeOf,
    tryOut,
    make,
    setAside,
    keep,
    remove,
  }
})
