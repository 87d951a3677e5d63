import { getHeapStatistics } from 'node:v8'
import { parentPort } from 'node:worker_threads'
import { CodedError, fail } from '../../shared/contract/errors.ts'
import type { Step, StepNotice } from './step.ts'

/** Bodies of the long steps, loaded only in the thread that runs them. */
const steps = {
  import: async () => (await import('./import.ts')).importRecording,
  sort: async () => (await import('./inspect.ts')).sortFiles,
  inspectBeside: async () => (await import('./inspect.ts')).inspectBeside,
  inspect: async () => (await import('./inspect.ts')).inspectFiles,
  snapshots: async () => (await import('./snapshots.ts')).makeSnapshots,
  train: async () => (await import('./train.ts')).train,
  project: async () => (await import('./project.ts')).project,
  cohort: async () => (await import('./cohort.ts')).testCohort,
  align: async () => (await import('./align.ts')).align,
  evaluate: async () => (await import('./evaluate.ts')).evaluate,
  export: async () => (await import('./export.ts')).writeExport,
  draw: async () => (await import('./draw.ts')).draw,
  simulate: async () => (await import('./simulate.ts')).simulate,
  benchSnapshots: async () => (await import('./bench-snapshots.ts')).benchSnapshots,
  benchProjection: async () => (await import('./bench-projection.ts')).benchProjection,
  bench: async () => (await import('./bench.ts')).bench,
  selfcheck: async () => (await import('./selfcheck.ts')).runSelfcheck,
} as const

export type StepKind = keyof typeof steps
type Body<Kind extends StepKind> = Awaited<ReturnType<(typeof steps)[Kind]>>
export type StepInput<Kind extends StepKind> = Parameters<Body<Kind>>[0]
export type StepResult<Kind extends StepKind> =
  ReturnType<Body<Kind>> extends Generator<unknown, infer Result> | AsyncGenerator<unknown, infer Result> ? Result : never

export type ThreadData = { kind: StepKind; input: unknown; control: SharedArrayBuffer }
export type ThreadMessage =
  | { notice: unknown }
  | { result: unknown; heldBytes: number }
  | { coded: { code: string; details: Record<string, unknown> } }
  | { problem: string }

// One step at a time: the next one is sent when this one has ended.
parentPort?.on('message', (begun: ThreadData) => void work(begun, (message, moved = []) => parentPort?.postMessage(message, moved)))

async function work({ kind, input, control }: ThreadData, tell: (message: ThreadMessage, moved?: ArrayBuffer[]) => void): Promise<void> {
  const stop = new Int32Array(control)
  const interrupt = (): void => {
    Atomics.add(stop, 1, 1)
    if (Atomics.load(stop, 0) !== 0) throw fail('jobs/cancelled', {})
  }
  try {
    const body = (await steps[kind]()) as unknown as Step<unknown, unknown>
    const stepper = body(input, interrupt)
    const isNews = newsOnly()
    try {
      for (;;) {
        interrupt()
        const { value, done } = await stepper.next()
        if (done) return tell({ result: value, heldBytes: heldBytes() }, kind === 'import' ? buffersIn(value) : [])
        if (isNews(value)) tell({ notice: value })
      }
    } finally {
      // A step that is stopped between two yields still cleans up after itself.
      await stepper.return(undefined)
    }
  } catch (problem) {
    if (problem instanceof CodedError) tell({ coded: { code: problem.code, details: problem.details } })
    else tell({ problem: problem instanceof Error ? (problem.stack ?? problem.message) : String(problem) })
  }
}

/** Memory of this thread alone, with what nothing needs any more and the collector has not yet found. */
function heldBytes(): number {
  const { total_heap_size: heap, external_memory: outside } = getHeapStatistics()
  return heap + outside
}

/** Progress is told twenty times a second at most, and whenever a phase begins or ends; everything else is news. */
function newsOnly(): (notice: unknown) => boolean {
  let last = { phase: '', toldMs: -Infinity }
  return (given) => {
    const notice = given as StepNotice
    if (notice.kind !== 'progress') return true
    const now = performance.now()
    if (notice.phase === last.phase && notice.done < notice.total && now - last.toldMs < 50) return false
    last = { phase: notice.phase, toldMs: now }
    return true
  }
}

/** The memory of a recording's arrays: it is handed over, not copied, since it may be most of what there is. */
function buffersIn(result: unknown): ArrayBuffer[] {
  const arrays = Object.values(result as object).filter((value): value is ArrayBufferView<ArrayBuffer> => ArrayBuffer.isView(value))
  return [...new Set(arrays.map(({ buffer }) => buffer))]
}
