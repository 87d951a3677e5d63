/** Round numbers (1, 2, 5 times a power of ten) inside [min, max], about as many as wanted. */
export function niceTicks(min: number, max: number, wanted = 5): number[] {
  const span = max - min
  if (!(span > 0) || !Number.isFinite(span)) return Number.isFinite(min) ? [min] : []
  const step = niceStep(span, wanted)
  const ticks: number[] = []
  const first = Math.ceil(min / step - 1e-9)
  for (let k = first; k * step <= max + step * 1e-9; k++) ticks.push(exact(k * step, step))
  return ticks
}

/** Smallest end of a round axis from 0 that holds the value. */
export function niceMax(value: number, wanted = 5): number {
  if (!(value > 0) || !Number.isFinite(value)) return 1
  const step = niceStep(value, wanted)
  return exact(Math.ceil(value / step - 1e-9) * step, step)
}

/** Largest 1, 2 or 5 times a power of ten that is not above the value: lengths of scale bars. */
export function niceBelow(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  const digit = value / power
  return (digit >= 5 ? 5 : digit >= 2 ? 2 : 1) * power
}

function niceStep(span: number, wanted: number): number {
  const raw = span / Math.max(1, wanted)
  const power = 10 ** Math.floor(Math.log10(raw))
  const digit = raw / power
  return (digit <= 1.0001 ? 1 : digit <= 2.0001 ? 2 : digit <= 5.0001 ? 5 : 10) * power
}

/** takes away the dust of k · step: 0.30000000000000004 */
function exact(value: number, step: number): number {
  const digits = Math.min(20, Math.max(0, -Math.floor(Math.log10(step)) + 1))
  return Number(value.toFixed(digits))
}

/** Smallest and largest finite number; null where there is none. */
export function finiteRange(values: ArrayLike<number>): { min: number; max: number } | null {
  let min = Infinity
  let max = -Infinity
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (!Number.isFinite(value)) continue
    if (value < min) min = value
    if (value > max) max = value
  }
  return min <= max ? { min, max } : null
}
