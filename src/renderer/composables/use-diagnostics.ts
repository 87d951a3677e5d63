import { onMounted, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type { RouteOutput } from '../../shared/contract/contract.ts'
import { ask, problemOf, type Problem } from '../stores/ask.ts'
import { useToasts } from '../stores/toasts.ts'
import { download } from './download.ts'

/** What the diagnostics file says, as it is now; when it is saved, what went wrong meanwhile is in it. */
export function useDiagnostics() {
  const { t } = useI18n(),
    toasts = useToasts()
  const found = shallowRef<RouteOutput<'settings.diagnostics'> | null>(null),
    problem = shallowRef<Problem | null>(null)

  async function look(): Promise<void> {
    problem.value = null
    try {
      found.value = await ask('settings.diagnostics', {})
    } catch (failure) {
      problem.value = problemOf(failure)
    }
  }
  onMounted(() => void look())

  async function save(): Promise<void> {
    await look()
    if (!found.value || problem.value) return
    const { fileName, text } = found.value
    download({ fileName, mediaType: 'application/json', bytes: new TextEncoder().encode(text) })
    toasts.say(t('figures.saved', { file: fileName }))
  }
  return { found, problem, save }
}
