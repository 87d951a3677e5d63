import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { Handlers } from '../../shared/contract/contract.ts'
import { fail } from '../../shared/contract/errors.ts'
import type { Alignment, AlignmentColumn } from '../../shared/domain/alignment.ts'
import { cohortMeasureNames } from '../../shared/domain/cohort.ts'
import { measuredAlike, measuredLike } from '../../shared/domain/measured-alike.ts'
import { claimSentence } from '../../shared/locales/claim-sentence.ts'
import { translator } from '../../shared/locales/translate.ts'
import type { StepInput } from '../jobs/thread.ts'
import { getAlignment, listAlignments } from '../store/alignments.ts'
import { findCohort, getCohort, insertCohort, listCohorts, removeCohort } from '../store/cohorts.ts'
import type { ReadableDB } from '../store/open.ts'
import { noteProvenance } from '../store/provenance.ts'
import { getRecording, listChannels } from '../store/recordings.ts'
import { nowIso, openDb, writableDb, type Context } from './context.ts'
import { startJob } from './jobs.ts'

type CohortRecording = StepInput<'cohort'>['recordings'][number]

export function cohortServices(context: Context): Pick<Handlers, 'cohorts.make' | 'cohorts.list' | 'cohorts.get' | 'cohorts.remove'> {
  const changed = (): void => context.notify({ notice: 'changed', area: 'cohorts' })
  return {
    'cohorts.make': async ({ alignmentIds: named, recipe }) => {
      const db = writableDb(context)
      if (named !== null) requireAlike(db, named)
      const alignmentIds = named?.toSorted((a, b) => a - b) ?? newestAlignments(db)
      if (alignmentIds.length === 0) throw fail('cohorts/nothing-aligned', {})
      const recordings: CohortRecording[] = []
      for (const id of alignmentIds) {
        recordings.push(cohortRecordingOf(db, getAlignment(db, id)))
        // Other routes have their turn between forty recordings.
        await setImmediate()
      }
      const inputHash = hashOf(recordings)
      const found = findCohort(db, inputHash, recipe)
      if (found !== null) return { jobId: null, cohortId: found }
      const jobId = startJob(context, 'cohort', {
        subjectId: null,
        input: () => ({ recordings, recipe }),
        keep: (findings, seconds) => {
          const id = db.transaction(() => {
            const cohortId = insertCohort(db, { recipe, inputHash, alignmentIds, findings, createdAt: nowIso(context) })
            noteProvenance(db, {
              step: 'cohort',
              subjectId: cohortId,
              inputHash,
              recipe,
              seed: recipe.seed,
              engine: null,
              version: context.version,
              seconds,
              madeAt: nowIso(context),
            })
            return cohortId
          })()
          changed()
          return id
        },
      })
      return { jobId, cohortId: null }
    },
    'cohorts.list': () => ({ cohorts: listCohorts(openDb(context)) }),
    'cohorts.get': ({ cohortId }, { language }) => {
      const cohort = getCohort(openDb(context), cohortId)
      return { cohort, sentence: claimSentence(translator(language), cohort.findings) }
    },
    'cohorts.remove': ({ cohortId }) => {
      const db = writableDb(context)
      getCohort(db, cohortId)
      removeCohort(db, cohortId)
      changed()
      return {}
    },
  }
}

/** The newest alignment, and those of other recordings that were measured like it. */
const newestAlignments = (db: ReadableDB): number[] => (measuredAlike(listAlignments(db))[0] ?? []).map(({ id }) => id)

/** @throws cohorts/unlike */
function requireAlike(db: ReadableDB, ids: readonly number[]): void {
  const [first, ...others] = listAlignments(db).filter(({ id }) => ids.includes(id)),
    other = first && others.find((one) => measuredLike(one) !== measuredLike(first))
  if (!other) return
  const [recording, another] = [first, other].map(({ recordingId }) => getRecording(db, recordingId).name)
  throw fail('cohorts/unlike', { recording: recording ?? '', other: another ?? '' })
}

/** What the statistics read of one recording's alignment; a window without a value is null. */
function cohortRecordingOf(db: ReadableDB, alignment: Alignment): CohortRecording {
  const { subject, condition } = getRecording(db, alignment.recordingId),
    regionOf = listChannels(db, alignment.recordingId).map(({ region }) => region)
  return {
    subject,
    condition,
    performance: withNulls(alignment.hitRatio),
    reason: alignment.asRecorded.measures.coupling.performance.reason,
    asRecorded: cohortColumnOf(alignment.asRecorded, regionOf),
    rateMatched: alignment.rateMatched && cohortColumnOf(alignment.rateMatched, regionOf),
  }
}

function cohortColumnOf(
  { measures, maps, channelIndexes }: AlignmentColumn,
  regionOf: readonly (string | null)[],
): CohortRecording['asRecorded'] {
  return {
    levels: { level: maps.level, regions: Array.from(channelIndexes, (index) => regionOf[index] ?? null) },
    measures: Object.fromEntries(cohortMeasureNames.map(({ measure }) => [measure, withNulls(measures[measure].perWindow)])),
    density: Array.from(measures.density.perWindow),
    rateHz: Array.from(measures.meanRateHz.perWindow),
  }
}

function hashOf(recordings: readonly CohortRecording[]): string {
  const hash = createHash('sha256')
  for (const recording of recordings) {
    hash.update(JSON.stringify(recording, (_, value: unknown) => (value instanceof Float32Array ? null : value)))
    for (const column of [recording.asRecorded, recording.rateMatched]) if (column?.levels) hash.update(column.levels.level)
  }
  return hash.digest('hex')
}

const withNulls = (values: Float64Array): (number | null)[] => Array.from(values, (value) => (Number.isFinite(value) ? value : null))
