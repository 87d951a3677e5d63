import { Worker } from 'node:worker_threads'
import type { StepKind } from './thread.ts'

// Beside this file: as source under Node, as thread.js beside the bundle in Electron.
const threadUrl = new URL(`./thread.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url)

/** Idle threads are let go after this time, and with them the memory that their last step left behind. */
const keptMs = 10_000
const keptAtMost = 2

/**
 * After these steps a thread waits for the next one: a start takes it a third of a second, which a preview that follows a
 * slider feels. The others are few and long, and may leave much memory behind.
 */
const leavesLittle: ReadonlySet<StepKind> = new Set(['inspect', 'inspectBeside', 'sort', 'snapshots', 'train', 'align', 'cohort', 'draw'])

const idle: { worker: Worker; timer: NodeJS.Timeout }[] = []

/** A thread that waits for its step: one that was kept, else a new one. */
export function takeThread(): Worker {
  const kept = idle.pop()
  if (!kept) return new Worker(threadUrl)
  clearTimeout(kept.timer)
  forsake(kept.worker)
  kept.worker.ref()
  return kept.worker
}

/** Keeps a thread that ended its step well, for a while; an idle thread holds no program open. */
export function keepThread(worker: Worker, kind: StepKind): void {
  forsake(worker)
  if (!leavesLittle.has(kind) || idle.length >= keptAtMost) return void worker.terminate()
  const forget = (): void => {
    const at = idle.findIndex((kept) => kept.worker === worker)
    if (at >= 0) idle.splice(at, 1)
  }
  worker.on('error', forget)
  worker.on('exit', forget)
  worker.unref()
  const timer = setTimeout(() => {
    forget()
    void worker.terminate()
  }, keptMs).unref()
  idle.push({ worker, timer })
}

/** Not all at once: Node listens to a worker itself. */
function forsake(worker: Worker): void {
  for (const event of ['message', 'error', 'exit']) worker.removeAllListeners(event)
}
