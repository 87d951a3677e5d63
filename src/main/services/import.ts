import { basename, extname } from 'node:path'
import type { Handlers, RouteParsed } from '../../shared/contract/contract.ts'
import type { ImportAnswers } from '../../shared/domain/inspection.ts'
import { runInThread } from '../jobs/run-in-thread.ts'
import { setIntervals } from '../store/intervals.ts'
import { insertRecording } from '../store/recordings.ts'
import { setTaskEvents } from '../store/task-events.ts'
import { noteProvenance } from '../store/provenance.ts'
import { nowIso, writableDb, type Context } from './context.ts'
import { startJob } from './jobs.ts'
import { readRemembered, writeRemembered } from './settings.ts'

export function importServices(context: Context): Pick<Handlers, 'import.sort' | 'import.remembered' | 'import.inspect' | 'import.run'> {
  return {
    'import.sort': async ({ files }) => ({ recordings: await runInThread('sort', { files }) }),
    'import.remembered': ({ format }) => ({ rig: readRemembered(context).rigs.find((rig) => rig.format === format) ?? null }),
    'import.inspect': ({ files, format, set }) => runInThread('inspect', { files, format, set }),
    'import.run': ({ files, format, set, name, subject, condition, recordedOn, layout }) => {
      const db = writableDb(context)
      const jobId = startJob(context, 'import', {
        subjectId: null,
        input: () => ({ files, format, set }),
        keep: (found, seconds) => {
          const title = name.trim() || nameOf(files[0] ?? '')
          const id = db.transaction(() => {
            const recordingId = insertRecording(db, {
              name: title,
              subject: subject.trim() || title,
              condition: condition.trim(),
              recordedOn,
              signal: found,
              format: found.format,
              startS: found.startS,
              endS: found.endS,
              samplingRateHz: found.samplingRateHz,
              sources: found.sources,
              layoutName: layout ? layout.name : found.layoutName,
              importedAt: nowIso(context),
              channelLabels: found.channelLabels,
              positionsUm: layout?.positionsUm ?? found.positionsUm,
              warnings: [
                ...found.warnings.filter(({ code }) => code !== 'no-positions' || !layout?.positionsUm),
                ...(layout?.warnings ?? []),
              ],
              regions: layout?.regions ?? found.regions,
              regionOfChannel: layout?.regionOfChannel ?? found.regionOfChannel,
            })
            setTaskEvents(db, recordingId, found.taskEvents)
            setIntervals(db, recordingId, found.intervals)
            noteProvenance(db, {
              step: 'import',
              subjectId: recordingId,
              inputHash: found.sources.map(({ sha256 }) => sha256).join(' '),
              recipe: { format: found.format, set, settings: found.settings },
              seed: null,
              engine: null,
              version: context.version,
              seconds,
              madeAt: nowIso(context),
            })
            return recordingId
          })()
          rememberRig(context, found, { set, layout })
          context.notify({ notice: 'changed', area: 'recordings' })
          return id
        },
      })
      return { jobId }
    },
  }
}

/** Keeps the answers for the next recording of this format; a machine that cannot is none the worse for the import. */
function rememberRig(
  context: Context,
  { format, channelLabels }: { format: string; channelLabels: string[] },
  { set, layout }: Pick<RouteParsed<'import.run'>, 'set' | 'layout'>,
): void {
  const regions = (layout?.regions ?? []).map((region, r) => ({
    ...region,
    channelLabels: channelLabels.filter((_, c) => layout?.regionOfChannel[c] === r),
  }))
  const lasting = lastingAnswers(set)
  // An import that needed no answer says nothing about the rig; what was answered before stays.
  if (Object.keys(lasting).length === 0 && regions.length === 0) return
  const others = readRemembered(context).rigs.filter((rig) => rig.format !== format)
  try {
    writeRemembered(context, { rigs: [...others, { format, set: lasting, regions, importedAt: nowIso(context) }] })
  } catch (problem) {
    context.log(`answers not remembered: ${String(problem)}`)
  }
}

/** Where a recording begins and ends, and which well it is, is its own; units, rates and columns are the rig's. */
const ownToRecording = ['startS', 'endS', 'eventsFile', 'eventOffsetS', 'well', 'recording']
const lastingAnswers = (set: ImportAnswers): ImportAnswers =>
  Object.fromEntries(Object.entries(set).filter(([name]) => !ownToRecording.includes(name)))

const nameOf = (file: string): string => basename(file, extname(file))
