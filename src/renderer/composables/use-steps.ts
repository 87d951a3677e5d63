import { computed, type ComputedRef } from 'vue'
import type { JobKind } from '../../shared/domain/job.ts'
import { useEvaluations } from '../stores/evaluations.ts'
import { useAlignments } from '../stores/alignments.ts'
import { useJobs } from '../stores/jobs.ts'
import type { ViewName } from '../view-name.ts'
import { useProjects } from '../stores/projects.ts'
import { useRecordings } from '../stores/recordings.ts'

/** `waiting`: an earlier step comes first; `ready`: can be done now. */
export type StepState = 'waiting' | 'ready' | 'running' | 'done'
export type StepRow = { view: ViewName; state: StepState; percent: number | null }

/** The straight line from recording to figures, each step with how far it is. */
export function useSteps(): ComputedRef<StepRow[]> {
  const projects = useProjects(),
    recordings = useRecordings(),
    alignments = useAlignments(),
    evaluations = useEvaluations(),
    jobs = useJobs()

  return computed(() => {
    const project = projects.current
    const recordingCount = recordings.list.length

    function step(view: ViewName, kind: JobKind | null, made: number, needed: number): StepRow {
      const job = kind === null ? undefined : jobs.running.find((running) => running.kind === kind)
      if (job) return { view, state: 'running', percent: job.total > 0 ? Math.floor((100 * job.done) / job.total) : null }
      if (made > 0) return { view, state: 'done', percent: null }
      return { view, state: needed > 0 ? 'ready' : 'waiting', percent: null }
    }

    return [
      step('recording', 'import', recordingCount, project === null ? 0 : 1),
      step('snapshots', 'snapshots', project?.snapshotSetCount ?? 0, recordingCount),
      step('train', 'train', project?.modelRunCount ?? 0, project?.snapshotSetCount ?? 0),
      step('embedding', 'project', project?.projectionCount ?? 0, project?.modelRunCount ?? 0),
      step('alignment', 'align', alignments.all.length, project?.modelRunCount ?? 0),
      step('states', 'evaluate', evaluations.list.length, project?.snapshotSetCount ?? 0),
      step('figures', null, 0, recordingCount),
    ]
  })
}
