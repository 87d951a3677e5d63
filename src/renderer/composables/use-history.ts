import { computed, shallowRef, type ComputedRef, type Ref } from 'vue'

export type History<Value> = {
  /** keeps the value as it is now to come back to */ remember: () => void
  change: (next: Value) => void
  undo: () => void
  canUndo: ComputedRef<boolean>
}

const limit = 50

/** Changes to a value with a way back, the last fifty. */
export function useHistory<Value>(current: Ref<Value>): History<Value> {
  const past = shallowRef<Value[]>([])
  const remember = (): void => {
    past.value = [...past.value.slice(1 - limit), current.value]
  }
  return {
    remember,
    change(next) {
      remember()
      current.value = next
    },
    undo() {
      const last = past.value.at(-1)
      if (last === undefined) return
      past.value = past.value.slice(0, -1)
      current.value = last
    },
    canUndo: computed(() => past.value.length > 0),
  }
}
