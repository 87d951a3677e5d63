import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { RouteOutput } from '../../shared/contract/contract.ts'
import { guessFromName } from '../../shared/domain/name-guess.ts'
import { batchColumns, type BatchWords } from '../../shared/domain/pasted-table.ts'
import type { BatchRow } from '../composables/batch-row.ts'
import { ask, problemOf } from './ask.ts'
import { lookInto } from './batch-look.ts'
import { useJobs } from './jobs.ts'
import { useProjects } from './projects.ts'
import { useRecordings } from './recordings.ts'

type Sorted = RouteOutput<'import.sort'>['recordings'][number]

/** Several recordings of one experiment at once: each looked into, named in a table, imported one after the other. */
export const useImportBatch = defineStore('import-batch', () => {
  const projects = useProjects(),
    recordings = useRecordings(),
    jobs = useJobs()
  const rows = shallowRef<BatchRow[]>([])
  const isImporting = ref(false)
  /** the row that is being imported by itself; the table waits */
  const aside = ref<number | null>(null)
  let nextKey = 0
  const beingRead = new Set<number>()
  let isStopped = false

  const count = (state: BatchRow['state']): number => rows.value.filter((row) => row.state === state).length
  const readyCount = computed(() => count('ready'))
  const importedCount = computed(() => count('imported'))
  const readingCount = computed(() => count('reading'))

  const rowOf = (key: number): BatchRow | undefined => rows.value.find((row) => row.key === key)
  function change(key: number, part: Partial<BatchRow>): void {
    rows.value = rows.value.map((row) => (row.key === key ? { ...row, ...part } : row))
  }

  function clear(): void {
    rows.value = []
    isImporting.value = false
    aside.value = null
  }

  /** Puts the lines of a table back that was put away. */
  function restore(earlier: readonly BatchRow[]): void {
    rows.value = [...earlier, ...rows.value]
    void lookAll()
  }

  /** Adds recordings to the table; the person can write into it while they are looked into. */
  async function add(found: readonly Sorted[]): Promise<void> {
    rows.value = [...rows.value, ...found.map((one) => rowFor(one, nextKey++))]
    await lookAll()
  }

  /** Two at a time: most of the work is one file's own thread. */
  async function lookAll(): Promise<void> {
    await Promise.all([lookOn(), lookOn()])
  }

  async function lookOn(): Promise<void> {
    const next = (): BatchRow | undefined => rows.value.find(({ state, key }) => state === 'reading' && !beingRead.has(key))
    for (let row = next(); row; row = next()) {
      const { key, answers } = row
      beingRead.add(key)
      const part = await lookInto(row)
      beingRead.delete(key)
      // Taken out or answered otherwise since: a late answer to an older question is dropped.
      if (rowOf(key)?.answers === answers) change(key, part)
    }
  }

  /** Looks again, as another format or with an answer more. */
  async function look(keys: readonly number[], part: Pick<Partial<BatchRow>, 'format' | 'answers'>): Promise<void> {
    for (const key of keys) {
      const answers = { ...(part.format === undefined ? rowOf(key)?.answers : {}), ...part.answers }
      change(key, { ...part, answers, rememberedAt: null, state: 'reading' })
    }
    await lookAll()
  }

  function write(key: number, words: Partial<BatchWords>): void {
    const changed = batchColumns.filter((column) => words[column] !== undefined)
    change(key, { ...words, guessed: rowOf(key)?.guessed.filter((column) => !changed.includes(column)) ?? [] })
  }

  function drop(key: number): void {
    rows.value = rows.value.filter((row) => row.key !== key)
  }

  /** Imports what is ready, into the open project or a new one. @returns the recordings that came in */
  async function run(projectName: string): Promise<number[]> {
    isImporting.value = true
    isStopped = false
    const came: number[] = []
    try {
      if (projects.current === null) await projects.create(projectName)
      for (let row = nextReady(); row && !isStopped; row = nextReady()) {
        const recordingId = await importOne(row)
        if (recordingId !== null) came.push(recordingId)
      }
      await Promise.all([projects.load(), recordings.load()])
    } finally {
      isImporting.value = false
    }
    return came
  }
  const nextReady = (): BatchRow | undefined => rows.value.find(({ state }) => state === 'ready')

  async function importOne(row: BatchRow): Promise<number | null> {
    change(row.key, { state: 'importing' })
    try {
      const { jobId } = await ask('import.run', {
        files: [...row.files, ...row.beside],
        set: row.answers,
        ...(row.format === null ? {} : { format: row.format }),
        name: row.name.trim(),
        subject: row.subject.trim(),
        condition: row.condition.trim(),
        recordedOn: row.recordedOn || null,
      })
      change(row.key, { jobId })
      const ended = await jobs.ended(jobId)
      if (ended.state === 'done') change(row.key, { state: 'imported', recordingId: ended.subjectId })
      else if (ended.state === 'cancelled') change(row.key, { state: 'ready', jobId: null })
      else change(row.key, { state: 'failed', problem: ended.error })
      return ended.state === 'done' ? ended.subjectId : null
    } catch (failure) {
      change(row.key, { state: 'failed', problem: problemOf(failure) })
      return null
    }
  }

  /** What is being imported is cancelled; what came in stays. */
  async function stop(): Promise<void> {
    isStopped = true
    const jobId = rows.value.find(({ state }) => state === 'importing')?.jobId ?? null
    if (jobId !== null) await jobs.cancel(jobId)
  }

  /** Takes recordings out again; their rows are as before the import. */
  async function undo(recordingIds: readonly number[]): Promise<void> {
    for (const recordingId of recordingIds) {
      await recordings.remove(recordingId)
      const row = rows.value.find((one) => one.recordingId === recordingId)
      if (row) change(row.key, { state: 'ready', recordingId: null, jobId: null })
    }
  }

  /** One was imported by itself: its answers are remembered, and may answer the questions of others like it. */
  async function cameBack(recordingId: number): Promise<void> {
    if (aside.value !== null) change(aside.value, { state: 'imported', recordingId, problem: null })
    aside.value = null
    const open = rows.value.filter(({ state }) => state === 'asks').map(({ key }) => key)
    await look(open, {})
  }

  return {
    rows,
    readyCount,
    importedCount,
    readingCount,
    isImporting,
    aside,
    clear,
    restore,
    add,
    look,
    write,
    drop,
    run,
    stop,
    undo,
    cameBack,
  }
})

function rowFor({ name, files, beside, isRecognised }: Sorted, key: number): BatchRow {
  const guess = guessFromName(name)
  return {
    key,
    name,
    subject: '',
    ...guess,
    guessed: (['condition', 'recordedOn'] as const).filter((column) => guess[column] !== ''),
    files,
    beside,
    leftBeside: '',
    isRecognised,
    format: null,
    answers: {},
    rememberedAt: null,
    inspection: null,
    problem: null,
    jobId: null,
    recordingId: null,
    state: 'reading',
  }
}
