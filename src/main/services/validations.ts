import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Handlers } from '../../shared/contract/contract.ts'
import { fail } from '../../shared/contract/errors.ts'
import type { AlignmentColumn } from '../../shared/domain/alignment.ts'
import { areaUnderCurve } from '../science/evaluation/rank-scores.ts'
import { getAlignment } from '../store/alignments.ts'
import { listChannels } from '../store/recordings.ts'
import { openDb, type Context } from './context.ts'

const truth = z.object({ channels: z.array(z.string()), modulatedChannels: z.array(z.string()) })

/** What simulated cultures are for: the line's results beside what was planted. */
export function validationServices(context: Context): Pick<Handlers, 'validations.channelMap'> {
  return {
    'validations.channelMap': ({ alignmentId, truthFile }) => {
      const db = openDb(context)
      const { recordingId, asRecorded, rateMatched } = getAlignment(db, alignmentId)
      const modulated = new Set(readTruth(truthFile)),
        labels = listChannels(db, recordingId).map(({ label }) => label)
      const score = ({ channelIndexes, maps }: AlignmentColumn) => {
        const kept = [...channelIndexes.keys()].filter((k) => Number.isFinite(maps.b[k])),
          isModulated = kept.map((k) => Number(modulated.has(labels[channelIndexes[k] ?? -1] ?? '')))
        const auc = areaUnderCurve(
            kept.map((k) => maps.b[k] ?? NaN),
            isModulated,
          ),
          modulatedCount = isModulated.reduce((sum, one) => sum + one, 0)
        return { auc: Number.isNaN(auc) ? null : auc, modulatedCount, unmodulatedCount: kept.length - modulatedCount }
      }
      return { asRecorded: score(asRecorded), rateMatched: rateMatched && score(rateMatched) }
    },
  }
}

/** Labels of the modulated channels. @throws import/file-not-found, validations/not-a-truth */
function readTruth(file: string): string[] {
  if (!existsSync(file)) throw fail('import/file-not-found', { file })
  try {
    return truth.parse(JSON.parse(readFileSync(file, 'utf8'))).modulatedChannels
  } catch {
    throw fail('validations/not-a-truth', { file })
  }
}
