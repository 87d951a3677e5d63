import { uniformSequence } from '../../../../src/shared/domain/random.ts'
import { normalDraws } from '../../../../src/main/science/draws.ts'
import type { CohortColumn, CohortRecording } from '../../../../src/main/science/cohort/findings.ts'

export const names = [
  { measure: 'coupling', kind: 'primary' },
  { measure: 'mixing', kind: 'second' },
  { measure: 'ratio', kind: 'counterpart' },
] as const

/** What the measure of a cohort follows: play, nothing, play only as recorded, or time, while all play better with time. */
export type Follows = 'play' | 'nothing' | 'rates' | 'time'

/** A cohort out of thin air: performance wanders and rises, `coupling` follows what it is told to. */
export function madeUpCohort(follows: Follows, { seed = 1, subjectCount = 8, windowCount = 19, noise = 0.6 } = {}): CohortRecording[] {
  return Array.from({ length: subjectCount }, (_, s) => {
    const normal = normalDraws(uniformSequence(seed, 'simulate', [s, 0]))
    let wander = normal()
    const time = Array.from({ length: windowCount }, (_, k) => (4 * k) / windowCount)
    const play = time.map((at) => (wander = 0.7 * wander + normal()) + at)
    const series = (column: 'asRecorded' | 'rateMatched'): (number | null)[] => {
      const followed = { play, nothing: null, rates: column === 'asRecorded' ? play : null, time }[follows]
      return play.map((_, k) => (followed?.[k] ?? 0) + noise * normal())
    }
    const column = (which: 'asRecorded' | 'rateMatched'): CohortColumn => ({
      measures: { coupling: series(which), mixing: series(which).map((value) => -(value ?? 0)), ratio: series(which) },
      density: play.map(() => normal()),
      rateHz: play.map(() => normal()),
      levels: null,
    })
    return {
      subject: `S${s + 1}`,
      condition: '',
      performance: play.map((value) => 1 / (1 + Math.exp(-value))),
      reason: null,
      asRecorded: column('asRecorded'),
      rateMatched: column('rateMatched'),
    }
  })
}
