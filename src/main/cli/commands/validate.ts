import { spawn } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { defaultDataDir } from '../../host/data-dir.ts'
import { errorReply } from '../../../shared/contract/errors.ts'
import { simulationKinds } from '../../../shared/domain/simulation.ts'
import { RefusedCall, stopped, WrongUse, type Command, type Session } from '../command.ts'
import { readRecord, workFolder, type CohortRecord, type ValidationSettings } from '../validation/cohort-record.ts'
import { mostByChance, summarise } from '../validation/summary.ts'
import { validateCohort } from '../validation/validate-cohort.ts'

/**
 * Power and false positives of the whole line on cohorts of simulated cultures. Each cohort is a process of its own, as
 * many at a time as there are cores; a finished one is a file, and a later call goes on with those that are missing.
 */
export const validate: Command = async (session) => {
  const { arguments: given, output, translate } = session
  const settings = settingsOf(session),
    cohortCount = wholeNumber(session, 'cohorts', 50),
    folder = resolve(given.text('out') ?? join(given.text('data-dir') ?? defaultDataDir(), 'validation', settings.kind))
  mkdirSync(folder, { recursive: true })
  const alone = given.number('cohort')
  if (alone !== undefined) return validateCohort(session, settings, { cohort: alone, folder, keep: given.flag('keep') })

  const started = performance.now(),
    records = readRecords(session, settings, { folder, cohortCount }),
    missing = records.flatMap((record, k) => (record === null ? [k + 1] : []))
  const tell = (): void => {
    const done = records.filter((record) => record !== null).length
    output.progress(translate('validations.progress', { kind: settings.kind }), done / cohortCount, null)
  }
  const atATime = Math.min(missing.length, wholeNumber(session, 'threads', availableParallelism()))
  tell()
  try {
    await Promise.all(
      Array.from({ length: atATime }, async () => {
        for (let cohort = missing.shift(); cohort !== undefined && !session.signal.aborted; cohort = missing.shift()) {
          await runApart(session, settings, { cohort, folder })
          records[cohort - 1] = readRecord(folder, cohort)
          tell()
        }
      }),
    )
  } finally {
    output.endProgress()
  }
  if (session.signal.aborted) throw stopped(session)
  const summary = summarise(
    settings.kind,
    records.filter((record) => record !== null),
    translate,
  )
  const auc = (value: number | null): string => value?.toFixed(3) ?? '–'
  output.say(translate('validations.claimed', { ...summary, ofCohorts: summary.cohorts, byChance: mostByChance(summary.cohorts) }))
  output.say(
    translate('validations.auc', {
      channel: auc(summary.channelAuc),
      edges: auc(summary.heldOutAuc),
      degree: auc(summary.degreeProductAuc),
    }),
  )
  for (const [sentence, count] of Object.entries(summary.sentences)) output.say(`${String(count).padStart(4)}  ${sentence}`)
  output.say(translate('validations.records', { folder }))
  return { ...summary, seconds: (performance.now() - started) / 1000 }
}

function settingsOf(session: Session): ValidationSettings {
  const { arguments: given, translate } = session
  const kind = simulationKinds.find((known) => known === given.text('kind'))
  if (!kind) throw new WrongUse(translate('simulations.kindMissing', { kinds: simulationKinds.join(', ') }))
  return {
    kind,
    subjects: wholeNumber(session, 'subjects', 8),
    epochs: wholeNumber(session, 'epochs', 120),
    seed: wholeNumber(session, 'seed', 1, 0),
  }
}

function wholeNumber({ arguments: given }: Session, name: Parameters<Session['arguments']['number']>[0], usual: number, least = 1): number {
  const number = given.number(name) ?? usual
  if (!Number.isInteger(number) || number < least) throw new RangeError(`--${name} ${number}`)
  return number
}

/** Records that are there; those of other settings would make one figure out of two validations. */
function readRecords(
  { translate }: Session,
  settings: ValidationSettings,
  { folder, cohortCount }: { folder: string; cohortCount: number },
): (CohortRecord | null)[] {
  return Array.from({ length: cohortCount }, (_, k) => {
    const record = readRecord(folder, k + 1)
    if (record && JSON.stringify(record.settings) !== JSON.stringify(settings))
      throw new WrongUse(translate('validations.otherSettings', { folder }))
    return record
  })
}

/** One cohort in a process of its own, with a data folder of its own. @throws RefusedCall with the process's error */
function runApart(
  session: Session,
  { kind, subjects, epochs, seed }: ValidationSettings,
  { cohort, folder }: { cohort: number; folder: string },
): Promise<void> {
  const { arguments: given, language, signal } = session,
    numbers = { subjects, epochs, seed, cohort }
  const dataDir = `${workFolder(folder, cohort)}-data`,
    words = ['validate', '--kind', kind, '--out', folder, '--data-dir', dataDir, '--lang', language, '--json']
  for (const [name, value] of Object.entries(numbers)) words.push(`--${name}`, String(value))
  if (given.flag('keep')) words.push('--keep')
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [...process.execArgv, process.argv[1] ?? '', ...words], {
      stdio: ['ignore', 'pipe', 'ignore'],
      // every cohort is a new process, and finds its modules compiled
      env: { NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache'), ...process.env },
    })
    const stop = (): void => void child.kill('SIGTERM')
    signal.addEventListener('abort', stop, { once: true })
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
    child.on('error', failed)
    child.on('close', (exitCode) => {
      signal.removeEventListener('abort', stop)
      rmSync(dataDir, { recursive: true, force: true })
      if (exitCode === 0) return done()
      if (signal.aborted) return failed(stopped(session))
      const reply = errorReply.safeParse(parsed(said))
      failed(reply.success ? new RefusedCall(reply.data) : new Error(`cohort ${cohort} ended with ${exitCode}`))
    })
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
