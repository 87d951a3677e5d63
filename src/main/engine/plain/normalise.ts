import type { NormaliseAdjointInstruction, NormaliseInstruction } from '../operations/normalise.ts'
import { floatsOf, type Kernel } from './memory.ts'

type Row = { mean: number; scale: number }

/** What is taken off a row, and what the rest is divided by. */
function measure(xs: Float32Array, at: number, count: number, { centres, epsilon }: { centres: boolean; epsilon: number }): Row {
  let sum = 0,
    squares = 0
  if (centres) for (let c = 0; c < count; c++) sum += xs[at + c]!
  const mean = sum / count
  for (let c = 0; c < count; c++) squares += (xs[at + c]! - mean) ** 2
  return { mean, scale: Math.sqrt(squares / count + epsilon) }
}

export const normalise: Kernel<NormaliseInstruction> = ({ from: { x }, to: { out }, ...settings }, memory) => {
  const xs = floatsOf(memory, x),
    outs = floatsOf(memory, out)
  for (let row = 0; row < x.rowCount; row++) {
    const at = x.offset + row * x.stride,
      to = out.offset + row * out.stride,
      { mean, scale } = measure(xs, at, x.columnCount, settings)
    for (let c = 0; c < x.columnCount; c++) outs[to + c] = (settings.factor * (xs[at + c]! - mean)) / scale
  }
}

export const normaliseAdjoint: Kernel<NormaliseAdjointInstruction> = ({ from: { x, dOut }, to: { dX }, ...settings }, memory) => {
  const xs = floatsOf(memory, x),
    ds = floatsOf(memory, dOut),
    dxs = floatsOf(memory, dX),
    count = x.columnCount
  for (let row = 0; row < x.rowCount; row++) {
    const at = x.offset + row * x.stride,
      atD = dOut.offset + row * dOut.stride,
      to = dX.offset + row * dX.stride
    const { mean, scale } = measure(xs, at, count, settings)
    let sum = 0,
      along = 0
    for (let c = 0; c < count; c++) {
      if (settings.centres) sum += ds[atD + c]!
      along += (ds[atD + c]! * (xs[at + c]! - mean)) / scale
    }
    for (let c = 0; c < count; c++)
      dxs[to + c]! += (settings.factor / scale) * (ds[atD + c]! - sum / count - (((xs[at + c]! - mean) / scale) * along) / count)
  }
}
