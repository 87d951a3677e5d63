import type { View } from '../program.ts'
import type { DivergenceAdjointInstruction, DivergenceInstruction } from '../operations/divergence.ts'
import { doublesOf, floatsOf, scalarOf, type Kernel, type Memory } from './memory.ts'

const valueAt = (memory: Memory, view: View, row: number, column: number): number =>
  floatsOf(memory, view)[view.offset + row * view.stride + column]!

export const divergence: Kernel<DivergenceInstruction> = ({ from: { mean, std, priorMean, priorStd }, to: { sum }, epsilon }, memory) => {
  const { rowCount, columnCount } = mean
  let total = 0
  for (let row = 0; row < rowCount; row++) {
    for (let c = 0; c < columnCount; c++) {
      const s1 = valueAt(memory, std, row, c) + epsilon,
        s2 = valueAt(memory, priorStd, row, c) + epsilon
      const gap = valueAt(memory, mean, row, c) - valueAt(memory, priorMean, row, c)
      total += 2 * Math.log(s2 / s1) + (s1 * s1 + gap * gap) / (s2 * s2) - 1
    }
  }
  doublesOf(memory, sum)[sum.offset] = (0.5 / rowCount / rowCount) * total
}

export const divergenceAdjoint: Kernel<DivergenceAdjointInstruction> = (instruction, memory) => {
  const {
    from: { mean, std, priorMean, priorStd },
    to,
    epsilon,
    weight,
  } = instruction
  const { rowCount, columnCount } = mean,
    scale = scalarOf(memory, weight) / rowCount / rowCount
  const add = (view: View | null, row: number, column: number, value: number): void => {
    if (view !== null) floatsOf(memory, view)[view.offset + row * view.stride + column]! += value
  }
  for (let row = 0; row < rowCount; row++) {
    for (let c = 0; c < columnCount; c++) {
      const s1 = valueAt(memory, std, row, c) + epsilon,
        s2 = valueAt(memory, priorStd, row, c) + epsilon
      const gap = valueAt(memory, mean, row, c) - valueAt(memory, priorMean, row, c)
      add(to.dMean, row, c, (scale * gap) / (s2 * s2))
      add(to.dPriorMean, row, c, (-scale * gap) / (s2 * s2))
      add(to.dStd, row, c, scale * (s1 / (s2 * s2) - 1 / s1))
      add(to.dPriorStd, row, c, scale * (1 / s2 - (s1 * s1 + gap * gap) / (s2 * s2 * s2)))
    }
  }
}
