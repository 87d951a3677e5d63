/** Classes of the label by performance, in order. */
export const performanceClasses = ['below', 'above'] as const

/** Hit ratios of each recording's windows, null without an event, and the subject of each recording. */
type Performance = { hitRatios: readonly (readonly (number | null)[])[]; subjects: readonly string[] }

/**
 * A window's class by its hit ratio: above the median of all windows of its subject, or not.
 * @returns of each recording's windows; null without a hit ratio, and in subjects that the median does not part
 * @source model spec 7.5
 */
export function performanceLabels(performance: Performance): ((typeof performanceClasses)[number] | null)[][] {
  const { hitRatios, subjects } = performance,
    unparted = unpartedSubjects(performance).map(({ subject }) => subject)
  const medians = new Map(subjects.map((subject) => [subject, medianOf(ratiosOf(performance, subject))]))
  return hitRatios.map((ratios, k) =>
    ratios.map((ratio) =>
      ratio === null || unparted.includes(subjects[k]!) ? null : ratio > medians.get(subjects[k]!)! ? 'above' : 'below',
    ),
  )
}

/**
 * Subjects with events and without a window above their median: to call their windows "not above" would teach that their best
 * windows are bad ones.
 */
export function unpartedSubjects(performance: Performance): { subject: string; reason: 'same-ratio' | 'none-above' }[] {
  return [...new Set(performance.subjects)].flatMap((subject) => {
    const ratios = ratiosOf(performance, subject),
      highest = ratios.at(-1)
    if (highest === undefined || highest > medianOf(ratios)) return []
    return [{ subject, reason: ratios[0] === highest ? 'same-ratio' : 'none-above' }]
  })
}

/** Of all a subject's windows with events, ascending. */
const ratiosOf = ({ hitRatios, subjects }: Performance, subject: string): number[] =>
  hitRatios.flatMap((ratios, k) => (subjects[k] === subject ? ratios.filter((ratio) => ratio !== null) : [])).sort((a, b) => a - b)

function medianOf(ascending: readonly number[]): number {
  const middle = ascending.length / 2
  return ascending.length === 0 ? NaN : (ascending[Math.ceil(middle) - 1]! + ascending[Math.floor(middle)]!) / 2
}
