import type { PenaliseInstruction } from '../operations/penalise.ts'
import { joinStretches } from './clip.ts'
import type { Kernel } from './memory.ts'
import { elementwise } from './shader.ts'

export const penalise: Kernel<PenaliseInstruction> = ({ from: { parameters }, to: { gradients }, stretches, l1, l2 }) =>
  joinStretches(stretches).map(([first, end]) =>
    elementwise(
      { rowCount: 1, columnCount: end - first },
      `let value = of_parameters(0u, p.first + column);
  numbers[at_gradients(0u, p.first + column)] += p.l1 * sign(value) + 2.0 * p.l2 * value;`,
      { views: { parameters, gradients }, counts: { first }, floats: { l1, l2 } },
    ),
  )
