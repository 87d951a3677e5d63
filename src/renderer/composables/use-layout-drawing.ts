import { computed, ref, type ComputedRef, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import type { RouteInput } from '../../shared/contract/contract.ts'
import { addRegion, assignChannels, takeLayout, type DrawnLayout } from '../../shared/domain/layout-draft.ts'
import { problemOf, type Problem } from '../stores/ask.ts'
import { useRecordings } from '../stores/recordings.ts'
import { useFormat } from './use-format.ts'
import { useHistory, type History } from './use-history.ts'

/** A known array as it is asked for: which, how far its electrodes are apart, how they are counted. */
export type KnownArray = Omit<RouteInput<'layouts.template'>, 'channelLabels'>

export type LayoutDrawing = {
  tool: Ref<'lasso' | 'rectangle'>
  /** what is drawn goes into this region; −1: out of all */
  active: Ref<number>
  history: History<DrawnLayout>
  enclose: (channelIndexes: number[]) => void
  /** regions, and positions where it has them, out of a layout that was read */
  take: (read: Parameters<typeof takeLayout>[1]) => void
  useArray: (array: KnownArray) => Promise<void>
  /** a known array is being read */
  busy: Ref<boolean>
  /** "44 of 60 channels are in one of 2 regions." */
  sentence: ComputedRef<string>
}

/**
 * Drawing regions on the array, with a way back.
 * @param labels of the recording's channels, for known arrays
 * @param problem takes what goes wrong with a known array
 */
export function useLayoutDrawing(layout: Ref<DrawnLayout>, labels: () => string[], problem: Ref<Problem | null>): LayoutDrawing {
  const { t } = useI18n()
  const format = useFormat()
  const recordings = useRecordings()
  const tool = ref<'lasso' | 'rectangle'>('lasso')
  const active = ref(layout.value.regions.length > 0 ? 0 : -1)
  const history = useHistory(layout)
  const busy = ref(false)

  /** The first line drawn makes the first region. */
  function enclose(channelIndexes: number[]): void {
    if (channelIndexes.length === 0) return
    const isFirst = layout.value.regions.length === 0
    const base = isFirst ? addRegion(layout.value, t('recording.regions.newName')) : layout.value
    if (isFirst) active.value = 0
    history.change(assignChannels(base, channelIndexes, active.value))
  }

  function take(read: Parameters<typeof takeLayout>[1]): void {
    history.change(takeLayout(layout.value, read))
    if (read.layout.regions.length > 0) active.value = -1
  }

  async function useArray(array: KnownArray): Promise<void> {
    problem.value = null
    busy.value = true
    try {
      take(await recordings.readTemplate({ ...array, channelLabels: labels() }))
    } catch (failure) {
      problem.value = problemOf(failure)
    }
    busy.value = false
  }

  const sentence = computed(() => {
    const { regions, regionOfChannel } = layout.value
    const drawn = regionOfChannel.reduce((total, region) => total + (region < 0 ? 0 : 1), 0)
    return t('import.array.sentence', {
      drawn: format.count(drawn),
      channels: format.count(regionOfChannel.length),
      regions: regions.length,
      count: regions.length,
    })
  })

  return { tool, active, history, enclose, take, useArray, busy, sentence }
}
