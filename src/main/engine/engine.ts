import type { Program, Section, TensorArray, View } from './program.ts'

/** A program with memory, ready to run. */
export type Machine = {
  /**
   * Runs sections in order. `interrupt` is called before every instruction and ends the run by throwing; every tensor that
   * is not an input may then hold anything.
   * @param scalars the numbers that the program's instructions ask for by name
   */
  run: (sections: readonly Section[], scalars: Readonly<Record<string, number>>, interrupt?: () => void) => void
  /** A copy of a view's numbers, row by row. Only inputs, parameters and kept tensors hold between runs. */
  read: (view: View) => Float32Array | Float64Array
  /** Sets a view's numbers, row by row. */
  write: (view: View, values: ArrayLike<number>) => void
  /** threads that run it; one where it is absent */
  readonly threadCount?: number
  /** Goes on with another number of threads; absent where they are not ours to set. */
  setThreadCount?: (count: number) => void
  /** Ends the machine's threads and lets its memory go; absent where there is nothing to end. The machine is of no use afterwards. */
  close?: () => void
}

/**
 * A stack of symmetric matrices of numbers in [−1, 1], of which the program reads the absolute values: per matrix the upper
 * triangle by rows without the diagonal, in 16-bit fixed point (value/32767). The diagonal is 1, and so are `onesCount` more
 * rows and columns at the end.
 */
export type SymmetricMatrices = { readonly halves: readonly Int16Array[]; readonly size: number; readonly onesCount: number }

/** Runs programs and knows nothing of what they mean. */
export type Engine = {
  readonly name: string
  /** whether inputs may be handed in as halves of symmetric matrices: an eighth of the memory */
  readonly takesSymmetric?: boolean
  /**
   * @param inputs by tensor name; not copied, so they must stay as they are while the machine is used
   * @param symmetric further inputs by tensor name, [matrix, row, column]; the program takes products of them only
   */
  prepare: (
    program: Program,
    inputs: Readonly<Record<string, TensorArray>>,
    symmetric?: Readonly<Record<string, SymmetricMatrices>>,
  ) => Machine
}

/** A machine that may answer later, as a graphics card does; calls take effect in the order they are made. */
export type AwaitedMachine = Pick<Machine, 'write' | 'close' | 'threadCount' | 'setThreadCount'> & {
  run: (...args: Parameters<Machine['run']>) => void | Promise<void>
  read: (view: View) => ReturnType<Machine['read']> | Promise<ReturnType<Machine['read']>>
}

/** An engine, or one whose machines answer later. */
export type AwaitedEngine = Pick<Engine, 'name' | 'takesSymmetric'> & {
  prepare: (...args: Parameters<Engine['prepare']>) => AwaitedMachine | Promise<AwaitedMachine>
}
