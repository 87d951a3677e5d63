import { CodedError, fail, type ErrorCode } from '../../shared/contract/errors.ts'
import { keepThread, takeThread } from './kept-threads.ts'
import type { StepNotice } from './step.ts'
import type { StepInput, StepKind, StepResult, ThreadData, ThreadMessage } from './thread.ts'

/** A thread that does not answer a stop within this time is ended from outside. */
const patienceMs = 800

/** A damaged file can send a library round for ever: a step that reads files and gives no sign of life for so long is ended. */
const stuckAfterMs = 30_000

/**
 * Runs a long step in a thread, which has no other meanwhile.
 * @param options.handedOver memory of the input that the thread gets instead of a copy; it is empty here afterwards
 * @throws what the step or `onNotice` threw; import/stuck where files are read and no sign of life comes; jobs/cancelled once `signal` is aborted; jobs/thread-ended when the thread died
 */
export function runInThread<Kind extends StepKind>(
  kind: Kind,
  input: StepInput<Kind>,
  options: { signal?: AbortSignal; onNotice?: (notice: StepNotice) => void; stuckMs?: number; handedOver?: ArrayBuffer[] } = {},
): Promise<StepResult<Kind>> {
  const { signal, onNotice, handedOver = [] } = options
  const control = new SharedArrayBuffer(8)
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(fail('jobs/cancelled', {}))
    // A thread that is ended while a graphics card owes it an answer takes the whole program with it (Dawn aborts): such a step
    // is left to end by itself, after the epoch it is in.
    let endsItself = kind === 'selfcheck'
    let hadCard = false
    const worker = takeThread()
    const stop = (): void => {
      Atomics.store(new Int32Array(control), 0, 1)
      setTimeout(() => isSettled || endsItself || void worker.terminate(), patienceMs).unref()
    }
    signal?.addEventListener('abort', stop, { once: true })
    const watch =
      kind === 'inspect' || kind === 'inspectBeside' || kind === 'sort' || kind === 'import'
        ? watchFor(control, options.stuckMs ?? stuckAfterMs)
        : null
    let isSettled = false
    const settle = (finish: () => void, heldBytes: number | null = null): void => {
      isSettled = true
      watch?.end()
      worker.removeAllListeners('message')
      signal?.removeEventListener('abort', stop)
      finish()
      if (heldBytes === null) void worker.terminate()
      else keepThread(worker, heldBytes)
    }
    watch?.onStuck((seconds) => settle(() => reject(fail('import/stuck', { seconds }))))
    worker.on('message', (message: ThreadMessage) => {
      if ('notice' in message) {
        const notice = message.notice as StepNotice
        if (notice.kind === 'card') {
          endsItself = notice.isAtWork
          hadCard = true
          return
        }
        if (signal?.aborted) return
        // What the caller does with a notice can fail, on a full disk for one: that ends the step.
        try {
          onNotice?.(notice)
        } catch (problem) {
          settle(() => reject(problem))
        }
      } else if ('result' in message) {
        // after a card or a failure nobody knows what the thread is left in
        settle(() => resolve(message.result as StepResult<Kind>), hadCard ? null : message.heldBytes)
      } else if ('coded' in message) settle(() => reject(new CodedError(message.coded.code as ErrorCode, message.coded.details)))
      else settle(() => reject(new Error(message.problem)))
    })
    worker.on('error', (problem) => settle(() => reject(problem)))
    worker.on('exit', (exitCode) => {
      watch?.end()
      reject(signal?.aborted ? fail('jobs/cancelled', {}) : fail('jobs/thread-ended', { exitCode }))
    })
    try {
      worker.postMessage({ kind, input, control } satisfies ThreadData, handedOver)
    } catch (problem) {
      settle(() => reject(problem))
    }
  })
}

/** Looks again and again whether the thread's count of signs of life still grows. Looks are counted, since a computer may sleep. */
function watchFor(control: SharedArrayBuffer, stuckMs: number): { onStuck: (tell: (seconds: number) => void) => void; end: () => void } {
  const looks = 20
  const counts = new Int32Array(control)
  let last = -1
  let unchanged = 0
  let timer: NodeJS.Timeout | undefined
  const end = (): void => clearInterval(timer)
  return {
    end,
    onStuck(tell) {
      timer = setInterval(() => {
        const count = Atomics.load(counts, 1)
        unchanged = count === last ? unchanged + 1 : 0
        last = count
        if (unchanged < looks) return
        end()
        tell(Math.round(stuckMs / 1000))
      }, stuckMs / looks).unref()
    },
  }
}
