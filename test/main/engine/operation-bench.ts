import type { AwaitedEngine } from '../../../src/main/engine/engine.ts'
import { referenceEngine } from '../../../src/main/engine/plain/run.ts'
import type { MultiplyInstruction } from '../../../src/main/engine/operations/multiply.ts'
import type { View } from '../../../src/main/engine/program.ts'
import { createRecorder, type Recorder } from '../../../src/main/engine/recorder.ts'

/** A matrix of the plain reference: rows of float64. */
export type Matrix = number[][]
export type Matrices = Record<string, Matrix>

export const matrix = (rows: number, columns: number, value: (row: number, column: number) => number): Matrix =>
  Array.from({ length: rows }, (_, row) => Array.from({ length: columns }, (_, column) => value(row, column)))

/** Repeatable numbers in (−1, 1), rounded to float32 so that both sides start from the same. */
export function numbersFrom(seed: number): () => number {
  let state = (seed % 2147483646) + 1
  return () => {
    state = (state * 48271) % 2147483647
    return Math.fround(2 * (state / 2147483647) - 1)
  }
}

const rowsFrom = (values: ArrayLike<number>, columns: number): Matrix =>
  matrix(columns === 0 ? 0 : values.length / columns, columns, (row, column) => values[row * columns + column]!)

/**
 * Runs one operation on an engine, forward and backward.
 * @param record records the operation; gives what it wrote, [rows, columns], or null when it is a loss by itself
 * @param dOut the gradient that comes from behind, ignored for a loss
 * @returns the result and the gradient of every input
 */
export async function runOperation(
  inputs: Matrices,
  record: (recorder: Recorder, views: Record<string, View>) => View,
  dOut: Matrix | null,
  given: {
    scalars?: Record<string, number>
    constants?: Record<string, Uint32Array | Uint16Array | Float32Array>
    engine?: AwaitedEngine
  } = {},
): Promise<{ out: Matrix; gradients: Matrices }> {
  const recorder = createRecorder(),
    views: Record<string, View> = {}
  for (const [name, rows] of Object.entries(inputs))
    views[name] = recorder.tensor(name, { row: rows.length, column: rows[0]!.length }, 'parameter')
  const out = record(recorder, views)
  const seedView = recorder.tensor('seed', { row: out.rowCount, column: out.columnCount }, 'input')
  const ones = recorder.tensor('ones', { row: out.rowCount, column: out.columnCount }, 'input')
  if (dOut !== null) {
    recorder.adjoint(() =>
      recorder.record<MultiplyInstruction>({
        op: 'multiply',
        from: { a: seedView, b: ones },
        to: { out: recorder.gradient(out)! },
        accumulate: true,
      }),
    )
  }
  recorder.writeBackward()
  const gradientViews = Object.fromEntries(Object.entries(views).map(([name, view]) => [name, recorder.gradient(view)!]))
  const machine = await (given.engine ?? referenceEngine).prepare(recorder.finish(), {
    ...given.constants,
    seed: Float32Array.from((dOut ?? []).flat()),
    ones: new Float32Array(out.rowCount * out.columnCount).fill(1),
    ...(dOut === null ? { seed: new Float32Array(out.rowCount * out.columnCount) } : {}),
  })
  for (const [name, rows] of Object.entries(inputs)) machine.write(views[name]!, rows.flat())
  await machine.run(['forward', 'backward'], given.scalars ?? {})
  const read = async (view: View): Promise<Matrix> => rowsFrom(await machine.read(view), view.columnCount),
    gradients: Matrices = {}
  for (const [name, view] of Object.entries(gradientViews)) gradients[name] = await read(view)
  const result = { out: await read(out), gradients }
  machine.close?.()
  return result
}

/** Gradient of Σ dOut ⊙ reference(inputs) by central differences in float64. */
export function numericGradients(inputs: Matrices, reference: (inputs: Matrices) => Matrix, dOut: Matrix | null): Matrices {
  const loss = (changed: Matrices): number =>
    reference(changed)
      .flatMap((row, i) => row.map((value, j) => value * (dOut?.[i]?.[j] ?? 1)))
      .reduce((sum, value) => sum + value, 0)
  const step = 1e-5
  return Object.fromEntries(
    Object.entries(inputs).map(([name, rows]) => [
      name,
      rows.map((row, i) =>
        row.map((value, j) => {
          const moved = (by: number): Matrices => ({
            ...inputs,
            [name]: rows.map((r, ii) => r.map((v, jj) => (ii === i && jj === j ? value + by : v))),
          })
          return (loss(moved(step)) - loss(moved(-step))) / (2 * step)
        }),
      ),
    ]),
  )
}

/** Largest difference relative to the wanted matrix's largest value, or to `floor` for smaller ones. */
export function distance(got: Matrix, want: Matrix, floor = 1e-3): number {
  const gaps = want.flatMap((row, i) => row.map((value, j) => Math.abs(got[i]![j]! - value)))
  const gap = gaps.reduce((most, value) => (value <= most ? most : value), 0)
  return gap / Math.max(floor, ...want.flat().map(Math.abs))
}
