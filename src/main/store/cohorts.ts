import { fail } from '../../shared/contract/errors.ts'
import { cohortResult, type CohortResult, type CohortSummary } from '../../shared/domain/cohort.ts'
import type { ReadableDB, WritableDB } from './open.ts'

export function insertCohort(
  db: WritableDB,
  { recipe, inputHash, alignmentIds, findings, createdAt }: Omit<CohortResult, 'id'> & { inputHash: string },
): number {
  return Number(
    db
      .prepare('INSERT INTO cohort_result (recipe, input_hash, alignment_ids, findings, created_at) VALUES (?, ?, ?, ?, ?)')
      .run(JSON.stringify(recipe), inputHash, JSON.stringify(alignmentIds), JSON.stringify(findings), createdAt).lastInsertRowid,
  )
}

/** The result that one recipe made of the same alignments, or null. */
export function findCohort(db: ReadableDB, inputHash: string, recipe: CohortResult['recipe']): number | null {
  const row = db.prepare('SELECT id FROM cohort_result WHERE input_hash = ? AND recipe = ?').get(inputHash, JSON.stringify(recipe))
  return (row as { id: number } | undefined)?.id ?? null
}

/** @throws cohorts/not-found */
export function getCohort(db: ReadableDB, id: number): CohortResult {
  const found = readCohorts(db, 'WHERE id = ?', id)[0]
  if (!found) throw fail('cohorts/not-found', { id })
  return found
}

export function listCohorts(db: ReadableDB): CohortSummary[] {
  return readCohorts(db, 'ORDER BY id').map(({ findings, ...cohort }) => ({
    ...cohort,
    subjectCount: findings.subjects.length,
    claim: findings.claim,
  }))
}

export function removeCohort(db: WritableDB, id: number): void {
  db.prepare('DELETE FROM cohort_result WHERE id = ?').run(id)
}

function readCohorts(db: ReadableDB, rest: string, ...values: number[]): CohortResult[] {
  const rows = db
    .prepare(`SELECT id, recipe, alignment_ids AS alignmentIds, findings, created_at AS createdAt FROM cohort_result ${rest}`)
    .all(...values) as { id: number; recipe: string; alignmentIds: string; findings: string; createdAt: string }[]
  return rows.map((row) =>
    cohortResult.parse({
      ...row,
      recipe: JSON.parse(row.recipe) as unknown,
      alignmentIds: JSON.parse(row.alignmentIds) as unknown,
      findings: JSON.parse(row.findings) as unknown,
    }),
  )
}
