import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { cohortMeasure, claim } from '../../../shared/domain/cohort.ts'
import { simulationKind } from '../../../shared/domain/simulation.ts'

/** What makes two cohorts of one validation comparable. */
export const validationSettings = z.strictObject({ kind: simulationKind, subjects: z.int(), epochs: z.int(), seed: z.int() })
export type ValidationSettings = z.infer<typeof validationSettings>

/** One finished cohort, as it lies in its file. */
export const cohortRecord = z.object({
  settings: validationSettings,
  /** number of the cohort, from 1; its cultures are those of that place in the one stream of the seed */
  cohort: z.int(),
  version: z.string(),
  claim,
  measures: z.array(cohortMeasure),
  cultures: z.array(
    z.object({
      subject: z.string(),
      /** modulated over unmodulated channels by b_i */
      channelAuc: z.object({ asRecorded: z.number().nullable(), rateMatched: z.number().nullable() }),
      heldOutAuc: z.number().nullable(),
      degreeProductAuc: z.number().nullable(),
    }),
  ),
  sentence: z.string(),
  seconds: z.number(),
})
export type CohortRecord = z.infer<typeof cohortRecord>

const nameOf = (cohort: number): string => `cohort-${String(cohort).padStart(3, '0')}`
export const recordFile = (folder: string, cohort: number): string => join(folder, `${nameOf(cohort)}.json`)
/** Where a cohort's cultures and project are while it is worked on. */
export const workFolder = (folder: string, cohort: number): string => join(folder, `${nameOf(cohort)}.work`)

/** A record has its name only when it is complete. */
export function writeRecord(folder: string, record: CohortRecord): void {
  const file = recordFile(folder, record.cohort)
  writeFileSync(`${file}.part`, `${JSON.stringify(record)}\n`)
  renameSync(`${file}.part`, file)
}

export function readRecord(folder: string, cohort: number): CohortRecord | null {
  const file = recordFile(folder, cohort)
  return existsSync(file) ? cohortRecord.parse(JSON.parse(readFileSync(file, 'utf8'))) : null
}
