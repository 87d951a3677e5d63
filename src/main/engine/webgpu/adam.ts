import type { AdamInstruction } from '../operations/adam.ts'
import { joinStretches } from './clip.ts'
import type { Kernel } from './memory.ts'
import { elementwise } from './shader.ts'

const meanDecay = 0.9,
  varianceDecay = 0.999

export const adam: Kernel<AdamInstruction> = ({ from: { gradients }, to, stretches, decay }) =>
  joinStretches(stretches).map(([first, end]) =>
    elementwise(
      { rowCount: 1, columnCount: end - first },
      `let at = p.first + column;
  let d = of_gradients(0u, at);
  let mean = ${meanDecay} * of_mean(0u, at) + p.meanShare * d;
  let variance = ${varianceDecay} * of_variance(0u, at) + p.varianceShare * d * d;
  numbers[at_mean(0u, at)] = mean;
  numbers[at_variance(0u, at)] = variance;
  numbers[at_parameters(0u, at)] = p.keep * of_parameters(0u, at) - p.rate * mean / (sqrt(variance * p.varianceFactor) + 1e-8);`,
      {
        views: { gradients, ...to },
        counts: { first },
        floats: { meanShare: 1 - meanDecay, varianceShare: 1 - varianceDecay },
        runFloats: {
          keep: (scalar) => 1 - scalar('learningRate') * decay,
          rate: (scalar) => scalar('learningRate') / (1 - meanDecay ** scalar('step')),
          varianceFactor: (scalar) => 1 / (1 - varianceDecay ** scalar('step')),
        },
      },
    ),
  )
