import { defineStore } from 'pinia'
import { ref } from 'vue'
import type { ViewName } from '../view-name.ts'

/** Which screen is open. */
export const usePage = defineStore('page', () => {
  const view = ref<ViewName>('start')
  const before = ref<ViewName>('start')

  function go(next: ViewName): void {
    if (next === view.value) return
    before.value = view.value
    view.value = next
  }

  /** the screen this one was reached from */
  const back = (): void => go(before.value)

  return { view, go, back }
})
