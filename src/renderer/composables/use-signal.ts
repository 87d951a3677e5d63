import { shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import type { RasterData, TracesData } from '../../shared/domain/figure.ts'
import type { Recording } from '../../shared/domain/recording.ts'
import { problemOf, type Problem } from '../stores/ask.ts'
import { useRecordings } from '../stores/recordings.ts'
import { useDebounced } from './use-debounced.ts'

const channelCount = 40

type SignalWindow = { recording: Recording; fromS: number; toS: number }

/** Spikes or traces of a window that may move quickly; what comes late for an older window is dropped. */
export function useSignal(window: Readonly<Ref<SignalWindow | null>>): {
  data: ShallowRef<RasterData | TracesData | null>
  problem: ShallowRef<Problem | null>
} {
  const recordings = useRecordings()
  const data = shallowRef<RasterData | TracesData | null>(null)
  const problem = shallowRef<Problem | null>(null)
  let asked = 0

  async function load(wanted: SignalWindow): Promise<void> {
    const question = ++asked
    try {
      const drawn = await recordings.signal(wanted.recording, wanted.fromS, wanted.toS, channelCount)
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
      else if (now.recording.id === before?.recording.id) loadSoon(now)
      else void load(now)
    },
    { immediate: true },
  )

  return { data, problem }
}
