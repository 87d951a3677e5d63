import { Worker } from 'node:worker_threads'
import { compiledModule, type Variant } from './module.ts'
import { control, threadScratch, threadScratchBytes } from './fixed-part.ts'

/** Words of the control block, as indices of an Int32Array over the memory. */
const word = (bytes: number): number => (control + bytes) / 4
const arrived = word(0),
  passed = word(64),
  givenUp = word(128),
  order = word(192),
  from = word(196),
  end = word(200),
  done = word(256),
  ready = word(320)

/** A stretch of the list of instructions, in bytes. */
export type Stretch = { from: number; end: number }

export type Threads = {
  /** Walks a stretch on all threads; `poll` is called between blocks and ends the walk by throwing. */
  walk: (stretch: Stretch, poll: () => void) => void
  /** Walks with another number of threads from now on. @throws where they cannot be had */
  setCount: (count: number) => void
  close: () => void
}

type Walk = (thread: number, threads: number, control: number, scratch: number, from: number, end: number) => void

/**
 * Everything a further thread does, as text of its own: a bundle needs no second entry for it. It waits for an order, walks,
 * and tells that it is done. An order is a number of its own and, in its last five bits, for how many threads it is: both are
 * read at once, so that one who sits out cannot mistake the next order for this one. Order −1 ends it.
 */
const threadBody = `
const { workerData: { module, memory, thread, control, scratch, seen: before } } = require('node:worker_threads')
const { walk } = new WebAssembly.Instance(module, { env: { memory, abort() {} }, host: { poll() {} } }).exports
const words = new Int32Array(memory.buffer), word = (bytes) => (control + bytes) / 4
let seen = before
Atomics.add(words, word(320), 1)
Atomics.notify(words, word(320))
for (;;) {
  Atomics.wait(words, word(192), seen)
  seen = Atomics.load(words, word(192))
  if (seen < 0) break
  const threads = seen & 31
  if (thread >= threads) continue
  walk(thread, threads, control, scratch, words[word(196)], words[word(200)])
  Atomics.add(words, word(256), 1)
  Atomics.notify(words, word(256))
}
`

/** A thread that has not started after this long will not. */
const patienceMs = 20_000

/** Starts `count` threads, this one included. @throws where they cannot be had */
export function startThreads(module: WebAssembly.Module, memory: WebAssembly.Memory, count: number): Threads {
  const words = new Int32Array(memory.buffer)
  let ask: () => void = () => undefined
  const imports = { env: { memory, abort: () => undefined }, host: { poll: () => ask() } }
  const { walk } = new WebAssembly.Instance(module, imports).exports as unknown as { walk: Walk }
  const scratchOf = (thread: number): number => threadScratch + thread * threadScratchBytes
  const workers: Worker[] = []
  let walking = 1
  const close = (): void => {
    Atomics.store(words, order, -1)
    Atomics.notify(words, order)
    for (const worker of workers) void worker.terminate()
  }
  const setCount = (wanted: number): void => {
    while (workers.length < wanted - 1) {
      const thread = workers.length + 1
      const worker = new Worker(threadBody, {
        eval: true,
        workerData: { module, memory, thread, control, scratch: scratchOf(thread), seen: Atomics.load(words, order) },
      })
      worker.unref()
      workers.push(worker)
    }
    if (!hasReached(words, ready, workers.length)) {
      close()
      throw new Error('the engine’s threads do not start')
    }
    walking = wanted
  }
  setCount(count)
  return {
    walk: (stretch, poll) => {
      ask = poll
      words[from] = stretch.from
      words[end] = stretch.end
      for (const index of [arrived, givenUp, done]) Atomics.store(words, index, 0)
      Atomics.store(words, order, nextOrder(Atomics.load(words, order), walking))
      Atomics.notify(words, order)
      try {
        walk(0, walking, control, scratchOf(0), stretch.from, stretch.end)
      } catch (problem) {
        Atomics.store(words, givenUp, 1)
        Atomics.notify(words, passed)
        throw problem
      } finally {
        hasReached(words, done, walking - 1)
      }
    },
    setCount,
    close,
  }
}

const nextOrder = (before: number, threads: number): number => ((((before >>> 5) + 1) << 5) & 0x7fffffff) | threads

/** Whether this machine compiles the module and shares memory between threads. */
export function canStart(variant: Variant): boolean {
  try {
    compiledModule(variant)
    return new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer instanceof SharedArrayBuffer
  } catch {
    return false
  }
}

/** Waits until a word counts `wanted`. */
function hasReached(words: Int32Array, index: number, wanted: number): boolean {
  for (let spins = 0; spins < 20_000; spins++) if (Atomics.load(words, index) >= wanted) return true
  const until = performance.now() + patienceMs
  for (let now = Atomics.load(words, index); now < wanted; now = Atomics.load(words, index)) {
    if (performance.now() > until) return false
    Atomics.wait(words, index, now, 100)
  }
  return true
}
