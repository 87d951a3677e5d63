import { edgeWeightsOf } from '../edge-weights.ts'
import type { TensorArray, View } from '../program.ts'
import { pieceBounds } from './loss-lowerings.ts'
import type { GraphFacts, Lowered } from './lower.ts'
import type { GraphPart } from './step.ts'

/**
 * The graphs of a program in the engine's form, each at its address: row starts, and the columns of what a row has, or of
 * what it lacks where that is less; rows of bits and bounds of pieces for the loss over edges.
 */
export type GraphStore = {
  readonly addressOf: (part: GraphPart) => number
  readonly end: number
  readonly write: (buffer: ArrayBufferLike) => void
}

type Inputs = Readonly<Record<string, TensorArray>>

const inputOf = (inputs: Inputs, name: string): TensorArray => {
  const given = inputs[name]
  if (given === undefined) throw new Error(`program: input ${name} is not given`)
  return given
}

const entryCountOf = (inputs: Inputs, { tensor, offset, columnCount }: View): number => {
  const starts = inputOf(inputs, tensor.name)
  return starts[offset + columnCount - 1]! - starts[offset]!
}

const isComplementOf = (inputs: Inputs, rowStart: View): boolean => 2 * entryCountOf(inputs, rowStart) > (rowStart.columnCount - 1) ** 2

export const graphFactsOf = (inputs: Inputs, symmetric: Readonly<Record<string, unknown>>): GraphFacts => ({
  isSymmetric: ({ name, role }) => role === 'input' && Object.hasOwn(symmetric, name),
  isComplement: (rowStart) => isComplementOf(inputs, rowStart),
  edgeWeights: (instruction) => edgeWeightsOf(instruction, ({ tensor }) => inputOf(inputs, tensor.name)),
})

const up = (bytes: number): number => Math.ceil(bytes / 64) * 64
const keyOf = ({ graph, part, vertexCount }: GraphPart): string =>
  `${part} ${graph.tensor.id} ${graph.offset} ${part === 'bits' || part === 'bounds' ? vertexCount : ''}`

/** Places the graphs that steps use from address `from` on. `columnsName` is the input that holds all entries. */
export function storeGraphs({ steps }: Lowered, inputs: Inputs, columnsOf: (rowStart: View) => View, from: number): GraphStore {
  const places = new Map<string, { address: number; part: GraphPart }>()
  let end = from
  for (const { words } of [...steps.forward, ...steps.backward, ...steps.update]) {
    for (const word of words) {
      if (!('part' in word) || places.has(keyOf(word))) continue
      places.set(keyOf(word), { address: end, part: word })
      end += up(bytesOf(word, inputs))
    }
  }
  const addressOf = (part: GraphPart): number => places.get(keyOf(part))!.address + (part.part === 'starts' ? 4 * part.firstRow : 0)
  const write = (buffer: ArrayBufferLike): void => {
    for (const { address, part } of places.values()) {
      const rows = rowsOf(inputs, part.graph, columnsOf(part.graph))
      if (part.part === 'starts') writeStarts(new Uint32Array(buffer, address, rows.length + 1), rows, isComplementOf(inputs, part.graph))
      else if (part.part === 'entries')
        writeEntries(new Uint16Array(buffer, address, entriesOf(inputs, part.graph)), rows, isComplementOf(inputs, part.graph))
      else if (part.part === 'bits') writeBits(new Uint8Array(buffer, address, bytesOf(part, inputs)), rows, part.vertexCount)
      else new Int32Array(buffer, address, pieceBounds(part.vertexCount).length).set(pieceBounds(part.vertexCount))
    }
  }
  return { addressOf, end, write }
}

function entriesOf(inputs: Inputs, rowStart: View): number {
  const has = entryCountOf(inputs, rowStart)
  return isComplementOf(inputs, rowStart) ? (rowStart.columnCount - 1) ** 2 - has : has
}

function bytesOf({ graph, part, vertexCount }: GraphPart, inputs: Inputs): number {
  if (part === 'starts') return 4 * graph.columnCount
  if (part === 'entries') return 2 * entriesOf(inputs, graph)
  const padded = Math.ceil(vertexCount / 64) * 64
  return part === 'bits' ? (padded * padded) / 8 : pieceBounds(vertexCount).byteLength
}

type Rows = { readonly length: number; readonly columns: (row: number) => Uint16Array }

function rowsOf(inputs: Inputs, rowStart: View, columnsView: View): Rows {
  const starts = inputOf(inputs, rowStart.tensor.name),
    columns = inputOf(inputs, columnsView.tensor.name) as Uint16Array
  return {
    length: rowStart.columnCount - 1,
    columns: (row) => columns.subarray(starts[rowStart.offset + row]!, starts[rowStart.offset + row + 1]!),
  }
}

function writeStarts(to: Uint32Array, rows: Rows, isComplement: boolean): void {
  let start = 0
  for (let row = 0; row < rows.length; row++) {
    to[row] = start
    const has = rows.columns(row).length
    start += isComplement ? rows.length - has : has
  }
  to[rows.length] = start
}

function writeEntries(to: Uint16Array, rows: Rows, isComplement: boolean): void {
  let at = 0
  for (let row = 0; row < rows.length; row++) {
    const columns = rows.columns(row)
    if (!isComplement) {
      to.set(columns, at)
      at += columns.length
      continue
    }
    for (let column = 0, next = 0; column < rows.length; column++) {
      if (columns[next] === column) next++
      else to[at++] = column
    }
  }
}

function writeBits(to: Uint8Array, rows: Rows, vertexCount: number): void {
  const rowBytes = Math.ceil(vertexCount / 64) * 8
  for (let row = 0; row < vertexCount; row++) {
    for (const column of rows.columns(row)) if (column < vertexCount) to[row * rowBytes + (column >> 3)]! |= 1 << (column & 7)
  }
}
