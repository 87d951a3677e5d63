import { defineStore } from 'pinia'
import { ref } from 'vue'
import type { ViewName } from '../view-name.ts'

/** Which screen is open. */
export const usePage = defineStore('page', () => {
  const view = ref<ViewName>('start')
  const go = (next: ViewName): void => {
    view.value = next
  }
  return { view, go }
})
