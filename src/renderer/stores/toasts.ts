import { defineStore } from 'pinia'
import { ref } from 'vue'

export type Toast = { id: number; text: string; undo: (() => void | Promise<void>) | null }

/** Short messages about what was just done, most with a way back. */
export const useToasts = defineStore('toasts', () => {
  const toasts = ref<Toast[]>([])
  let lastId = 0

  /** @param undo shown as a button; the message goes once it is used */
  function say(text: string, undo: Toast['undo'] = null): number {
    const id = ++lastId
    toasts.value = [...toasts.value.slice(-2), { id, text, undo }]
    return id
  }

  function dismiss(id: number): void {
    toasts.value = toasts.value.filter((toast) => toast.id !== id)
  }

  return { toasts, say, dismiss }
})
