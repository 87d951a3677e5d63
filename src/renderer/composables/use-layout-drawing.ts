import { ref, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { addRegion, assignChannels, type DrawnLayout } from '../../shared/domain/layout-draft.ts'
import { useHistory, type History } from './use-history.ts'

export type LayoutDrawing = {
  tool: Ref<'lasso' | 'rectangle'>
  /** what is drawn goes into this region; −1: out of all */
  active: Ref<number>
  history: History<DrawnLayout>
  enclose: (channelIndexes: number[]) => void
}

/** Drawing regions on the array, with a way back. */
export function useLayoutDrawing(layout: Ref<DrawnLayout>): LayoutDrawing {
  const { t } = useI18n()
  const tool = ref<'lasso' | 'rectangle'>('lasso')
  const active = ref(layout.value.regions.length > 0 ? 0 : -1)
  const history = useHistory(layout)

  /** The first line drawn makes the first region. */
  function enclose(channelIndexes: number[]): void {
    if (channelIndexes.length === 0) return
    const isFirst = layout.value.regions.length === 0
    const base = isFirst ? addRegion(layout.value, t('recording.regions.newName')) : layout.value
    if (isFirst) active.value = 0
    history.change(assignChannels(base, channelIndexes, active.value))
  }

  return { tool, active, history, enclose }
}
