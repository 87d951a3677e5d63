import type { Handlers } from '../../shared/contract/contract.ts'
import { fail } from '../../shared/contract/errors.ts'
import type { EvaluationRecipe, StateLabel } from '../../shared/domain/evaluation.ts'
import type { SnapshotSet } from '../../shared/domain/snapshot.ts'
import { sharesSamples } from '../../shared/domain/split.ts'
import { evaluationSentences } from '../../shared/locales/evaluation-sentences.ts'
import { translator } from '../../shared/locales/translate.ts'
import { readVectors } from '../importers/vectors.ts'
import {
  findEvaluation,
  getEvaluation,
  insertEvaluation,
  listEvaluations,
  putImportedVectors,
  removeEvaluation,
} from '../store/evaluations.ts'
import type { ReadableDB } from '../store/open.ts'
import { noteProvenance } from '../store/provenance.ts'
import { getRecording } from '../store/recordings.ts'
import { getSnapshotSet, listSnapshots, listSnapshotSets } from '../store/snapshots.ts'
import { nowIso, openDb, writableDb, type Context } from './context.ts'
import { evaluationHash, evaluationInput } from './evaluation-input.ts'
import { askedOf, importedOf, labelsOf, simpleOf, trainedOf, type ImportedGroup } from './evaluation-models.ts'
import { startJob } from './jobs.ts'
import { readRemembered } from './settings.ts'

type Names =
  'evaluations.make' | 'evaluations.list' | 'evaluations.get' | 'evaluations.remove' | 'evaluations.choices' | 'evaluations.importVectors'

export function evaluationServices(context: Context): Pick<Handlers, Names> {
  const changed = (): void => context.notify({ notice: 'changed', area: 'evaluations' })
  return {
    'evaluations.make': ({ snapshotSetId, recipe: given }) => {
      const db = writableDb(context),
        // regions, links and clusters are of the recording that was named
        recipe = given.task === 'states' ? given : { ...given, scope: 'recording' as const }
      const sets = setsOf(db, getSnapshotSet(db, snapshotSetId), recipe.scope)
      const asked = askedOf(db, sets, recipe)
      const inputHash = evaluationHash(db, sets, asked, recipe)
      const found = findEvaluation(db, inputHash, recipe)
      if (found !== null) return { jobId: null, evaluationId: found }
      const jobId = startJob(context, 'evaluate', {
        subjectId: null,
        input: () => evaluationInput(db, sets, asked, recipe, readRemembered(context).settings.threads),
        keep: (findings, seconds) => {
          const id = db.transaction(() => {
            const createdAt = nowIso(context),
              recordingIds = sets.map(({ recordingId }) => recordingId)
            const evaluationId = insertEvaluation(db, { snapshotSetId, recordingIds, recipe, findings, inputHash, seconds, createdAt })
            noteProvenance(db, {
              step: 'evaluate',
              subjectId: evaluationId,
              inputHash,
              recipe,
              seed: recipe.seed,
              engine: null,
              version: context.version,
              seconds,
              madeAt: createdAt,
            })
            return evaluationId
          })()
          changed()
          return id
        },
      })
      return { jobId, evaluationId: null }
    },
    'evaluations.list': () => ({ evaluations: listEvaluations(openDb(context)) }),
    'evaluations.get': ({ evaluationId }, { language }) => {
      const evaluation = getEvaluation(openDb(context), evaluationId)
      return { evaluation, sentences: evaluationSentences(translator(language), evaluation) }
    },
    'evaluations.remove': ({ evaluationId }) => {
      const db = writableDb(context)
      getEvaluation(db, evaluationId)
      removeEvaluation(db, evaluationId)
      changed()
      return {}
    },
    'evaluations.choices': ({ snapshotSetId }) => {
      const db = openDb(context),
        set = getSnapshotSet(db, snapshotSetId),
        alike = setsOf(db, set, 'subjects')
      const trained = trainedOf(db, [set])
      const counts = (label: StateLabel): Record<string, number> => {
        const sets = label === 'condition' ? alike : [set],
          found: Record<string, number> = {}
        for (const name of labelsOf(db, sets, label).flat()) if (name !== null) found[name] = (found[name] ?? 0) + 1
        return found
      }
      const snapshots = listSnapshots(db, set.id)
      return {
        models: [
          ...simpleOf(db, [set]).map((name) => ({ name, kind: 'simple' as const, seedCount: 0, heldOutCount: 0 })),
          ...trained.map(({ name, runs, heldOut }) => ({
            name,
            kind: 'learned' as const,
            seedCount: runs.length,
            heldOutCount: heldOut.length,
          })),
          ...importedOf(db, set).map(({ name, runs }) => ({ name, kind: madeBy(runs), seedCount: runs.length, heldOutCount: 0 })),
        ],
        labels: { performance: counts('performance'), interval: counts('interval'), condition: counts('condition') },
        subjects: [...new Set(alike.map(({ recordingId }) => getRecording(db, recordingId).subject))],
        windowsOverlap: snapshots.some((snapshot, k) => k > 0 && sharesSamples(snapshots[k - 1]!, snapshot)),
        windows: snapshots.map(({ startS, endS }) => ({ startS, endS })),
      }
    },
    'evaluations.importVectors': async ({ snapshotSetId, file, name, seed }) => {
      const db = writableDb(context),
        { snapshotCount, channelCount } = getSnapshotSet(db, snapshotSetId)
      const { values, rowCount, columnCount } = await readVectors(file)
      const unit = rowCount === snapshotCount ? 'windows' : rowCount === snapshotCount * channelCount ? 'channels' : null
      if (unit === null) {
        const expected = `${snapshotCount} or ${snapshotCount * channelCount} rows`
        throw fail('evaluations/vectors-disagree', { file, expected, found: `${rowCount} rows` })
      }
      const fresh = { snapshotSetId, name, seed, unit, latentCount: columnCount } as const
      const id = putImportedVectors(db, { ...fresh, values })
      changed()
      return { id, ...fresh }
    },
  }
}

/** Vectors of windows may also come from a model of the app. */
const madeBy = (runs: ImportedGroup['runs']): 'learned' | 'imported' => (runs.every((run) => 'hash' in run) ? 'imported' : 'learned')

/** The set itself, or one of every recording cut alike: the newest, and the set itself for its own recording. */
function setsOf(db: ReadableDB, set: SnapshotSet, scope: EvaluationRecipe['scope']): SnapshotSet[] {
  if (scope === 'recording') return [set]
  const cut = JSON.stringify(set.recipe),
    ofRecording = new Map<number, SnapshotSet>()
  for (const one of listSnapshotSets(db)) if (JSON.stringify(one.recipe) === cut) ofRecording.set(one.recordingId, one)
  ofRecording.set(set.recordingId, set)
  return [...ofRecording.values()].sort((a, b) => a.recordingId - b.recordingId)
}
