import { onScopeDispose } from 'vue'

/** Calls once the last of several quick calls is `delayMs` old. */
export function useDebounced<Values extends unknown[]>(action: (...values: Values) => void, delayMs = 250): (...values: Values) => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  onScopeDispose(() => clearTimeout(timer))
  return (...values) => {
    clearTimeout(timer)
    timer = setTimeout(() => action(...values), delayMs)
  }
}
