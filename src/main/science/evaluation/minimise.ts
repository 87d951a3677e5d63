const remembered = 12,
  mostRounds = 500

/**
 * The place where a smooth function is least, by the quasi-Newton method with limited memory (L-BFGS) and a line search that
 * halves the step until the function falls enough and does not bend the wrong way.
 * @param start where the search begins; not written
 * @param valueAt the function's value; writes its gradient
 * @param tolerance of the largest entry of the gradient, as a share of its largest at the start or of 1
 * @source Nocedal & Wright 2006, algorithms 7.4 and 7.5
 */
export function minimise(
  start: Float64Array,
  valueAt: (at: Float64Array, gradient: Float64Array) => number,
  tolerance = 1e-9,
): Float64Array {
  const size = start.length
  let at = Float64Array.from(start),
    gradient = new Float64Array(size),
    value = valueAt(at, gradient)
  const steps: Float64Array[] = [],
    changes: Float64Array[] = []
  const limit = tolerance * Math.max(1, largest(gradient))
  for (let round = 0; round < mostRounds && largest(gradient) > limit; round++) {
    const direction = descent(gradient, steps, changes)
    const slope = dot(direction, gradient)
    if (!(slope < 0)) break
    let share = steps.length === 0 ? Math.min(1, 1 / Math.max(1e-12, Math.sqrt(dot(gradient, gradient)))) : 1
    let next: Float64Array<ArrayBuffer> | null = null,
      nextValue = value
    const nextGradient = new Float64Array(size)
    for (let halving = 0; halving < 40; halving++, share /= 2) {
      const tried = at.map((value, k) => value + share * direction[k]!)
      nextValue = valueAt(tried, nextGradient)
      if (nextValue <= value + 1e-4 * share * slope) {
        next = tried
        break
      }
    }
    if (next === null) break
    const step = next.map((one, k) => one - at[k]!),
      change = nextGradient.map((one, k) => one - gradient[k]!)
    if (dot(step, change) > 1e-14 * dot(change, change)) {
      steps.push(step)
      changes.push(change)
      if (steps.length > remembered) {
        steps.shift()
        changes.shift()
      }
    }
    const isSettled = value - nextValue <= 1e-14 * Math.max(1, Math.abs(value))
    at = next
    gradient = nextGradient
    value = nextValue
    if (isSettled) break
  }
  return at
}

function descent(gradient: Float64Array, steps: readonly Float64Array[], changes: readonly Float64Array[]): Float64Array {
  const direction = gradient.map((value) => -value),
    shares: number[] = []
  for (let k = steps.length - 1; k >= 0; k--) {
    shares[k] = dot(steps[k]!, direction) / dot(steps[k]!, changes[k]!)
    add(direction, changes[k]!, -shares[k]!)
  }
  const last = steps.length - 1
  if (last >= 0) {
    const scale = dot(steps[last]!, changes[last]!) / dot(changes[last]!, changes[last]!)
    for (let k = 0; k < direction.length; k++) direction[k]! *= scale
  }
  for (let k = 0; k < steps.length; k++) {
    add(direction, steps[k]!, shares[k]! - dot(changes[k]!, direction) / dot(steps[k]!, changes[k]!))
  }
  return direction
}

function add(to: Float64Array, from: Float64Array, share: number): void {
  for (let k = 0; k < to.length; k++) to[k]! += share * from[k]!
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!
  return sum
}

const largest = (values: Float64Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
