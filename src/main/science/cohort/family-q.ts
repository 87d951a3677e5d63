import { columns, type CohortMeasure, type Column } from '../../../shared/domain/cohort.ts'
import { correctedP } from '../multiple-testing.ts'

/**
 * q of each row in both columns, corrected by Benjamini and Hochberg over all of them together.
 * @param pOf NaN where a row has no test that belongs to the family
 * @source model spec 7.4.6
 */
export function withQ<Row>(rows: readonly Row[], pOf: (row: Row, column: Column) => number): (Row & Pick<CohortMeasure, 'q'>)[] {
  const q = correctedP(Float64Array.from(rows.flatMap((row) => columns.map((column) => pOf(row, column)))))
  const at = (place: number): number | null => (Number.isNaN(q[place]!) ? null : q[place]!)
  return rows.map((row, k) => ({ ...row, q: { asRecorded: at(2 * k), rateMatched: at(2 * k + 1) } }))
}
