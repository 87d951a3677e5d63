import type { Draw } from '../draws.ts'

const resampleCount = 10_000

/** Quantile with linear interpolation between the two nearest of sorted values. */
function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1),
    below = Math.floor(at)
  return sorted[below]! + (at - below) * (sorted[Math.min(below + 1, sorted.length - 1)]! - sorted[below]!)
}

/**
 * Percentile bootstrap interval of the mean over subjects: 10,000 resamples of the subjects.
 * @param values one per subject, finite
 * @param uniform of the stream `bootstrap`
 * @returns null with fewer than two subjects
 * @source model spec 6.5, 7.4.2
 */
export function bootstrapInterval(values: readonly number[], uniform: Draw, level = 0.95): [number, number] | null {
  const count = values.length
  if (count < 2) return null
  const means = new Float64Array(resampleCount)
  for (let k = 0; k < resampleCount; k++) {
    let sum = 0
    for (let subject = 0; subject < count; subject++) sum += values[Math.floor(uniform() * count)]!
    means[k] = sum / count
  }
  means.sort()
  return [quantile(means, (1 - level) / 2), quantile(means, (1 + level) / 2)]
}
