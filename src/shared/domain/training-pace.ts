/** When so many epochs were done, by the clock on the wall. */
export type Arrival = { atS: number; epochCount: number }

const spanS = 20
const fewest = 4

/**
 * The arrivals by which a training's pace is told: of the last 20 s, or the last four where epochs are slower.
 * Epochs that were taken back, or a training that began again, start it over.
 */
export function withArrival(arrivals: readonly Arrival[], next: Arrival): Arrival[] {
  const last = arrivals.at(-1)
  if (last && next.epochCount <= last.epochCount) return [next]
  const all = [...arrivals, next]
  return all.filter((arrival, i) => i >= all.length - fewest || next.atS - arrival.atS <= spanS)
}

/**
 * Seconds an epoch takes, waiting and writing included; null before two arrivals.
 * A median of the epochs' own times would say a busy machine is faster than it is.
 */
export function paceOf(arrivals: readonly Arrival[]): number | null {
  const [first, last] = [arrivals[0], arrivals.at(-1)]
  if (!first || !last || last.epochCount === first.epochCount) return null
  return (last.atS - first.atS) / (last.epochCount - first.epochCount)
}
