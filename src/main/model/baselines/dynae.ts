import { latentCount } from '../parameters.ts'
import { dense } from './layers.ts'
import { nextRowModel, lookBack } from './next-row.ts'
import { denseShapes } from './weights.ts'

/**
 * DynAE: the last two rows side by side, 500, 300, 8, 300, 500, the next row.
 * @source model spec 5; Goyal et al. 2020: Nesterov's momentum 0.99, rate 10⁻⁴, batches of 50, 100 epochs
 */
export const dynae = nextRowModel({
  shapes: ({ channels, outer, inner }) => [
    ...denseShapes('encode.1', lookBack * channels, outer),
    ...denseShapes('encode.2', outer, inner),
    ...denseShapes('code', inner, latentCount),
    ...denseShapes('decode.1', latentCount, inner),
    ...denseShapes('decode.2', inner, outer),
    ...denseShapes('next', outer, channels),
  ],
  record: (recorder, p, x) => {
    const y = dense(recorder, p, 'code', dense(recorder, p, 'encode.2', dense(recorder, p, 'encode.1', x)), {
      activation: 'linear',
      isKept: true,
    })
    const last = dense(recorder, p, 'decode.2', dense(recorder, p, 'decode.1', y))
    return { y, next: dense(recorder, p, 'next', last, { activation: 'sigmoid' }) }
  },
  update: { rule: { kind: 'nesterov', momentum: 0.99 }, l1: 1e-6, l2: 1e-6 },
  learningRate: 1e-4,
  published: { epochs: 100, batchSize: 50 },
})
