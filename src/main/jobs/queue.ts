import { availableParallelism } from 'node:os'
import { fail } from '../../shared/contract/errors.ts'

type Waiting = { id: number; work: (signal: AbortSignal) => Promise<void> }

/** Runs long steps, as many at a time as the machine has cores to spare; the others wait in order. */
export class JobQueue {
  readonly limit = Math.max(1, availableParallelism() - 1)
  readonly #waiting: Waiting[] = []
  readonly #running = new Map<number, { controller: AbortController; ended: Promise<void> }>()
  /** of jobs that have not ended */
  readonly #ends = new Map<number, PromiseWithResolvers<void>>()

  /** @param work never rejects: it keeps its own failure */
  add(id: number, work: (signal: AbortSignal) => Promise<void>): void {
    this.#ends.set(id, Promise.withResolvers())
    this.#waiting.push({ id, work })
    this.#startNext()
  }

  /** Waits until a job has ended, whichever way; at once where it has. */
  async ended(id: number): Promise<void> {
    await this.#ends.get(id)?.promise
  }

  /** Asks a job to stop and waits until it has; `reason` is the signal's. */
  async stop(id: number, reason: StopReason): Promise<void> {
    const running = this.#running.get(id)
    if (running) {
      running.controller.abort(reason)
      return running.ended
    }
    const at = this.#waiting.findIndex((one) => one.id === id)
    const [waiting] = at >= 0 ? this.#waiting.splice(at, 1) : []
    if (!waiting) return
    await waiting.work(AbortSignal.abort(reason))
    this.#end(id)
  }

  async stopAll(reason: StopReason): Promise<void> {
    // what ends may have been waited for by somebody who begins the next
    while (this.#waiting.length + this.#running.size > 0) {
      const ids = [...this.#waiting.map(({ id }) => id), ...this.#running.keys()]
      await Promise.all(ids.map((id) => this.stop(id, reason)))
    }
  }

  #startNext(): void {
    if (this.#running.size >= this.limit) return
    const next = this.#waiting.shift()
    if (!next) return
    const controller = new AbortController()
    const ended = next.work(controller.signal).finally(() => {
      this.#running.delete(next.id)
      this.#end(next.id)
      this.#startNext()
    })
    this.#running.set(next.id, { controller, ended })
  }

  #end(id: number): void {
    this.#ends.get(id)?.resolve()
    this.#ends.delete(id)
  }
}

export type StopReason = 'cancelled' | 'paused' | 'interrupted'

/** Why a signal was aborted, when it was. */
export function stopReason(signal: AbortSignal): StopReason {
  const reason: unknown = signal.reason
  if (reason === 'cancelled' || reason === 'paused' || reason === 'interrupted') return reason
  throw fail('jobs/cancelled', {})
}
