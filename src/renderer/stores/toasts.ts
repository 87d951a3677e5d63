import { defineStore } from 'pinia'
import { ref } from 'vue'

export type Toast = { id: number; text: string; undo: Action | null; over: Action | null }
type Action = () => void | Promise<void>

/** Short messages about what was just done, most with a way back. */
export const useToasts = defineStore('toasts', () => {
  const toasts = ref<Toast[]>([])
  let lastId = 0

  async function take(id: number, which: 'undo' | 'over'): Promise<void> {
    const toast = toasts.value.find((shown) => shown.id === id)
    toasts.value = toasts.value.filter((shown) => shown.id !== id)
    await toast?.[which]?.()
  }

  /**
   * Shows one message at a time: an earlier one is over.
   * @param undo shown as a button
   * @param over done once the message is gone and was not undone
   */
  function say(text: string, undo: Action | null = null, over: Action | null = null): void {
    for (const earlier of toasts.value) void take(earlier.id, 'over')
    toasts.value = [{ id: ++lastId, text, undo, over }]
  }

  /** Drops all messages with what they would still do: they are about a project that is closed. */
  function clear(): void {
    toasts.value = []
  }

  return { toasts, say, clear, undo: (id: number) => take(id, 'undo'), dismiss: (id: number) => take(id, 'over') }
})
