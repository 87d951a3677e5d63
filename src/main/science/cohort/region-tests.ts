import { columns, type Column, type MeasureTest, type RegionTest } from '../../../shared/domain/cohort.ts'
import { spearman } from '../rank-correlation.ts'
import { withQ } from './family-q.ts'
import { meanOf, subjectZ } from './fisher-z.ts'
import { leastWindows, testSubjects } from './measure-test.ts'
import { swapMatrixBy } from './swap-test.ts'

/** Channel scores of one recording in one column. */
export type ChannelLevels = {
  /** [windows, channels], NaN where a channel is unconnected */
  level: Float32Array
  /** name of the region of each channel, null without one */
  regions: readonly (string | null)[]
}

/** A subject's recordings as one column sees them. */
type SubjectLevels = readonly { levels: ChannelLevels | null; performance: readonly (number | null)[] }[]

/**
 * Whose channels follow performance in a cohort: the mean performance correlation b of a region's channels, one per subject,
 * tested as the primary measure is. The swap test's M is of i's channel scores and j's performance. q is of the larger p,
 * corrected over all regions and both columns.
 * @param of a subject's recordings in a column, [subject]; null where the cohort has no such column
 * @param place of the first region: each draws random numbers of its own
 * @source model spec 7.2, 7.4
 */
export function regionTests(
  of: (column: Column) => readonly SubjectLevels[] | null,
  { seed, place, interrupt }: { seed: number; place: number; interrupt: () => void },
): RegionTest[] {
  const both = columns.map(of),
    names = new Set(both.flatMap((subjects) => subjects?.flatMap(namesOf) ?? []))
  const tested = [...names].toSorted().map((region, k) => {
    const [asRecorded, rateMatched] = both.map((subjects, c) => {
      interrupt()
      return subjects && testRegion(subjects, region, { seed, place: place + 2 * k + c, interrupt })
    })
    return { region, asRecorded: asRecorded!, rateMatched: rateMatched ?? null }
  })
  return withQ(tested, (one, column) => largerP(one[column]))
}

/** A region is found where both tests pass, so the larger p is the region's. */
const largerP = (test: MeasureTest | null): number => (test?.signFlip ? Math.max(test.signFlip.p, test.swap?.p ?? 0) : NaN)

const namesOf = (recordings: SubjectLevels): string[] =>
  recordings.flatMap(({ levels }) => levels?.regions.filter((name) => name !== null) ?? [])

function testRegion(
  subjects: readonly SubjectLevels[],
  region: string,
  { seed, place, interrupt }: { seed: number; place: number; interrupt: () => void },
): MeasureTest {
  const own = subjects.map((recordings) => recordings.map((one) => ({ ...one, series: seriesOf(one.levels, region) })))
  const all = own.map((recordings) => subjectZ(recordings.map(({ series, performance }) => meanB(series, performance))))
  const measured = own.filter((_, k) => Number.isFinite(all[k]))
  const matrix = (): Float64Array =>
    swapMatrixBy(measured, ({ series }, performance) => {
      interrupt()
      return meanB(series, performance)
    })
  return testSubjects(all, { seed, place, matrix })
}

/** Score of each channel of a region over the windows, [channels][windows]. */
function seriesOf(levels: ChannelLevels | null, region: string): number[][] {
  if (levels === null) return []
  const { level, regions } = levels,
    channelCount = regions.length,
    windowCount = level.length / channelCount
  return [...regions.keys()].flatMap((c) =>
    regions[c] === region ? [Array.from({ length: windowCount }, (_, t) => level[t * channelCount + c]!)] : [],
  )
}

/** Mean over channels of their correlation with performance; NaN where none has one. */
const meanB = (series: readonly number[][], performance: readonly (number | null)[]): number =>
  meanOf(series.map((one) => spearman(one, performance, leastWindows)))
