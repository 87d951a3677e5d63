import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { ImportAnswers, Inspection } from '../../shared/domain/inspection.ts'
import { withMeaning, type EventMeaning } from '../../shared/domain/behaviour.ts'
import { drawnLayout, type DrawnLayout } from '../../shared/domain/layout-draft.ts'
import type { DroppedFile } from '../composables/dropped-files.ts'
import { ask, place, problemOf, type Problem } from './ask.ts'
import { answered, meant, patched, type AnswerPatch } from './answered.ts'
import { useImportBatch } from './import-batch.ts'
import { fileNameOf, placeAll, type ChosenFile } from './placed-files.ts'
import { recordingWords } from './recording-words.ts'
import { rememberedRig } from './remembered-rig.ts'

const withoutEnding = (name: string): string => name.replace(/(\.[a-z0-9]{1,8}){1,2}$/i, '')

/** One import on its way: everything typed and drawn stays here until it is done or dropped. */
export const useImport = defineStore('import', () => {
  const batch = useImportBatch()
  const files = ref<ChosenFile[]>([])
  const format = ref<string | null>(null)
  const answers = ref<ImportAnswers>({})
  const inspection = shallowRef<Inspection | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const isReading = ref(false)
  /** files on their way to the host; null: none */
  const placing = ref<{ done: number; total: number } | null>(null)
  const { words, guessedWords, clearWords, guessWords, say } = recordingWords()
  const layout = shallowRef<DrawnLayout | null>(null)
  /** of the project that the import makes where none is open */
  const projectName = ref('')
  const step = ref(0)
  /** the last step opened so far */
  const reached = ref(0)
  const jobId = ref<number | null>(null)
  let asked = 0
  const { rig, remembered, recall, useRemembered, passRemembered, forget } = rememberedRig({ answers, inspection, layout, problem, look })

  watch(step, (now) => {
    reached.value = Math.max(reached.value, now)
  })

  /** with what the chosen array said: what an import would keep */
  const checked = computed((): Inspection | null => {
    const found = inspection.value,
      drawn = layout.value
    if (found === null || drawn === null) return found
    const own = found.warnings.filter(({ code }) => code !== 'no-positions' || drawn.positionsUm === null)
    return { ...found, warnings: [...own, ...drawn.warnings] }
  })

  const isEmpty = computed(() => files.value.length === 0)

  /** Starts over with nothing chosen. */
  function clear(): void {
    asked++
    files.value = []
    format.value = null
    answers.value = {}
    inspection.value = null
    problem.value = null
    isReading.value = false
    clearWords()
    layout.value = null
    projectName.value = ''
    step.value = 0
    reached.value = 0
    jobId.value = null
    forget()
  }

  /** Adds dropped or picked files, all of one recording, and looks into them. */
  async function addFiles(added: DroppedFile[]): Promise<void> {
    isReading.value = true
    problem.value = null
    try {
      const placed = await placeAll(added, (done) => {
        placing.value = { done, total: added.length }
      })
      placing.value = null
      if (await sorted(placed)) isReading.value = false
      else await addPaths(placed)
    } catch (failure) {
      problem.value = problemOf(failure)
      placing.value = null
      isReading.value = false
    }
  }

  /**
   * Takes regions, and positions where it has them, out of a layout file: it joins the recording's files.
   * @param set which of its columns is what
   */
  async function addLayoutPath(path: string, set: ImportAnswers): Promise<void> {
    const before = { files: files.value, layout: layout.value, answers: answers.value }
    layout.value = null
    answers.value = { ...answers.value, ...set }
    await addPaths([{ name: fileNameOf(path), path }])
    if (problem.value === null) return
    files.value = before.files
    layout.value = before.layout
    answers.value = before.answers
  }

  /** Several recordings at once go into a table of their own; says whether they did. */
  async function sorted(placed: ChosenFile[]): Promise<boolean> {
    const isTableOpen = batch.rows.length > 0 && batch.aside === null
    const isOne = files.value.length > 0 || (placed.length === 1 && placed[0]?.isFolder !== true)
    if (isOne && !isTableOpen) return false
    const { recordings } = await ask('import.sort', { files: placed.map(({ path }) => path) })
    if (!isTableOpen && recordings.filter(({ isRecognised }) => isRecognised).length < 2) return false
    await several(recordings)
    return true
  }

  /** Recordings go into the table; nobody waits until all are looked into. */
  async function several(recordings: Parameters<typeof batch.add>[0]): Promise<void> {
    const name = projectName.value
    clear()
    projectName.value = name
    void batch.add(recordings)
  }

  /** The chosen files as several recordings, where they are not one. */
  async function asSeveral(): Promise<void> {
    isReading.value = true
    try {
      const { recordings } = await ask('import.sort', { files: files.value.map(({ path }) => path) })
      await several(recordings)
    } catch (failure) {
      problem.value = problemOf(failure)
    }
    isReading.value = false
  }

  async function addPaths(added: ChosenFile[]): Promise<void> {
    const names = new Set(added.map((file) => file.name))
    files.value = [...files.value.filter((file) => !names.has(file.name)), ...added]
    await look()
  }

  const addHostPaths = (paths: string[]): Promise<void> => addPaths(paths.map((path) => ({ name: fileNameOf(path), path })))

  async function dropFile(name: string): Promise<void> {
    files.value = files.value.filter((file) => file.name !== name)
    await look()
  }

  /** Looks into the chosen files with the answers given so far; a late answer to an older question is dropped. */
  async function look(): Promise<void> {
    const question = ++asked
    problem.value = null
    if (isEmpty.value) {
      inspection.value = null
      isReading.value = false
      return
    }
    isReading.value = true
    try {
      const found = await ask('import.inspect', {
        files: files.value.map((file) => file.path),
        set: answers.value,
        ...(format.value === null ? {} : { format: format.value }),
      })
      if (question === asked) {
        if (inspection.value?.format !== found.format) void recall(found.format)
        keep(found)
      }
    } catch (failure) {
      // The last good look stays on the page, so that the setting at fault can be mended.
      if (question === asked) problem.value = problemOf(failure)
    }
    if (question === asked) isReading.value = false
  }

  function keep(found: Inspection): void {
    const before = inspection.value
    inspection.value = found
    if (words.name === '') words.name = withoutEnding(files.value[0]?.name ?? '')
    guessWords(files.value.map(({ name }) => name))
    if (projectName.value === '') projectName.value = words.name
    const sameChannels = before !== null && before.channelLabels.join('\n') === found.channelLabels.join('\n')
    if (sameChannels && layout.value !== null) return
    layout.value = drawnLayout({
      name: 'layout',
      regions: found.regions,
      regionOfChannel: found.regionOfChannel ?? new Int16Array(found.channels ?? 0).fill(-1),
    })
  }

  /** Reads the files as another format; answers belong to a format, so they start over. */
  async function chooseFormat(chosen: string): Promise<void> {
    format.value = chosen
    answers.value = {}
    remembered.value = []
    await look()
  }

  async function answer(name: string, value: string | number): Promise<void> {
    remembered.value = remembered.value.filter((other) => other !== name)
    await answerAll({ [name]: value })
  }

  async function answerAll(patch: AnswerPatch): Promise<void> {
    answers.value = patched(answers.value, patch)
    if (inspection.value) inspection.value = answered(inspection.value, patch)
    await look()
  }

  async function mean(word: string, meaning: EventMeaning): Promise<void> {
    if (inspection.value) inspection.value = meant(inspection.value, word, meaning)
    await answerAll(withMeaning(answers.value, { word, meaning }))
  }

  /** A file of events, intervals or positions joins the recording's files: as it is known, else as a table of events. */
  async function addEventsFile(file: File): Promise<void> {
    const before = { files: files.value, answers: answers.value, inspection: inspection.value }
    try {
      const path = await place(file)
      await addPaths([{ name: file.name, path }])
      if (problem.value === null && inspection.value?.behaviour) return
      await answerAll({ eventsFile: fileNameOf(path) })
    } catch (failure) {
      problem.value = problemOf(failure)
    }
    if (problem.value === null) return
    files.value = before.files
    answers.value = before.answers
    inspection.value = before.inspection
  }

  /** @returns the job that imports */
  async function run(): Promise<number> {
    problem.value = null
    const drawn = layout.value
    const started = await ask('import.run', {
      files: files.value.map((file) => file.path),
      set: answers.value,
      ...(format.value === null ? {} : { format: format.value }),
      name: words.name.trim(),
      subject: words.subject.trim(),
      condition: words.condition.trim(),
      recordedOn: words.recordedOn || null,
      layout: drawn !== null && (drawn.regions.length > 0 || drawn.positionsUm !== null) ? drawn : null,
    })
    jobId.value = started.jobId
    return started.jobId
  }

  return {
    files,
    format,
    answers,
    inspection,
    problem,
    isReading,
    placing,
    words,
    guessedWords,
    say,
    layout,
    projectName,
    step,
    reached,
    jobId,
    isEmpty,
    clear,
    addFiles,
    asSeveral,
    addLayoutPath,
    checked,
    addHostPaths,
    dropFile,
    look,
    rig,
    remembered,
    useRemembered,
    passRemembered,
    chooseFormat,
    answer,
    answerAll,
    mean,
    addEventsFile,
    run,
  }
})
