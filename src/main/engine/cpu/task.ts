import { control, firstFree } from './fixed-part.ts'
import { compiledModule, type Target } from './module.ts'
import { startThreads, type Threads } from './threads.ts'

const pageBytes = 65_536
/** Where the counters lie from which threads take their pieces of work, 64 bytes apart. */
const deal = control + 1024
export const planWords = 4096

/** Threads over one shared memory that walk a module of science's loops. */
export type Crew = { memory: WebAssembly.Memory; walk: Threads['walk']; close: () => void }

/** @throws where this machine does not run the module */
export function startCrew(target: Target, threadCount: number): Crew {
  const memory = new WebAssembly.Memory({ initial: 16, maximum: pageBytes, shared: true }),
    { walk, close } = startThreads(compiledModule(target), memory, threadCount)
  return { memory, walk, close }
}

/** Memory of one task from the bottom up, and its plan: 32-bit words that tell the kernels what is where. */
export class Task {
  readonly #memory: WebAssembly.Memory
  readonly #walk: Threads['walk']
  #end = firstFree + 4 * planWords

  constructor({ memory, walk }: Crew) {
    this.#memory = memory
    this.#walk = walk
  }

  place(bytes: number): number {
    const address = this.#end
    this.#end = Math.ceil((address + bytes) / 64) * 64
    const missing = this.#end - this.#memory.buffer.byteLength
    if (missing > 0) this.#memory.grow(Math.ceil(missing / pageBytes))
    return address
  }

  /** Places an array and writes it. */
  put(values: Int32Array | Float64Array | Float32Array): number {
    const address = this.place(values.byteLength + 16)
    if (values instanceof Int32Array) this.ints(address, values.length).set(values)
    else if (values instanceof Float32Array) this.floats(address, values.length).set(values)
    else this.doubles(address, values.length).set(values)
    return address
  }

  ints(address: number, length: number): Int32Array {
    return new Int32Array(this.#memory.buffer, address, length)
  }
  floats(address: number, length: number): Float32Array {
    return new Float32Array(this.#memory.buffer, address, length)
  }
  doubles(address: number, length: number): Float64Array {
    return new Float64Array(this.#memory.buffer, address, length)
  }

  /** Words of the plan from `at`: whole numbers as they are, or as float32. */
  plan(at: number, words: readonly number[], as: 'whole' | 'real' = 'whole'): void {
    const address = firstFree + 4 * at
    if (as === 'whole') new Uint32Array(this.#memory.buffer, address, words.length).set(words)
    else this.floats(address, words.length).set(words)
  }

  run(task: number, interrupt: () => void): void {
    this.ints(deal, 48).fill(0)
    this.#walk({ from: firstFree, end: task }, interrupt)
  }
}
