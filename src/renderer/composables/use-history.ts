import { computed, shallowRef, type ComputedRef, type Ref } from 'vue'

export type History<Value> = { change: (next: Value) => void; undo: () => void; canUndo: ComputedRef<boolean>; forget: () => void }

const limit = 50

/** Changes to a value with a way back, the last fifty. */
export function useHistory<Value>(current: Ref<Value>): History<Value> {
  const past = shallowRef<Value[]>([])
  return {
    change(next) {
      past.value = [...past.value.slice(1 - limit), current.value]
      current.value = next
    },
    undo() {
      const last = past.value.at(-1)
      if (last === undefined) return
      past.value = past.value.slice(0, -1)
      current.value = last
    },
    canUndo: computed(() => past.value.length > 0),
    forget() {
      past.value = []
    },
  }
}
