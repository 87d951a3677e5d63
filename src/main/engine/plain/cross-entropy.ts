import type { View } from '../program.ts'
import type { CrossEntropyAdjointInstruction, CrossEntropyInstruction } from '../operations/cross-entropy.ts'
import { doublesOf, floatsOf, type Kernel, type Memory } from './memory.ts'

function logSumOf(memory: Memory, x: View, row: number): number {
  const xs = floatsOf(memory, x),
    at = x.offset + row * x.stride
  let most = -Infinity,
    sum = 0
  for (let c = 0; c < x.columnCount; c++) most = Math.max(most, xs[at + c]!)
  for (let c = 0; c < x.columnCount; c++) sum += Math.exp(xs[at + c]! - most)
  return most + Math.log(sum)
}

const targetOf = (memory: Memory, target: View, row: number): number => floatsOf(memory, target)[target.offset + row * target.stride]!

export const crossEntropy: Kernel<CrossEntropyInstruction> = ({ from: { x, target }, to: { sum }, scale }, memory) => {
  const xs = floatsOf(memory, x)
  let total = 0
  for (let row = 0; row < x.rowCount; row++) {
    total += logSumOf(memory, x, row)
    if (target !== null) total -= xs[x.offset + row * x.stride + targetOf(memory, target, row)]!
  }
  doublesOf(memory, sum)[sum.offset] = scale * total
}

export const crossEntropyAdjoint: Kernel<CrossEntropyAdjointInstruction> = ({ from: { x, target }, to: { dX }, scale }, memory) => {
  const xs = floatsOf(memory, x),
    dxs = floatsOf(memory, dX)
  for (let row = 0; row < x.rowCount; row++) {
    const logSum = logSumOf(memory, x, row),
      to = dX.offset + row * dX.stride
    for (let c = 0; c < x.columnCount; c++) dxs[to + c]! += scale * Math.exp(xs[x.offset + row * x.stride + c]! - logSum)
    if (target !== null) dxs[to + targetOf(memory, target, row)]! -= scale
  }
}
