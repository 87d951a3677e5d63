import type { EpochRecord } from '../../shared/domain/model-run.ts'
import { putEpochs } from '../store/model-runs.ts'
import type { WritableDB } from '../store/open.ts'
import type { Context } from './context.ts'

/** A small model has hundreds of epochs a second, a row on the disk takes milliseconds: they are written together, this often. */
const everyMs = 100

/** Keeps a run's epochs as they come and tells of them; what `keepAll` has not been called for since can be lost with the program. */
export function epochRecords(context: Context, db: WritableDB, modelRunId: number) {
  let pending: EpochRecord[] = [],
    keptMs = -Infinity
  function keepAll(): void {
    if (pending.length === 0) return
    const records = pending
    pending = []
    keptMs = context.clock()
    putEpochs(db, modelRunId, records)
    for (const record of records) context.notify({ notice: 'epoch', modelRunId, record })
  }
  return {
    keepAll,
    take(record: EpochRecord): void {
      pending.push(record)
      if (context.clock() - keptMs >= everyMs) keepAll()
    },
  }
}
