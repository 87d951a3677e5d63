/** Classes of the label by performance, in order. */
export const performanceClasses = ['below', 'above'] as const

/**
 * A window's class by its hit ratio: above the median of all windows of its subject, or not.
 * @param hitRatios of each recording's windows; null without an event
 * @param subjects of each recording
 * @returns of each recording's windows; null without a hit ratio
 * @source model spec 7.5
 */
export function performanceLabels(
  hitRatios: readonly (readonly (number | null)[])[],
  subjects: readonly string[],
): ((typeof performanceClasses)[number] | null)[][] {
  const medians = new Map(
    subjects.map((subject) => {
      const all = hitRatios
        .flatMap((ratios, k) => (subjects[k] === subject ? ratios.filter((ratio) => ratio !== null) : []))
        .sort((a, b) => a - b)
      const middle = all.length / 2
      return [subject, all.length === 0 ? NaN : (all[Math.ceil(middle) - 1]! + all[Math.floor(middle)]!) / 2]
    }),
  )
  return hitRatios.map((ratios, k) =>
    ratios.map((ratio) => (ratio === null ? null : ratio > medians.get(subjects[k]!)! ? 'above' : 'below')),
  )
}
