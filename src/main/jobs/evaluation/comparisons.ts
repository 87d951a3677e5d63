import { leastSubjects } from '../../../shared/domain/cohort.ts'
import { spokenName, type Comparison, type EvaluationRow } from '../../../shared/domain/evaluation.ts'
import { uniformSequence } from '../../../shared/domain/random.ts'
import { signFlip } from '../../science/cohort/sign-flip.ts'
import { meanOf } from '../../science/evaluation/uncertainty.ts'
import type { IntervalOver } from './rows.ts'

/**
 * The learned model that speaks against every other under the same read-out: differences of the first score, averaged over seeds
 * within a subject, tested by turning signs over subjects, of which six are the least; over seeds where there is one subject.
 * @source model spec 6.5, 7.4.2
 */
export function comparisonsOf(rows: readonly EvaluationRow[], over: IntervalOver, seed: number): Comparison[] {
  const learned = rows.filter(({ kind, perSeed }) => kind === 'learned' && perSeed.length > 0),
    model = spokenName(learned.map((row) => row.model))
  return rows.flatMap((other): Comparison[] => {
    if (other.model === model || other.perSeed.length === 0) return []
    const own = rows.find((row) => row.model === model && (row.readOut === other.readOut || other.kind === 'majority'))
    if (!own) return []
    const differences = over === 'subjects' ? bySubject(own, other) : bySeed(own, other)
    if (differences.length < (over === 'subjects' ? 1 : 2)) return []
    const isTested = over === 'seeds' || differences.length >= leastSubjects
    return [
      {
        model: own.model,
        other: other.model,
        readOut: own.readOut,
        difference: meanOf(differences),
        p: isTested ? signFlip(differences, uniformSequence(seed, 'permutation', [7, 0])).p : null,
        unit: over,
        count: differences.length,
      },
    ]
  })
}

function bySubject(own: EvaluationRow, other: EvaluationRow): number[] {
  return own.perUnit.flatMap(({ unit, value }) => {
    const found = other.perUnit.find((one) => one.unit === unit)
    return found ? [value - found.value] : []
  })
}

/** A model without seeds is the same for every seed of the other. */
function bySeed(own: EvaluationRow, other: EvaluationRow): number[] {
  if (other.seeds.length === 0) return own.perSeed.map((value) => value - other.perSeed[0]!)
  return own.seeds.flatMap((seed, k) => {
    const at = other.seeds.indexOf(seed),
      a = own.perSeed[k],
      b = other.perSeed[at]
    return a !== undefined && b !== undefined ? [a - b] : []
  })
}
