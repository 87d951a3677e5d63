import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { Inspection } from '../../shared/domain/inspection.ts'
import type { BatchRow, BatchWords } from '../composables/batch-row.ts'
import { ask, problemOf } from './ask.ts'
import { useJobs } from './jobs.ts'
import { useProjects } from './projects.ts'
import { useRecordings } from './recordings.ts'

/** Several recordings of one experiment at once: each looked into, named in a table, imported one after the other. */
export const useImportBatch = defineStore('import-batch', () => {
  const projects = useProjects(),
    recordings = useRecordings(),
    jobs = useJobs()
  const rows = shallowRef<BatchRow[]>([])
  const isImporting = ref(false)
  /** one of them is being imported by itself; the table waits */
  const isAside = ref(false)
  let batch = 0

  const readyCount = computed(() => rows.value.filter(({ state }) => state === 'ready').length)
  const isReading = computed(() => rows.value.some(({ state }) => state === 'reading'))

  function change(key: number, part: Partial<BatchRow>): void {
    rows.value = rows.value.map((row) => (row.key === key ? { ...row, ...part } : row))
  }

  function clear(): void {
    batch++
    rows.value = []
    isImporting.value = false
    isAside.value = false
  }

  /** Looks into each recording in turn; the person can write into the table meanwhile. */
  async function open(found: readonly { name: string; files: string[] }[]): Promise<void> {
    clear()
    const own = batch
    rows.value = found.map(({ name, files }, key) => ({
      key,
      files,
      name,
      subject: '',
      condition: '',
      recordedOn: '',
      inspection: null,
      problem: null,
      state: 'reading',
    }))
    for (const { key, files } of rows.value) {
      try {
        const inspection = await ask('import.inspect', { files, set: {} })
        if (own !== batch) return
        change(key, { inspection, state: isRecording(inspection) ? 'ready' : 'explained' })
      } catch (failure) {
        if (own !== batch) return
        change(key, { problem: problemOf(failure), state: 'explained' })
      }
    }
  }

  /** What a spreadsheet puts into the clipboard, from one cell on: rows by lines, columns by tabs. */
  function paste(fromKey: number, column: keyof BatchWords, text: string): void {
    const names = ['name', 'subject', 'condition', 'recordedOn'] as const satisfies readonly (keyof BatchWords)[],
      first = names.indexOf(column)
    const lines = text.replace(/\r?\n$/, '').split(/\r?\n/)
    lines.forEach((line, l) => {
      const row = rows.value[rows.value.findIndex(({ key }) => key === fromKey) + l]
      if (!row) return
      const cells = line.split('\t').flatMap((cell, c) => (names[first + c] ? [[names[first + c], cell.trim()] as const] : []))
      change(row.key, Object.fromEntries(cells))
    })
  }

  const drop = (key: number): void => {
    rows.value = rows.value.filter((row) => row.key !== key)
  }

  /** Imports what is ready, into the open project or a new one. */
  async function run(projectName: string): Promise<void> {
    isImporting.value = true
    const own = batch
    if (projects.current === null) await projects.create(projectName)
    for (const { key } of rows.value.filter(({ state }) => state === 'ready')) {
      const row = rows.value.find((one) => one.key === key)
      if (!row || own !== batch) continue
      change(key, { state: 'importing' })
      try {
        const { jobId } = await ask('import.run', {
          files: row.files,
          set: {},
          name: row.name.trim(),
          subject: row.subject.trim(),
          condition: row.condition.trim(),
          recordedOn: row.recordedOn || null,
        })
        const ended = await jobs.ended(jobId)
        change(key, ended.state === 'done' ? { state: 'imported' } : { state: 'failed', problem: ended.error })
      } catch (failure) {
        change(key, { state: 'failed', problem: problemOf(failure) })
      }
    }
    await Promise.all([projects.load(), recordings.load()])
    isImporting.value = false
  }

  return { rows, readyCount, isReading, isImporting, isAside, clear, open, change, paste, drop, run }
})

/** Voltage, behaviour and layouts are explained, not imported by themselves; so is what still has a question to be answered. */
const isRecording = ({ modality, needs }: Inspection): boolean =>
  (modality === 'spikes' || modality === 'traces' || modality === 'counts') && needs.length === 0
