import { geluCube, geluScale, type GeluAdjointInstruction, type GeluInstruction } from '../operations/gelu.ts'
import { floatsOf, type Kernel } from './memory.ts'

const tanhOf = (x: number): number => Math.tanh(geluScale * (x + geluCube * x ** 3))

export const gelu: Kernel<GeluInstruction> = ({ from: { x }, to: { out } }, memory) => {
  const xs = floatsOf(memory, x),
    outs = floatsOf(memory, out)
  for (let row = 0; row < x.rowCount; row++) {
    for (let c = 0; c < x.columnCount; c++) {
      const value = xs[x.offset + row * x.stride + c]!
      outs[out.offset + row * out.stride + c] = 0.5 * value * (1 + tanhOf(value))
    }
  }
}

export const geluAdjoint: Kernel<GeluAdjointInstruction> = ({ from: { x, dOut }, to: { dX } }, memory) => {
  const xs = floatsOf(memory, x),
    ds = floatsOf(memory, dOut),
    dxs = floatsOf(memory, dX)
  for (let row = 0; row < x.rowCount; row++) {
    for (let c = 0; c < x.columnCount; c++) {
      const value = xs[x.offset + row * x.stride + c]!,
        t = tanhOf(value),
        inner = geluScale * (1 + 3 * geluCube * value * value)
      dxs[dX.offset + row * dX.stride + c]! += ds[dOut.offset + row * dOut.stride + c]! * 0.5 * (1 + t + value * (1 - t * t) * inner)
    }
  }
}
