import type { NesterovInstruction } from '../operations/nesterov.ts'
import { joinStretches } from './clip.ts'
import type { Kernel } from './memory.ts'
import { elementwise } from './shader.ts'

export const nesterov: Kernel<NesterovInstruction> = ({ from: { gradients }, to, stretches, momentum }) =>
  joinStretches(stretches).map(([first, end]) =>
    elementwise(
      { rowCount: 1, columnCount: end - first },
      `let at = p.first + column;
  let pull = p.rate * of_gradients(0u, at);
  let velocity = p.momentum * of_velocity(0u, at) - pull;
  numbers[at_velocity(0u, at)] = velocity;
  numbers[at_parameters(0u, at)] += p.momentum * velocity - pull;`,
      {
        views: { gradients, ...to },
        counts: { first },
        floats: { momentum },
        runFloats: { rate: (scalar) => scalar('learningRate') },
      },
    ),
  )
