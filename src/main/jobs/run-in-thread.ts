import { Worker } from 'node:worker_threads'
import { CodedError, fail, type ErrorCode } from '../../shared/contract/errors.ts'
import type { StepNotice } from './step.ts'
import type { StepInput, StepKind, StepResult, ThreadData, ThreadMessage } from './thread.ts'

// Beside this file: as source under Node, as thread.js beside the bundle in Electron.
const threadUrl = new URL(`./thread.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url)

/** A thread that does not answer a stop within this time is ended from outside. */
const patienceMs = 800

/**
 * Runs a long step in a thread of its own.
 * @throws what the step or `onNotice` threw; jobs/cancelled once `signal` is aborted; jobs/thread-ended when the thread died
 */
export function runInThread<Kind extends StepKind>(
  kind: Kind,
  input: StepInput<Kind>,
  options: { signal?: AbortSignal; onNotice?: (notice: StepNotice) => void } = {},
): Promise<StepResult<Kind>> {
  const { signal, onNotice } = options
  const control = new SharedArrayBuffer(4)
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(fail('jobs/cancelled', {}))
    // A thread that is ended while a graphics card owes it an answer takes the whole program with it (Dawn aborts): such a step
    // is left to end by itself, after the epoch it is in.
    let endsItself = kind === 'selfcheck'
    const worker = new Worker(threadUrl, { workerData: { kind, input, control } satisfies ThreadData })
    const stop = (): void => {
      Atomics.store(new Int32Array(control), 0, 1)
      setTimeout(() => endsItself || void worker.terminate(), patienceMs).unref()
    }
    signal?.addEventListener('abort', stop, { once: true })
    const settle = (finish: () => void): void => {
      worker.removeAllListeners('message')
      signal?.removeEventListener('abort', stop)
      finish()
      void worker.terminate()
    }
    worker.on('message', (message: ThreadMessage) => {
      if ('notice' in message) {
        const notice = message.notice as StepNotice
        if (notice.kind === 'card') {
          endsItself = notice.isAtWork
          return
        }
        if (signal?.aborted) return
        // What the caller does with a notice can fail, on a full disk for one: that ends the step.
        try {
          onNotice?.(notice)
        } catch (problem) {
          settle(() => reject(problem))
        }
      } else if ('result' in message) settle(() => resolve(message.result as StepResult<Kind>))
      else if ('coded' in message) settle(() => reject(new CodedError(message.coded.code as ErrorCode, message.coded.details)))
      else settle(() => reject(new Error(message.problem)))
    })
    worker.on('error', (problem) => settle(() => reject(problem)))
    worker.on('exit', (exitCode) => reject(signal?.aborted ? fail('jobs/cancelled', {}) : fail('jobs/thread-ended', { exitCode })))
  })
}
