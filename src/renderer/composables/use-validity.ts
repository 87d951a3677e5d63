import { computed, inject, onBeforeUnmount, provide, shallowReactive, watch, type ComputedRef, type InjectionKey } from 'vue'

const key: InjectionKey<Set<symbol>> = Symbol('fields that refuse what is typed')

/** For a screen: whether everything typed into its fields can be used. */
export function provideValidity(): ComputedRef<boolean> {
  const refusing = shallowReactive(new Set<symbol>())
  provide(key, refusing)
  return computed(() => refusing.size === 0)
}

/** For a field: its screen knows while what is typed cannot be used, so that it does not go on with what stood there before. */
export function tellValidity(isValid: () => boolean): void {
  const refusing = inject(key, null)
  if (refusing === null) return
  const field = Symbol('field')
  watch(
    isValid,
    (now) => {
      if (now) refusing.delete(field)
      else refusing.add(field)
    },
    { immediate: true },
  )
  onBeforeUnmount(() => refusing.delete(field))
}
