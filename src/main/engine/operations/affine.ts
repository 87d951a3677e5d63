import { demand, describe, rowsOf, type Instruction, type View } from '../program.ts'
import type { Recorder } from '../recorder.ts'
import { partsOf } from './parts.ts'
import { recordRectify } from './rectify.ts'

export type AffineInstruction = Instruction & {
  readonly op: 'affine'
  /** x null is the identity: the result's rows are then the weight's */
  readonly from: { readonly x: View | null; readonly weight: View; readonly bias: View | null }
  readonly to: { readonly out: View }
  readonly transposed: boolean
  readonly accumulate: boolean
  readonly relu: boolean
}
export type AffineWeightGradientInstruction = Instruction & {
  readonly op: 'affineWeightGradient'
  readonly from: { readonly x: View | null; readonly dOut: View }
  readonly to: { readonly dWeight: View }
}
export type AffineBiasGradientInstruction = Instruction & {
  readonly op: 'affineBiasGradient'
  readonly from: { readonly dOut: View }
  readonly to: { readonly dBias: View }
}

/** Two blocks side by side are two calls, the second with `accumulate`: nothing is copied. */
export type AffineOptions = { bias?: View; relu?: boolean; accumulate?: boolean }

/**
 * out = x W + b, then relu if wanted; with `accumulate`, out += x W.
 * @param x [rows, in], or 'identity' (then rows = in and the result is W + b)
 * @param weight [in, out]; `bias` [1, out]
 * @param out [rows, out]
 */
export function affine(recorder: Recorder, x: View | 'identity', weight: View, out: View, options: AffineOptions = {}): void {
  const { bias = null, relu = false, accumulate = false } = options
  const operand = x === 'identity' ? null : x,
    rowCount = operand?.rowCount ?? weight.rowCount
  demand((operand?.columnCount ?? rowCount) === weight.rowCount, `affine: ${describe(weight)} does not fit its input`)
  demand(out.rowCount === rowCount && out.columnCount === weight.columnCount, `affine: ${describe(out)} is not the product's shape`)
  demand(bias === null || bias.columnCount === out.columnCount, 'affine: the bias has another width')
  demand(!accumulate || (!relu && bias === null), 'affine: what is added to has neither bias nor relu')

  recordProduct(recorder, { x: operand, weight, bias, out, transposed: false, accumulate, relu })
  recorder.adjoint(() => {
    const dOut = recorder.gradient(out)
    if (dOut === null) return
    if (relu) recordRectify(recorder, out, dOut)
    const dX = operand === null ? null : recorder.gradient(operand)
    if (dX !== null) recordProduct(recorder, { x: dOut, weight, bias: null, out: dX, transposed: true, accumulate: true, relu: false })
    const dWeight = recorder.gradient(weight),
      dBias = bias === null ? null : recorder.gradient(bias)
    if (dWeight !== null) recordWeightGradient(recorder, operand, dOut, dWeight)
    if (dBias !== null) recordBiasGradient(recorder, dOut, dBias)
  })
}

type Product = { x: View | null; weight: View; bias: View | null; out: View; transposed: boolean; accumulate: boolean; relu: boolean }

function recordProduct(recorder: Recorder, { x, weight, bias, out, transposed, accumulate, relu }: Product): void {
  const settings = { transposed, accumulate, relu }
  if (x === null) {
    recorder.record<AffineInstruction>({ op: 'affine', from: { x, weight, bias }, to: { out }, ...settings })
    return
  }
  for (const { first, rowCount } of partsOf(x.rowCount, weight.rowCount * weight.columnCount)) {
    recorder.record<AffineInstruction>({
      op: 'affine',
      from: { x: rowsOf(x, first, rowCount), weight, bias },
      to: { out: rowsOf(out, first, rowCount) },
      ...settings,
    })
  }
}

function recordWeightGradient(recorder: Recorder, x: View | null, dOut: View, dWeight: View): void {
  const key = `weight ${dWeight.tensor.id} ${dWeight.offset} ${x?.tensor.id} ${x?.stride} ${dOut.tensor.id} ${dOut.stride}`
  recorder.atEnd(key, x === null ? [dOut] : [dOut, x], ([allDOut, allX]) => {
    for (const { first, rowCount } of partsOf(allDOut!.rowCount, dWeight.rowCount * dWeight.columnCount)) {
      recorder.record<AffineWeightGradientInstruction>({
        op: 'affineWeightGradient',
        from: { x: allX === undefined ? null : rowsOf(allX, first, rowCount), dOut: rowsOf(allDOut!, first, rowCount) },
        to: { dWeight: allX === undefined ? rowsOf(dWeight, first, rowCount) : dWeight },
      })
    }
  })
}

function recordBiasGradient(recorder: Recorder, dOut: View, dBias: View): void {
  recorder.atEnd(`bias ${dBias.tensor.id} ${dBias.offset} ${dOut.tensor.id}`, [dOut], ([all]) => {
    recorder.record<AffineBiasGradientInstruction>({ op: 'affineBiasGradient', from: { dOut: all! }, to: { dBias } })
  })
}
