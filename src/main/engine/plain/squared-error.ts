import type { SquaredErrorAdjointInstruction, SquaredErrorInstruction } from '../operations/squared-error.ts'
import { doublesOf, floatsOf, type Kernel } from './memory.ts'

export const squaredError: Kernel<SquaredErrorInstruction> = ({ from: { x, y }, to: { sum }, edgeWeight, scale }, memory) => {
  const xs = floatsOf(memory, x),
    ys = floatsOf(memory, y)
  let total = 0
  for (let row = 0; row < x.rowCount; row++) {
    for (let c = 0; c < x.columnCount; c++) {
      const wanted = ys[y.offset + row * y.stride + c]!
      total += (wanted > 0 ? edgeWeight : 1) * (xs[x.offset + row * x.stride + c]! - wanted) ** 2
    }
  }
  doublesOf(memory, sum)[sum.offset] = scale * total
}

export const squaredErrorAdjoint: Kernel<SquaredErrorAdjointInstruction> = (instruction, memory) => {
  const {
    from: { x, y },
    to: { dX, dY },
    edgeWeight,
    scale,
  } = instruction
  const xs = floatsOf(memory, x),
    ys = floatsOf(memory, y)
  for (let row = 0; row < x.rowCount; row++) {
    for (let c = 0; c < x.columnCount; c++) {
      const wanted = ys[y.offset + row * y.stride + c]!,
        d = 2 * scale * (wanted > 0 ? edgeWeight : 1) * (xs[x.offset + row * x.stride + c]! - wanted)
      if (dX !== null) floatsOf(memory, dX)[dX.offset + row * dX.stride + c]! += d
      if (dY !== null) floatsOf(memory, dY)[dY.offset + row * dY.stride + c]! -= d
    }
  }
}
