import { demand, describe, type Instruction, type View } from '../program.ts'
import type { Recorder } from '../recorder.ts'

export type BlockProductSettings = {
  /** blocks of rows that are multiplied each for itself */
  readonly blockCount: number
  readonly transposesA: boolean
  readonly transposesB: boolean
  readonly scale: number
}
export type BlockProductInstruction = Instruction &
  BlockProductSettings & {
    readonly op: 'blockProduct'
    readonly from: { readonly a: View; readonly b: View }
    readonly to: { readonly out: View }
    readonly accumulate: boolean
  }

/**
 * Products of values with values, block of rows by block of rows: out_g = scale · A_g B_g, or A_g B_gᵀ, or A_gᵀ B_g.
 * @param a [blocks·m, k], transposed [blocks·k, m]; b [blocks·k, n], transposed [blocks·n, k]; out [blocks·m, n]
 */
export function blockProduct(recorder: Recorder, a: View, b: View, out: View, settings: Partial<BlockProductSettings> = {}): void {
  const { blockCount = 1, transposesA = false, transposesB = false, scale = 1 } = settings
  recordBlockProduct(recorder, { a, b, out }, { blockCount, transposesA, transposesB, scale }, false)
  recorder.adjoint(() => {
    const dOut = recorder.gradient(out),
      dA = recorder.gradient(a),
      dB = recorder.gradient(b)
    if (dOut === null) return
    const add = (x: View, y: View, to: View | null, sides: { transposesA: boolean; transposesB: boolean }): void => {
      if (to !== null) recordBlockProduct(recorder, { a: x, b: y, out: to }, { blockCount, scale, ...sides }, true)
    }
    if (transposesA) add(b, dOut, dA, { transposesA: false, transposesB: true })
    else add(dOut, b, dA, { transposesA: false, transposesB: !transposesB })
    if (transposesB) add(dOut, a, dB, { transposesA: true, transposesB: false })
    else add(a, dOut, dB, { transposesA: !transposesA, transposesB: false })
  })
}

function recordBlockProduct(
  recorder: Recorder,
  { a, b, out }: { a: View; b: View; out: View },
  settings: BlockProductSettings,
  accumulate: boolean,
): void {
  const { blockCount, transposesA, transposesB } = settings
  const perBlock = (view: View): number => view.rowCount / blockCount,
    [m, k] = transposesA ? [a.columnCount, perBlock(a)] : [perBlock(a), a.columnCount],
    [kB, n] = transposesB ? [b.columnCount, perBlock(b)] : [perBlock(b), b.columnCount]
  demand(!(transposesA && transposesB), 'blockProduct: one side is transposed, not both')
  demand([m, k, n].every(Number.isInteger) && k === kB, `blockProduct: ${describe(b)} does not fit ${describe(a)}`)
  demand(perBlock(out) === m && out.columnCount === n, `blockProduct: ${describe(out)} is not the product’s shape`)
  recorder.record<BlockProductInstruction>({ op: 'blockProduct', from: { a, b }, to: { out }, ...settings, accumulate })
}
