import type { Program, Tensor, TensorArray, TensorType, View } from '../program.ts'
import { bytesOf, planMemory } from '../plan.ts'

/** What kernels work on: an array per tensor, the run's scalars, and buffers they may use for one instruction. */
export type Memory = {
  readonly arrays: readonly TensorArray[]
  readonly scalars: Record<string, number>
  /** At least `length` numbers with whatever was in them; two uses within one instruction take two names. */
  readonly scratch: (name: string, length: number) => Float64Array
}

/** A kernel computes one instruction; `from` is never written, except where the same view stands in `to`. */
export type Kernel<I> = (instruction: I, memory: Memory) => void

function arrayOf(type: TensorType, length: number, buffer = new ArrayBuffer(length * bytesOf[type]), offset = 0): TensorArray {
  if (type === 'float32') return new Float32Array(buffer, offset, length)
  if (type === 'float64') return new Float64Array(buffer, offset, length)
  return type === 'uint32' ? new Uint32Array(buffer, offset, length) : new Uint16Array(buffer, offset, length)
}

/** Memory for a program. Inputs with an entry in `inputs`, by name, are used where they lie; all else starts at zero. */
export function createMemory(program: Program, inputs: Readonly<Record<string, TensorArray>>): Memory {
  const { offsets, arenaBytes } = planMemory(program),
    arena = new ArrayBuffer(arenaBytes)
  const place = (tensor: Tensor): TensorArray => {
    const given = tensor.role === 'input' ? inputs[tensor.name] : undefined
    if (given !== undefined) {
      if (given.length !== tensor.length) throw new Error(`program: input ${tensor.name} has ${given.length} numbers, not ${tensor.length}`)
      return given
    }
    const offset = offsets.get(tensor)
    if (offset !== undefined) return arrayOf(tensor.type, tensor.length, arena, offset)
    return arrayOf(tensor.type, tensor.role === 'value' ? 0 : tensor.length)
  }
  const buffers = new Map<string, Float64Array>()
  const scratch = (name: string, length: number): Float64Array => {
    let buffer = buffers.get(name)
    if (buffer === undefined || buffer.length < length) buffers.set(name, (buffer = new Float64Array(length)))
    return buffer
  }
  return { arrays: program.tensors.map(place), scalars: {}, scratch }
}

/** The array a float32 view lies in. */
export const floatsOf = (memory: Memory, view: View): Float32Array => memory.arrays[view.tensor.id] as Float32Array

/** The array a float64 view lies in. */
export const doublesOf = (memory: Memory, view: View): Float64Array => memory.arrays[view.tensor.id] as Float64Array

/** A run's scalar. */
export function scalarOf(memory: Memory, name: string): number {
  const value = memory.scalars[name]
  if (value === undefined) throw new Error(`program: scalar ${name} is not given`)
  return value
}
