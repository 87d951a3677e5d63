import { shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import type { RasterData } from '../../shared/domain/figure.ts'
import { problemOf, type Problem } from '../stores/ask.ts'
import { useRecordings } from '../stores/recordings.ts'
import { useDebounced } from './use-debounced.ts'

const channelCount = 40

export type RasterWindow = { recordingId: number; fromS: number; toS: number }

/** The raster of a window that may move quickly; what comes late for an older window is dropped. */
export function useRaster(window: Readonly<Ref<RasterWindow | null>>): {
  data: ShallowRef<RasterData | null>
  problem: ShallowRef<Problem | null>
} {
  const recordings = useRecordings()
  const data = shallowRef<RasterData | null>(null)
  const problem = shallowRef<Problem | null>(null)
  let asked = 0

  async function load(wanted: RasterWindow): Promise<void> {
    const question = ++asked
    try {
      const drawn = await recordings.raster(wanted.recordingId, wanted.fromS, wanted.toS, channelCount)
      if (question !== asked) return
      data.value = drawn
      problem.value = null
    } catch (failure) {
      if (question === asked) problem.value = problemOf(failure)
    }
  }
  const loadSoon = useDebounced(load, 60)

  watch(
    window,
    (now, before) => {
      if (now === null) data.value = null
      else if (now.recordingId === before?.recordingId) loadSoon(now)
      else void load(now)
    },
    { immediate: true },
  )

  return { data, problem }
}
