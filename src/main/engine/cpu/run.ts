import { availableParallelism } from 'node:os'
import type { Engine, Machine, SymmetricMatrices } from '../engine.ts'
import { type Program, type Section, type Tensor, type TensorArray, type View } from '../program.ts'
import { sections } from '../program.ts'
import { encode, type ScalarPlaces } from './encode.ts'
import { graphFactsOf, storeGraphs } from './graphs.ts'
import { masks, mostThreads, scalars } from './fixed-part.ts'
import { layOut } from './layout.ts'
import { lower } from './lower.ts'
import { compiledModule, type Variant } from './module.ts'
import { schedule } from './schedule.ts'
import { matrixBytes, writeTiles } from './symmetric.ts'
import { startThreads, type Stretch } from './threads.ts'

/** Vertices from which a second thread pays. */
const manyVertices = 400

type Inputs = Readonly<Record<string, TensorArray>>
type Symmetric = Readonly<Record<string, SymmetricMatrices>>
type Settings = { variant: Variant; threadCount: number | null }

function prepare({ variant, threadCount }: Settings, program: Program, inputs: Inputs, symmetric: Symmetric): Machine {
  const module = compiledModule(variant),
    lowered = lower(program, graphFactsOf(inputs, symmetric)),
    layout = layOut(lowered)
  const graphs = storeGraphs(lowered, inputs, columnsFinder(program), layout.end),
    places: ScalarPlaces = new Map()
  const tiles = placeTiles(symmetric, graphs.end),
    tilesAt = (input: string, matrix: number): number => tiles.places.get(input)! + matrix * matrixBytes(symmetric[input]!)
  const lists = sections.map((section) =>
    encode(schedule(lowered.steps[section], layout.placeOf), layout, { graphs, tilesAt, scalars: places }),
  )
  const list = lists.flat(),
    listBytes = 4 * list.length
  const stretches = Object.fromEntries(
    sections.map((section, k) => {
      const from = tiles.end + 4 * lists.slice(0, k).reduce((sum, one) => sum + one.length, 0)
      return [section, { from, end: from + 4 * lists[k]!.length }]
    }),
  ) as Record<Section, Stretch>

  const pages = Math.ceil((tiles.end + listBytes) / 65_536)
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true }),
    { buffer } = memory
  new Int32Array(buffer, tiles.end, list.length).set(list)
  graphs.write(buffer)
  for (const [input, address] of tiles.places) writeTiles(buffer, address, symmetric[input]!)
  new Int32Array(buffer, masks, 64).set(Array.from({ length: 64 }, (_, at) => -(((at >> 2) >> (at & 3)) & 1)))
  const arrayOf = (tensor: Tensor): TensorArray => {
    const address = layout.addresses.get(tensor)
    if (address === undefined) throw new Error(`program: ${tensor.name} is not kept`)
    const { type, length } = tensor
    if (type === 'float32') return new Float32Array(buffer, address, length)
    if (type === 'float64') return new Float64Array(buffer, address, length)
    return type === 'uint32' ? new Uint32Array(buffer, address, length) : new Uint16Array(buffer, address, length)
  }
  for (const tensor of program.tensors) {
    const given = tensor.role === 'input' ? inputs[tensor.name] : undefined
    if (given === undefined || !layout.addresses.has(tensor)) continue
    if (given.length !== tensor.length) throw new Error(`program: input ${tensor.name} has ${given.length} numbers, not ${tensor.length}`)
    arrayOf(tensor).set(given)
  }
  let count = Math.min(mostThreads, threadCount ?? sensibleThreads(program))
  const threads = startThreads(module, memory, count)
  return {
    get threadCount() {
      return count
    },
    setThreadCount: (wanted) => {
      count = Math.min(mostThreads, wanted)
      threads.setCount(count)
    },
    run: (wanted, values, interrupt = () => undefined) => {
      const numbers = new Float64Array(buffer, scalars, places.size)
      for (const [name, index] of places) numbers[index] = values[name] ?? NaN
      for (const section of wanted) threads.walk(stretches[section], interrupt)
    },
    read: (view) => copyOf(arrayOf(view.tensor), view),
    write: (view, values) => {
      const array = arrayOf(view.tensor),
        { offset, rowCount, columnCount, stride } = view
      for (let row = 0; row < rowCount; row++) {
        for (let c = 0; c < columnCount; c++) array[offset + row * stride + c] = values[row * columnCount + c]!
      }
    },
    close: () => threads.close(),
  }
}

function placeTiles(symmetric: Symmetric, from: number): { places: Map<string, number>; end: number } {
  const places = new Map<string, number>()
  let end = from
  for (const [input, matrices] of Object.entries(symmetric)) {
    places.set(input, end)
    end += matrices.halves.length * matrixBytes(matrices)
  }
  return { places, end }
}

function copyOf(array: TensorArray, { tensor, offset, rowCount, columnCount, stride }: View): Float32Array | Float64Array {
  const count = rowCount * columnCount,
    values = tensor.type === 'float64' ? new Float64Array(count) : new Float32Array(count)
  for (let row = 0; row < rowCount; row++)
    values.set(array.subarray(offset + row * stride, offset + row * stride + columnCount), row * columnCount)
  return values
}

/** The view of entries that goes with a view of row starts. */
function columnsFinder(program: Program): (rowStart: View) => View {
  const pairs = sections
    .flatMap((section) => program[section])
    .flatMap(({ from: { rowStart, columns, heldRowStart, heldColumns } }) => [
      ...(rowStart && columns ? [[rowStart, columns] as const] : []),
      ...(heldRowStart && heldColumns ? [[heldRowStart, heldColumns] as const] : []),
    ])
  const byTensor = new Map(pairs.map(([rowStart, columns]) => [rowStart.tensor, columns]))
  return (rowStart) => byTensor.get(rowStart.tensor)!
}

/** One thread for small graphs, whose steps are over before a second thread has joined; all cores for large ones. */
function sensibleThreads(program: Program): number {
  const rows = program.forward.filter(({ op }) => op === 'propagate').map(({ from }) => from['x']?.rowCount ?? 0)
  return Math.max(0, ...rows) >= manyVertices ? Math.min(8, availableParallelism()) : 1
}

/**
 * WebAssembly with SIMD and threads over one shared memory. The same bits for any number of threads.
 * @param threadCount null for as many as are sensible for the program
 */
export const cpuEngine = (variant: Variant, threadCount: number | null = null): Engine => ({
  name: `cpu-${variant}`,
  takesSymmetric: true,
  prepare: (program, inputs, symmetric = {}) => prepare({ variant, threadCount }, program, inputs, symmetric),
})
