import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import type { Settings } from '../../shared/domain/project.ts'
import { setLanguage } from '../i18n.ts'
import { ask } from './ask.ts'

/** Language and theme of this machine's user. */
export const useSettings = defineStore('settings', () => {
  const settings = ref<Settings>({ language: null, theme: 'system', engine: 'auto', threads: null })
  const systemIsDark = ref(false)

  const query = window.matchMedia('(prefers-color-scheme: dark)')
  systemIsDark.value = query.matches
  query.addEventListener('change', (change) => {
    systemIsDark.value = change.matches
  })

  /** the theme on the screen */
  const theme = computed<'light' | 'dark'>(() => {
    if (settings.value.theme !== 'system') return settings.value.theme
    return systemIsDark.value ? 'dark' : 'light'
  })

  // Charts read the tokens when `theme` changes, so the document has to have it before they do.
  watch(
    theme,
    (now) => {
      document.documentElement.dataset.theme = now
    },
    { immediate: true, flush: 'sync' },
  )
  watch(() => settings.value.language, setLanguage, { immediate: true, flush: 'sync' })

  async function load(): Promise<void> {
    settings.value = await ask('settings.get', {})
  }

  async function change(changes: Partial<Settings>): Promise<void> {
    settings.value = { ...settings.value, ...changes }
    settings.value = await ask('settings.set', changes)
  }

  return { settings, theme, load, change }
})
