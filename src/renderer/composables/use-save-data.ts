import { ref, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type { RouteInput } from '../../shared/contract/contract.ts'
import { ask, problemOf, type Problem } from '../stores/ask.ts'
import { useToasts } from '../stores/toasts.ts'
import { download } from './download.ts'

export type WantedData = RouteInput<'exports.table'>

/** Saves data of the newest results as a file; what went wrong stays to be shown. */
export function useSaveData() {
  const { t } = useI18n(),
    toasts = useToasts()
  const isBusy = ref(false),
    problem = shallowRef<Problem | null>(null)
  /** @returns whether it was saved */
  async function save(wanted: WantedData): Promise<boolean> {
    isBusy.value = true
    problem.value = null
    try {
      const file = await ask('exports.table', wanted)
      download(file)
      toasts.say(t('figures.saved', { file: file.fileName }))
    } catch (failure) {
      problem.value = problemOf(failure)
    }
    isBusy.value = false
    return problem.value === null
  }
  return { isBusy, problem, save }
}
