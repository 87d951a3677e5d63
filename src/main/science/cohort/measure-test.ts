import { leastSubjects, type MeasureTest } from '../../../shared/domain/cohort.ts'
import { uniformSequence } from '../../../shared/domain/random.ts'
import { spearman } from '../rank-correlation.ts'
import { bootstrapInterval } from './bootstrap-interval.ts'
import { meanOf, subjectZ } from './fisher-z.ts'
import { subjectsNeeded } from './power.ts'
import { signFlip } from './sign-flip.ts'
import { swapMatrix, swapTest, type WindowSeries } from './swap-test.ts'

/** Under this many windows with both values a recording has no ρ (as a channel has no b_i, model spec 7.1). */
export const leastWindows = 8

/**
 * One measure against performance over a cohort: Fisher-z of ρ averaged over a subject's recordings, then the mean over
 * subjects with its interval, the sign-flip test and the swap test. Subjects without a ρ are left out; with fewer than six
 * there is no p.
 * @param subjects recordings of each subject, in order of the subjects' names
 * @param place which measure and column it is: each draws random numbers of its own
 * @source model spec 7.4.2, 7.4.3
 */
export function testMeasure(
  subjects: readonly (readonly WindowSeries[])[],
  { seed, place, withSwap }: { seed: number; place: number; withSwap: boolean },
): MeasureTest {
  const all = subjects.map((recordings) =>
    subjectZ(recordings.map(({ measure, performance }) => spearman(measure, performance, leastWindows))),
  )
  return testSubjects(all, {
    seed,
    place,
    matrix: withSwap
      ? () =>
          swapMatrix(
            subjects.filter((_, k) => Number.isFinite(all[k])),
            leastWindows,
          )
      : null,
  })
}

/** The same of z that are there already, one per subject; NaN where a subject has none. `matrix` is the swap test's M. */
export function testSubjects(
  all: readonly number[],
  { seed, place, matrix }: { seed: number; place: number; matrix: (() => Float64Array) | null },
): MeasureTest {
  const z = all.filter(Number.isFinite),
    meanZ = meanOf(z),
    isEnough = z.length >= leastSubjects
  const interval = bootstrapInterval(z, uniformSequence(seed, 'bootstrap', [place, 0]))
  const draws = (test: number) => uniformSequence(seed, 'permutation', [place, test])
  return {
    z: all.map((value) => (Number.isFinite(value) ? value : null)),
    subjectCount: z.length,
    meanRho: z.length > 0 ? Math.tanh(meanZ) : null,
    interval95: interval && [Math.tanh(interval[0]), Math.tanh(interval[1])],
    signFlip: isEnough ? signFlip(z, draws(0)) : null,
    swap: isEnough && matrix ? swapTest(matrix(), meanZ < 0 ? -1 : 1, draws(1)) : null,
    needed: subjectsNeeded(z),
  }
}
