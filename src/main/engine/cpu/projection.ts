import { threadScratchBytes } from './fixed-part.ts'
import { startCrew, Task } from './task.ts'

/** Tasks of kernels/projection.ts. */
const neighbourTask = 0,
  conditionalTask = 1,
  descentTask = 2
/** Queries between two notices of progress. */
const queriesTogether = 2048
/** Distances between numbers above it do not fit float32. */
const mostValue = 1e15

type Progress = { done: number; total: number }
type Tree = { order: Int32Array; sorted: Float64Array; from: Int32Array; to: Int32Array; boxes: Float64Array }
type Neighbours = { neighbourCount: number; indexes: Int32Array; distances: Float64Array }
type Affinities = { rowStarts: Int32Array; columns: Int32Array; values: Float64Array }
type StepSettings = { exaggeration: number; momentum: number; learningRate: number }

/** The loops of science/projection, several times faster; the same bits for any number of threads. */
export type ProjectionKernels = {
  /** Bit-equal to the plain search. Null where the numbers are not float32 or too large. */
  search: (
    tree: Tree,
    points: { data: Float32Array | Float64Array; pointCount: number; dimensionCount: number },
    neighbourCount: number,
    interrupt: () => void,
  ) => Generator<Progress, Neighbours> | null
  /** In float32, entropies to 10⁻⁵. */
  conditional: (distances: Float64Array, neighbourCount: number, perplexity: number, interrupt: () => void) => Float64Array
  /** In float32, four points at a time. */
  startDescent: (
    affinities: Affinities,
    start: Float64Array,
    theta: number,
  ) => {
    go: (steps: number, settings: StepSettings, interrupt: () => void) => void
    read: () => Float64Array
    normaliser: (interrupt: () => void) => number
  }
  close: () => void
}

/** Starts threads for the loops of one projection. @returns null where this machine does not run the module */
export function startProjection(threadCount: number): ProjectionKernels | null {
  try {
    const crew = startCrew('projection', threadCount)
    return {
      search: (tree, points, neighbourCount, interrupt) => {
        const { data, dimensionCount } = points
        if (
          !(data instanceof Float32Array) ||
          16 * dimensionCount > threadScratchBytes ||
          data.some((value) => Math.abs(value) > mostValue)
        )
          return null
        return search(new Task(crew), { tree, dimensionCount, neighbourCount, interrupt })
      },
      conditional: (distances, neighbourCount, perplexity, interrupt) =>
        conditional(new Task(crew), { distances, neighbourCount, perplexity, interrupt }),
      startDescent: (affinities, start, theta) => startDescent(new Task(crew), { affinities, start, theta }),
      close: crew.close,
    }
  } catch {
    return null
  }
}

type Search = { tree: Tree; dimensionCount: number; neighbourCount: number; interrupt: () => void }

function* search(task: Task, { tree, dimensionCount, neighbourCount, interrupt }: Search): Generator<Progress, Neighbours> {
  const pointCount = tree.order.length,
    lanes = Math.ceil(pointCount / 4) * 4
  const inLanes = task.place(4 * lanes * dimensionCount),
    narrow = task.floats(inLanes, lanes * dimensionCount)
  for (let p = 0; p < pointCount; p++) {
    for (let d = 0; d < dimensionCount; d++) narrow[((p >> 2) * dimensionCount + d) * 4 + (p & 3)] = tree.sorted[p * dimensionCount + d]!
  }
  const sources = [tree.sorted, tree.order, tree.from, tree.to, tree.boxes].map((values) => task.put(values))
  const indexes = task.place(4 * pointCount * neighbourCount),
    squares = task.place(8 * pointCount * neighbourCount)
  const [exact, ...others] = sources
  task.plan(0, [pointCount, dimensionCount, neighbourCount, tree.from.length, exact!, inLanes, ...others, indexes, squares])
  for (let done = 0; done < pointCount; done += queriesTogether) {
    yield { done, total: pointCount }
    task.plan(12, [done, done + queriesTogether])
    task.run(neighbourTask, interrupt)
  }
  const found = pointCount * neighbourCount
  return { neighbourCount, indexes: task.ints(indexes, found).slice(), distances: task.doubles(squares, found).map(Math.sqrt) }
}

type Conditional = { distances: Float64Array; neighbourCount: number; perplexity: number; interrupt: () => void }

function conditional(task: Task, { distances, neighbourCount, perplexity, interrupt }: Conditional): Float64Array {
  const width = Math.ceil(neighbourCount / 4) * 4,
    pointCount = distances.length / neighbourCount
  const address = task.place(4 * width * pointCount),
    rows = task.floats(address, width * pointCount).fill(1e30)
  for (let i = 0; i < pointCount; i++) {
    const nearest = distances[i * neighbourCount]! ** 2
    for (let k = 0; k < neighbourCount; k++) {
      const distance = distances[i * neighbourCount + k]!
      rows[i * width + k] = distance * distance - nearest
    }
  }
  task.plan(0, [pointCount, width, 0, address])
  task.plan(2, [Math.log(perplexity)], 'real')
  task.run(conditionalTask, interrupt)
  const values = new Float64Array(distances.length)
  for (let i = 0; i < pointCount; i++) values.set(rows.subarray(i * width, i * width + neighbourCount), i * neighbourCount)
  return values
}

function startDescent(
  task: Task,
  { affinities, start, theta }: { affinities: Affinities; start: Float64Array; theta: number },
): ReturnType<ProjectionKernels['startDescent']> {
  const pointCount = start.length / 2,
    padded = Math.ceil(pointCount / 4) * 4
  const { rowStarts, columns, values } = inFours(affinities)
  const y = task.place(8 * padded),
    update = task.place(8 * padded),
    gains = task.place(8 * padded)
  const pairs = [task.place(8 * padded), task.place(8 * padded)] // attraction, repulsion
  const rows = [task.put(rowStarts), task.put(columns), task.put(values)]
  const sorted = [0, 1].map(() => task.place(4 * padded)),
    order = task.place(4 * padded),
    sorting = [0, 1, 2].map(() => task.place(4 * padded))
  const nodes = task.place(32 * 2 * pointCount),
    counts = task.place(64 + 1024),
    sums = task.place(8 * padded),
    found = task.place(8)
  for (const address of [y, update, ...pairs]) task.floats(address, 2 * padded).fill(0)
  task.floats(y, start.length).set(start)
  task.floats(gains, 2 * padded).fill(1)
  task.ints(order, pointCount).set(Int32Array.from({ length: pointCount }, (_, i) => i))
  task.plan(0, [pointCount, 0])
  task.plan(5, [theta], 'real')
  task.plan(6, [y, update, gains, ...pairs, ...rows, ...sorted, order, ...sorting, nodes, counts, sums, found])
  return {
    go: (steps, { exaggeration, momentum, learningRate }, interrupt) => {
      task.plan(1, [steps])
      task.plan(2, [exaggeration, momentum, learningRate], 'real')
      task.run(descentTask, interrupt)
    },
    read: () => Float64Array.from(task.floats(y, start.length)),
    normaliser: (interrupt) => {
      task.plan(1, [0])
      task.run(descentTask, interrupt)
      return task.doubles(found, 1)[0]!
    },
  }
}

/** Rows filled up to multiples of four by entries of 0 at their own point. */
function inFours({ rowStarts, columns, values }: Affinities): { rowStarts: Int32Array; columns: Int32Array; values: Float32Array } {
  const rowCount = rowStarts.length - 1,
    starts = new Int32Array(rowCount + 1)
  for (let i = 0; i < rowCount; i++) starts[i + 1] = starts[i]! + Math.ceil((rowStarts[i + 1]! - rowStarts[i]!) / 4) * 4
  const filled = new Int32Array(starts[rowCount]!),
    weights = new Float32Array(filled.length)
  for (let i = 0; i < rowCount; i++) {
    filled.fill(i, starts[i], starts[i + 1])
    filled.set(columns.subarray(rowStarts[i], rowStarts[i + 1]), starts[i])
    weights.set(values.subarray(rowStarts[i], rowStarts[i + 1]), starts[i])
  }
  return { rowStarts: starts, columns: filled, values: weights }
}
