import type { DivergenceAdjointInstruction, DivergenceInstruction } from '../operations/divergence.ts'
import type { Kernel } from './memory.ts'
import { columnSums, elementwise, logarithms } from './shader.ts'

const gaussians = `let s1 = of_std(row, column) + p.epsilon;
  let s2 = of_priorStd(row, column) + p.epsilon;
  let gap = of_mean(row, column) - of_priorMean(row, column);`

export const divergence: Kernel<DivergenceInstruction> = ({ from, to: { sum }, epsilon }, memory) => {
  const { rowCount, columnCount } = from.mean
  // The sum runs over all elements, here called rows of one column.
  return columnSums(
    { rowCount: rowCount * columnCount, columnCount: 1 },
    {
      declarations: `${logarithms}
fn term(row: u32, column: u32) -> f32 {
  ${gaussians}
  return 2.0 * ln(s2 / s1) + (s1 * s1 + gap * gap) / (s2 * s2) - 1.0;
}`,
      body: 'sum += term(row / p.mean_columns, row % p.mean_columns);',
      finish: 'numbers[at_sum(0u, 0u)] = p.factor * total;',
    },
    memory,
    { views: { ...from, sum }, floats: { epsilon, factor: 0.5 / rowCount / rowCount } },
  )
}

export const divergenceAdjoint: Kernel<DivergenceAdjointInstruction> = ({
  from,
  to: { dMean, dStd, dPriorMean, dPriorStd },
  epsilon,
  weight,
}) => {
  const { rowCount } = from.mean
  return [
    elementwise(
      from.mean,
      `${gaussians}
  ${dMean === null ? '' : 'numbers[at_dMean(row, column)] += p.scale * gap / (s2 * s2);'}
  ${dPriorMean === null ? '' : 'numbers[at_dPriorMean(row, column)] -= p.scale * gap / (s2 * s2);'}
  ${dStd === null ? '' : 'numbers[at_dStd(row, column)] += p.scale * (s1 / (s2 * s2) - 1.0 / s1);'}
  ${dPriorStd === null ? '' : 'numbers[at_dPriorStd(row, column)] += p.scale * (1.0 / s2 - (s1 * s1 + gap * gap) / (s2 * s2 * s2));'}`,
      {
        views: {
          ...from,
          ...(dMean && { dMean }),
          ...(dStd && { dStd }),
          ...(dPriorMean && { dPriorMean }),
          ...(dPriorStd && { dPriorStd }),
        },
        floats: { epsilon },
        runFloats: { scale: (scalar) => scalar(weight) / rowCount / rowCount },
      },
    ),
  ]
}
