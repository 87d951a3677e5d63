import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { Line } from '../../shared/domain/line.ts'
import { client } from '../api/client.ts'
import { ask, problemOf, type Problem } from './ask.ts'
import { useAlignments } from './alignments.ts'
import { useModelRuns } from './model-runs.ts'
import { useProjects } from './projects.ts'
import { useSnapshots } from './snapshots.ts'

/** Many recordings through one recipe: that of the pages Snapshots, Train and Alignment. */
export const useRecipes = defineStore('recipes', () => {
  const projects = useProjects(),
    snapshots = useSnapshots(),
    modelRuns = useModelRuns(),
    alignments = useAlignments()
  const line = shallowRef<Line | null>(null)
  const seedCount = ref<number | null>(1)
  const problem = shallowRef<Problem | null>(null)
  const isRunning = computed(() => line.value?.isRunning ?? false)
  const doneCount = computed(() => line.value?.rows.filter(({ step }) => step === 'done').length ?? 0)
  const failedCount = computed(() => line.value?.rows.filter(({ step }) => step === 'failed').length ?? 0)

  async function load(): Promise<void> {
    line.value = (await ask('recipes.progress', {})).line
  }

  async function run(): Promise<void> {
    problem.value = null
    const recipe = {
      snapshots: { ...snapshots.recipe, rateMatching: null },
      model: modelRuns.recipe,
      seedCount: seedCount.value ?? 1,
      alignment: alignments.recipe,
    }
    try {
      line.value = await ask('recipes.run', { recipe, engine: modelRuns.engine })
    } catch (failure) {
      problem.value = problemOf(failure)
    }
  }

  const stop = (): Promise<unknown> => ask('recipes.stop', {})

  watch(
    () => projects.current?.path ?? null,
    (path) => {
      line.value = null
      problem.value = null
      if (path !== null) void load().catch(() => undefined)
    },
    { immediate: true },
  )
  client.subscribe((notice) => {
    if (notice.notice === 'changed' && notice.area === 'recipes') void load().catch(() => undefined)
  })

  return { line, seedCount, problem, isRunning, doneCount, failedCount, run, stop }
})
