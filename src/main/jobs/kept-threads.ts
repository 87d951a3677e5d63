import { Worker } from 'node:worker_threads'

// Beside this file: as source under Node, as thread.js beside the bundle in Electron.
const threadUrl = new URL(`./thread.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url)

/** Idle threads are let go after this time, and with them the memory that their last step left behind. */
const keptMs = 10_000
const keptAtMost = 2
/** A thread that holds more than this after its step is let go at once: many spikes were in it, or a large file's reader. */
const mostHeldBytes = 256 * 1024 * 1024

const idle: { worker: Worker; timer: NodeJS.Timeout }[] = []

/**
 * A thread that waits for its step: one that was kept, else a new one, whose start takes a third of a second: a preview that
 * follows a slider feels it.
 */
export function takeThread(): Worker {
  const kept = idle.pop()
  if (!kept) return new Worker(threadUrl)
  clearTimeout(kept.timer)
  forsake(kept.worker)
  kept.worker.ref()
  return kept.worker
}

/** Keeps a thread that ended its step well, for a while; an idle thread holds no program open. */
export function keepThread(worker: Worker, heldBytes: number): void {
  forsake(worker)
  if (heldBytes > mostHeldBytes || idle.length >= keptAtMost) return void worker.terminate()
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
