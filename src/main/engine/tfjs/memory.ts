import type { Rank, Tensor as Values, Tensor2D } from '@tensorflow/tfjs-core'
import { demand, describe, sections, viewsOf, wholeOf, type Program, type Tensor, type TensorArray, type View } from '../program.ts'
import { layoutOf, piecesOf, type Layout, type Piece } from './layout.ts'

export type Tf = typeof import('@tensorflow/tfjs-core')

/** What kernels work on. What they make between `get` and `set` is freed after the instruction. */
export type Memory = {
  readonly tf: Tf
  /** A view's numbers, [rowCount, columnCount], float32. */
  readonly get: (view: View) => Tensor2D
  readonly set: (view: View, values: Values) => void
  /** view += values; nothing for a view that is not wanted */
  readonly add: (view: View | null, values: Values) => void
  /** A run's scalar. */
  readonly scalar: (name: string) => number
  /** An input of whole numbers, as it was given. */
  readonly integers: (view: View) => TensorArray
  /** What depends on inputs or settings alone is made once and kept. */
  readonly constant: (key: string, make: () => Tensor2D) => Tensor2D
  /** The same for one run. */
  readonly inRun: (key: string, make: () => Tensor2D) => Tensor2D
}

/** A kernel computes one instruction. */
export type Kernel<I> = (instruction: I, memory: Memory) => void

/** Memory with what the machine needs besides. */
export type OwnedMemory = Memory & {
  beginRun: (scalars: Readonly<Record<string, number>>) => void
  /** Frees what an instruction has replaced, and tensors whose last use it was. */
  sweep: (dead: readonly Tensor[]) => void
  /** A whole tensor's numbers, for views of any shape. */
  download: (tensor: Tensor) => Float32Array
  upload: (tensor: Tensor, values: Float32Array) => void
  release: () => void
}

type Grid = { layout: Layout; cells: (Tensor2D | null)[][] }

/** Memory for a program. Inputs with an entry in `inputs`, by name, are uploaded; all else starts at zero. */
export function createMemory(tf: Tf, program: Program, inputs: Readonly<Record<string, TensorArray>>): OwnedMemory {
  const views = new Map<Tensor, View[]>(program.tensors.map((tensor) => [tensor, [wholeOf(tensor)]]))
  for (const section of sections) {
    for (const { from, to } of program[section]) for (const view of [...viewsOf(from), ...viewsOf(to)]) views.get(view.tensor)!.push(view)
  }
  const grids = new Map<Tensor, Grid>()
  const arrays = new Map<Tensor, TensorArray>(),
    constants = new Map<string, Tensor2D>(),
    ofRun = new Map<string, Tensor2D>()
  let garbage: Tensor2D[] = [],
    scalars: Readonly<Record<string, number>> = {}

  function gridOf(tensor: Tensor): Grid {
    let grid = grids.get(tensor)
    if (grid === undefined) {
      const layout = layoutOf(tensor, views.get(tensor) ?? [])
      grids.set(tensor, (grid = { layout, cells: layout.rowCuts.slice(1).map(() => layout.columnCuts.slice(1).map(() => null)) }))
    }
    return grid
  }

  function cutAt(cuts: readonly number[], place: number): number {
    const at = cuts.indexOf(place)
    demand(at >= 0, `a block begins or ends at ${place}, where the program cuts nothing`)
    return at
  }

  /** The cells of a piece, in both directions. */
  function cellsOf({ layout: { rowCuts, columnCuts } }: Grid, piece: Piece): { rows: number[]; columns: number[] } {
    const between = (cuts: readonly number[], first: number, count: number): number[] => {
      const from = cutAt(cuts, first),
        to = cutAt(cuts, first + count)
      return Array.from({ length: to - from }, (_, k) => from + k)
    }
    return { rows: between(rowCuts, piece.row, piece.rowCount), columns: between(columnCuts, piece.column, piece.columnCount) }
  }

  const join = (parts: Tensor2D[], axis: number): Tensor2D => (parts.length === 1 ? parts[0]! : tf.concat(parts, axis))

  function getPiece(grid: Grid, piece: Piece): Tensor2D {
    const { rows, columns } = cellsOf(grid, piece),
      { rowCuts, columnCuts } = grid.layout
    const cell = (row: number, column: number): Tensor2D =>
      grid.cells[row]![column] ?? tf.zeros([rowCuts[row + 1]! - rowCuts[row]!, columnCuts[column + 1]! - columnCuts[column]!])
    return join(
      rows.map((row) =>
        join(
          columns.map((column) => cell(row, column)),
          1,
        ),
      ),
      0,
    )
  }

  function setPiece(grid: Grid, piece: Piece, values: Values): void {
    const { rows, columns } = cellsOf(grid, piece),
      { rowCuts, columnCuts } = grid.layout,
      isOne = rows.length * columns.length === 1
    for (const row of rows) {
      for (const column of columns) {
        const size: [number, number] = [rowCuts[row + 1]! - rowCuts[row]!, columnCuts[column + 1]! - columnCuts[column]!]
        const part = isOne
          ? (values.clone() as Tensor2D)
          : tf.slice(values as Tensor2D, [rowCuts[row]! - piece.row, columnCuts[column]! - piece.column], size)
        const old = grid.cells[row]![column]
        if (old) garbage.push(old)
        grid.cells[row]![column] = tf.keep(part)
      }
    }
  }

  function get(view: View): Tensor2D {
    const grid = gridOf(view.tensor),
      joined = join(
        piecesOf(grid.layout, view).map((piece) => getPiece(grid, piece)),
        0,
      )
    return grid.layout.isFlat ? tf.reshape<Rank.R2>(joined, [view.rowCount, view.columnCount]) : joined
  }

  function set(view: View, values: Values): void {
    demand(
      values.shape[0] === view.rowCount && values.shape[1] === view.columnCount,
      `[${values.shape.join('×')}] is not the shape of ${describe(view)}`,
    )
    const grid = gridOf(view.tensor),
      pieces = piecesOf(grid.layout, view)
    let row = 0
    for (const piece of pieces) {
      const part =
        pieces.length === 1
          ? tf.reshape<Rank.R2>(values, [piece.rowCount, piece.columnCount])
          : tf.slice(values as Tensor2D, [row++, 0], [1, piece.columnCount])
      setPiece(grid, piece, part)
    }
  }

  function drop(tensor: Tensor): void {
    grids.get(tensor)?.cells.forEach((row) =>
      row.forEach((cell, column) => {
        cell?.dispose()
        row[column] = null
      }),
    )
  }

  const remembered =
    (kept: Map<string, Tensor2D>) =>
    (key: string, make: () => Tensor2D): Tensor2D => {
      let value = kept.get(key)
      if (value === undefined) kept.set(key, (value = tf.keep(make())))
      return value
    }
  const forget = (kept: Map<string, Tensor2D>): void => {
    for (const value of kept.values()) value.dispose()
    kept.clear()
  }

  const upload = (tensor: Tensor, values: Float32Array): void => {
    const whole = wholeOf(tensor)
    tf.tidy(() => set(whole, tf.tensor2d(values, [whole.rowCount, whole.columnCount])))
  }

  for (const tensor of program.tensors) {
    const given = tensor.role === 'input' ? inputs[tensor.name] : undefined
    if (given === undefined) continue
    if (given.length !== tensor.length) throw new Error(`program: input ${tensor.name} has ${given.length} numbers, not ${tensor.length}`)
    if (given instanceof Float32Array) upload(tensor, given)
    else arrays.set(tensor, given)
  }

  return {
    tf,
    get,
    set,
    upload,
    add: (view, values) => {
      if (view !== null) set(view, tf.add(get(view), values))
    },
    scalar: (name) => {
      const value = scalars[name]
      if (value === undefined) throw new Error(`program: scalar ${name} is not given`)
      return value
    },
    integers: (view) => {
      const array = arrays.get(view.tensor)
      if (array === undefined) throw new Error(`program: ${view.tensor.name} is no input of whole numbers`)
      return array
    },
    constant: remembered(constants),
    inRun: remembered(ofRun),
    beginRun: (given) => {
      scalars = given
      forget(ofRun)
    },
    sweep: (dead) => {
      for (const tensor of garbage) tensor.dispose()
      garbage = []
      dead.forEach(drop)
    },
    download: (tensor) => tf.tidy(() => get(wholeOf(tensor)).dataSync<'float32'>()),
    release: () => {
      program.tensors.forEach(drop)
      forget(constants)
      forget(ofRun)
    },
  }
}
