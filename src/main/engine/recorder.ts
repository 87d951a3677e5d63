import {
  demand,
  wholeOf,
  type Instruction,
  type Part,
  type Program,
  type Section,
  type Tensor,
  type TensorRole,
  type TensorType,
  type View,
} from './program.ts'

/** Writes a program down: operations declare tensors on it, record instructions and leave their adjoints for later. */
export type Recorder = {
  /** A new tensor as one matrix view; its last dimension gives the columns. */
  tensor: (name: string, shape: Record<string, number>, role?: TensorRole, type?: TensorType) => View
  /** The parameters as one flat tensor of named parts, [1, count]. */
  parameters: (count: number, parts: readonly Part[]) => View
  record: <I extends Instruction>(instruction: I) => void
  /** What is recorded when the backward section is written; adjoints run in the opposite order. */
  adjoint: (write: () => void) => void
  /** The same block of the tensor's gradient, which starts at zero and is only ever added to; null for inputs.
   *  It can be read after the run for parameters only. */
  gradient: (view: View) => View | null
  /**
   * Instructions that belong to no moment of the backward pass, weight gradients above all: calls with one key whose
   * views are neighbouring row blocks become one call over all rows, at the end.
   */
  atEnd: (key: string, views: readonly View[], write: (views: readonly View[]) => void) => void
  /** Begins the backward section and writes all adjoints. */
  writeBackward: () => void
  /** Begins the update section. */
  beginUpdate: () => void
  finish: () => Program
}

/** One row block, when b's rows follow a's in the same columns; null otherwise. */
function joined(a: View, b: View): View | null {
  if (a.tensor !== b.tensor || a.stride !== b.stride || a.columnCount !== b.columnCount) return null
  return b.offset === a.offset + a.rowCount * a.stride ? { ...a, rowCount: a.rowCount + b.rowCount } : null
}

/** Neighbouring row blocks become one where all views of both agree. */
function joinBlocks(blocks: readonly (readonly View[])[]): (readonly View[])[] {
  const sorted = blocks.toSorted((a, b) => a[0]!.offset - b[0]!.offset),
    result: (readonly View[])[] = []
  for (const block of sorted) {
    const both = result.at(-1)?.map((view, index) => joined(view, block[index]!))
    if (both?.every((view) => view !== null)) result[result.length - 1] = both
    else result.push(block)
  }
  return result
}

/** An empty recorder; the forward section is open. */
export function createRecorder(): Recorder {
  const tensors: Tensor[] = [],
    gradients = new Map<Tensor, View>(),
    adjoints: (() => void)[] = []
  const lists: Record<Section, Instruction[]> = { forward: [], backward: [], update: [] }
  const ends = new Map<string, { blocks: (readonly View[])[]; write: (views: readonly View[]) => void }>()
  let open: Section = 'forward'

  function declare(made: Omit<Tensor, 'id' | 'length'>): View {
    const length = Object.values(made.shape).reduce((product, size) => product * size, 1),
      declared = { ...made, id: tensors.length, length }
    tensors.push(declared)
    return wholeOf(declared)
  }

  function gradient(view: View): View | null {
    const { name, shape, role, parts } = view.tensor
    if (role === 'input') return null
    let whole = gradients.get(view.tensor)
    if (whole === undefined) {
      whole = declare({ name: `d ${name}`, shape, role: role === 'parameter' ? 'kept' : 'value', type: 'float32', parts })
      gradients.set(view.tensor, whole)
      lists[open].push({ op: 'fill', from: {}, to: { out: whole }, value: 0 } as Instruction)
    }
    return { ...view, tensor: whole.tensor }
  }

  return {
    tensor: (name, shape, role = 'value', type = 'float32') => declare({ name, shape, role, type }),
    parameters: (count, parts) => declare({ name: 'parameters', shape: { parameter: count }, role: 'parameter', type: 'float32', parts }),
    gradient,
    record: (instruction) => {
      lists[open].push(instruction)
    },
    adjoint: (write) => {
      adjoints.push(write)
    },
    atEnd: (key, views, write) => {
      const end = ends.get(key)
      if (end === undefined) ends.set(key, { blocks: [views], write })
      else end.blocks.push(views)
    },
    writeBackward: () => {
      demand(open === 'forward', 'the backward section is written once')
      open = 'backward'
      for (const write of adjoints.toReversed()) write()
      for (const end of ends.values()) for (const views of joinBlocks(end.blocks)) end.write(views)
    },
    beginUpdate: () => {
      open = 'update'
    },
    finish: () => ({ tensors, ...lists }),
  }
}
