import type { EvaluationRow, MeanInterval, ReasonGiven, ScoreName } from '../../../shared/domain/evaluation.ts'
import { uniformSequence } from '../../../shared/domain/random.ts'
import { bootstrapInterval } from '../../science/cohort/bootstrap-interval.ts'
import { meanOf, tInterval95 } from '../../science/evaluation/uncertainty.ts'
import type { EvaluatedModel } from './vectors.ts'

/** A score of one seed in every fold, subject, snapshot or whatever it was taken in; NaN where there is none. */
export type SeedScores = Partial<Record<ScoreName, number>>[]

/** Over which units the interval is: trainings of one recording, or subjects. */
export type IntervalOver = 'seeds' | 'subjects'

/** A row with nothing in it yet. */
export function emptyRow(
  model: Pick<EvaluatedModel, 'name' | 'kind' | 'seeds' | 'trained' | 'effort'>,
  readOut: string | null,
  reason: ReasonGiven | null = null,
): EvaluationRow {
  const effort = model.trained ?? model.effort ?? null
  const over = (of: (run: { epochs: number; secondsPerEpoch: number }) => number): number | null =>
    effort && effort.runs.length > 0 ? meanOf(effort.runs.map(of)) : null
  return {
    model: model.name,
    kind: model.kind,
    readOut,
    seeds: model.kind === 'simple' || model.kind === 'majority' || model.kind === 'forecast' ? [] : [...model.seeds],
    scores: {},
    perSeed: [],
    perUnit: [],
    confusion: null,
    epochs: over(({ epochs }) => epochs),
    secondsPerEpoch: over(({ secondsPerEpoch }) => secondsPerEpoch),
    memoryMB: effort?.memoryMB ?? null,
    reason,
  }
}

/**
 * Scores of all seeds and units put together: over seeds each seed's mean over units, with a t-interval that speaks of
 * training; over subjects each subject's mean over seeds, with a bootstrap of subjects.
 * @param seeds scores of each seed in each unit
 * @param units names of the units
 */
export function summarised(
  row: EvaluationRow,
  seeds: readonly SeedScores[],
  { units, first, over }: { units: readonly string[]; first: ScoreName; over: IntervalOver },
): EvaluationRow {
  const names = new Set(seeds.flatMap((own) => own.flatMap((unit) => Object.keys(unit) as ScoreName[])))
  const scores: EvaluationRow['scores'] = {}
  for (const name of names) {
    const bySeed = seeds.map((own) => finiteMean(own.map((unit) => unit[name]))),
      byUnit = units.map((_, k) => finiteMean(seeds.map((own) => own[k]?.[name])))
    const found = (over === 'subjects' ? byUnit : bySeed).filter(Number.isFinite)
    if (found.length > 0) scores[name] = over === 'subjects' ? overSubjects(found) : tInterval95(found)
  }
  return {
    ...row,
    scores,
    perSeed: seeds.map((own) => finiteMean(own.map((unit) => unit[first]))).filter(Number.isFinite),
    perUnit: units.flatMap((unit, k) => {
      const value = finiteMean(seeds.map((own) => own[k]?.[first]))
      return Number.isFinite(value) ? [{ unit, value }] : []
    }),
  }
}

function overSubjects(values: number[]): MeanInterval {
  const bounds = bootstrapInterval(values, uniformSequence(1, 'bootstrap'))
  return { mean: meanOf(values), low: bounds?.[0] ?? null, high: bounds?.[1] ?? null, count: values.length }
}

/** Mean over those that are numbers; NaN without any. */
export function finiteMean(values: readonly (number | undefined)[]): number {
  const finite = values.filter((value): value is number => value !== undefined && Number.isFinite(value))
  return finite.length > 0 ? meanOf(finite) : NaN
}

export const addCounts = (to: number[][] | null, from: number[][]): number[][] =>
  to === null ? from : to.map((row, own) => row.map((count, read) => count + from[own]![read]!))
