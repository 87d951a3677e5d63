import { useI18n } from 'vue-i18n'
import { problemOf } from '../stores/ask.ts'
import { useImport } from '../stores/import.ts'
import { useImportBatch } from '../stores/import-batch.ts'
import { useJobs } from '../stores/jobs.ts'
import { usePage } from '../stores/page.ts'
import { useProjects } from '../stores/projects.ts'
import { useRecordings } from '../stores/recordings.ts'
import { useToasts } from '../stores/toasts.ts'

/**
 * Imports what the wizard holds, into the open project or a new one, and goes to the recording; one of several goes back to
 * their table. Whatever goes wrong, what was typed stays, and the wizard is at `checkStep` again.
 */
export function useImportRun({ runStep, checkStep }: { runStep: number; checkStep: number }) {
  const { t } = useI18n()
  const batch = useImportBatch(),
    draft = useImport(),
    projects = useProjects(),
    recordings = useRecordings(),
    jobs = useJobs(),
    page = usePage(),
    toasts = useToasts()

  async function run(): Promise<void> {
    draft.step = runStep
    try {
      if (projects.current === null) await projects.create(draft.projectName.trim())
      const ended = await jobs.ended(await draft.run())
      if (ended.state === 'done' && ended.subjectId !== null) await finish(ended.subjectId)
      else if (ended.error) draft.problem = ended.error
      else toasts.say(t('import.run.cancelled'))
    } catch (problem) {
      draft.problem = problemOf(problem)
    }
    draft.jobId = null
    if (draft.step === runStep) draft.step = checkStep
  }

  async function finish(recordingId: number): Promise<void> {
    const name = draft.words.name
    await Promise.all([projects.load(), recordings.load()])
    await recordings.choose(recordingId)
    const isOneOfSeveral = batch.aside !== null && batch.rows.length > 0
    draft.clear()
    if (isOneOfSeveral) void batch.cameBack(recordingId)
    else if (page.view === 'import') page.go('recording')
    toasts.say(t('import.run.done', { name }), () => (isOneOfSeveral ? batch.undo([recordingId]) : recordings.remove(recordingId)))
  }

  async function cancel(): Promise<void> {
    if (draft.jobId === null) return
    try {
      await jobs.cancel(draft.jobId)
    } catch (problem) {
      draft.problem = problemOf(problem)
    }
  }

  return { run, cancel }
}
