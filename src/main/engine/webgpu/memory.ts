import { bytesOf, planMemory } from '../plan.ts'
import type { Program, Tensor, TensorArray, View } from '../program.ts'
import type { Dispatch, Place } from './shader.ts'

/** What kernels may ask for while a program's dispatches are written down. */
export type Memory = {
  /** Room for sums of one instruction, [rowCount, columnCount]; what was in it before is unknown. */
  readonly scratch: (rowCount: number, columnCount: number) => View
  /** An input of whole numbers, as it was given. */
  readonly integers: (view: View) => TensorArray
  /** Whole numbers that depend on inputs alone, as a view of one row; made once. */
  readonly constant: (key: string, make: () => Uint32Array) => View
}

/** A kernel gives the dispatches that compute one instruction, in order. */
export type Kernel<I> = (instruction: I, memory: Memory) => Dispatch[]

/** Memory laid out: where everything lies, and what must be uploaded before the first run. Lengths in 32-bit words. */
export type Layout = Memory & {
  readonly placeOf: (view: View) => Place
  readonly beginInstruction: () => void
  readonly lengths: () => { numbers: number; scratch: number; inputs: number; graph: number }
  /** arrays of inputs and constants with their first byte */
  readonly uploads: () => { space: 'inputs' | 'graph'; byte: number; array: TensorArray }[]
}

const aligned = (words: number): number => Math.ceil(words / 64) * 64
const pseudoTensor = (name: string): Tensor => ({ id: -1, name, shape: {}, length: 0, role: 'value', type: 'float32' })

/**
 * Lays a program out in four buffers: the planned arena with everything that lives between runs; float inputs; graphs
 * (16-bit columns as they lie, two a word) with constants made of them; scratch. float64 tensors hold float32 here.
 */
export function layOut(program: Program, given: Readonly<Record<string, TensorArray>>): Layout {
  const { offsets, arenaBytes } = planMemory(program),
    places = new Map<Tensor, Place>(),
    arrays = new Map<Tensor, TensorArray>()
  const uploads: ReturnType<Layout['uploads']> = []
  let numbers = aligned(arenaBytes / 4),
    inputs = 0,
    graph = 0
  for (const tensor of program.tensors) {
    const isFloat = tensor.type === 'float32' || tensor.type === 'float64',
      offset = offsets.get(tensor)
    if (tensor.role === 'value') {
      if (offset !== undefined) places.set(tensor, { space: 'numbers', at: offset / 4 })
    } else if (tensor.role !== 'input') {
      places.set(tensor, { space: 'numbers', at: numbers })
      numbers += aligned(tensor.length)
    } else {
      const space = isFloat ? 'inputs' : 'graph',
        word = isFloat ? inputs : graph,
        words = aligned(Math.ceil((tensor.length * (isFloat ? 4 : bytesOf[tensor.type])) / 4))
      places.set(tensor, { space, at: tensor.type === 'uint16' ? 2 * word : word })
      const array = given[tensor.name]
      if (array !== undefined) {
        if (array.length !== tensor.length)
          throw new Error(`program: input ${tensor.name} has ${array.length} numbers, not ${tensor.length}`)
        uploads.push({ space, byte: 4 * word, array })
        arrays.set(tensor, array)
      }
      if (isFloat) inputs += words
      else graph += words
    }
  }

  const scratchTensor = pseudoTensor('scratch'),
    constantTensor = pseudoTensor('constants'),
    constants = new Map<string, View>()
  places.set(scratchTensor, { space: 'scratch', at: 0 })
  places.set(constantTensor, { space: 'graph', at: 0 })
  let scratchUsed = 0,
    scratch = 0
  return {
    placeOf: (view) => {
      const place = places.get(view.tensor)
      if (place === undefined) throw new Error(`program: ${view.tensor.name} has no place in memory`)
      return { space: place.space, at: place.at + view.offset }
    },
    beginInstruction: () => {
      scratchUsed = 0
    },
    scratch: (rowCount, columnCount) => {
      const offset = scratchUsed
      scratchUsed += aligned(rowCount * columnCount)
      scratch = Math.max(scratch, scratchUsed)
      return { tensor: scratchTensor, offset, rowCount, columnCount, stride: columnCount }
    },
    integers: (view) => {
      const array = arrays.get(view.tensor)
      if (array === undefined) throw new Error(`program: ${view.tensor.name} is no input that was given`)
      return array
    },
    constant: (key, make) => {
      let view = constants.get(key)
      if (view === undefined) {
        const array = make()
        view = { tensor: constantTensor, offset: graph, rowCount: 1, columnCount: array.length, stride: array.length }
        constants.set(key, view)
        uploads.push({ space: 'graph', byte: 4 * graph, array })
        graph += aligned(array.length)
      }
      return view
    },
    lengths: () => ({ numbers, scratch, inputs, graph }),
    uploads: () => uploads,
  }
}
