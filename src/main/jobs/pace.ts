import type { EngineTrial } from '../../shared/domain/model-run.ts'

const trialEpochs = 3,
  watchedEpochs = 9
/** More threads must be worth it: other work on this machine wants them too. */
const worthMore = 0.9
/** Epochs that take this much longer than when the number of threads was chosen make it be chosen again. */
const slowFactor = 1.5

/** How fast epochs are, and with how many threads the next one is to be run. */
export type Pace = {
  /** for the next epoch; null leaves it as it is */
  threadCount: () => number | null
  /** @param seconds of the epoch just run */
  note: (seconds: number) => void
  /** the fastest of the last trial; null while it is under way */
  fastest: () => EngineTrial | null
  /** of the last trial, also of the one under way */
  trials: () => EngineTrial[]
  /** epochs have slowed down since the trial; with several numbers of threads the trial then begins anew by itself */
  isSlow: () => boolean
}

/**
 * The first epochs of a training are the trial: three with each number of threads, the median counts. Threads change no bit
 * of the result, so nothing is computed twice.
 * @param threadCounts ascending; one, or none where threads are not ours to set
 * @source engine.md, `auto`
 */
export function createPace(engine: string, threadCounts: readonly number[]): Pace {
  const candidates: readonly (number | null)[] = threadCounts.length > 0 ? threadCounts : [null]
  let trials: EngineTrial[] = [],
    seconds: number[] = [],
    fastest: EngineTrial | null = null
  const settle = (): void => {
    trials.push({ engine, threadCount: candidates[trials.length] ?? null, secondsPerEpoch: median(seconds) })
    seconds = []
    if (trials.length < candidates.length) return
    fastest = trials.reduce((best, trial) => (trial.secondsPerEpoch < best.secondsPerEpoch * worthMore ? trial : best))
  }
  const isSlow = (): boolean =>
    fastest !== null && seconds.length === watchedEpochs && median(seconds) > slowFactor * fastest.secondsPerEpoch
  return {
    threadCount: () => (fastest === null ? candidates[trials.length] : fastest.threadCount) ?? null,
    note: (lastS) => {
      seconds.push(lastS)
      if (fastest === null && seconds.length === trialEpochs) settle()
      if (fastest !== null && seconds.length > watchedEpochs) seconds.shift()
      if (!isSlow() || candidates.length === 1) return
      trials = []
      seconds = []
      fastest = null
    },
    fastest: () => fastest,
    trials: () => [...trials],
    isSlow,
  }
}

/** One, half of the cores, all of them. */
export function threadCountsOf(cores: number): number[] {
  return [...new Set([1, Math.max(1, Math.floor(cores / 2)), cores])]
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b),
    middle = (sorted.length - 1) / 2
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2
}
