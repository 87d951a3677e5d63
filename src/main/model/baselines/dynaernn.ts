import { latentCount } from '../parameters.ts'
import { dense, lstmOver } from './layers.ts'
import { lookBack, nextRowModel, rowOf } from './next-row.ts'
import { denseShapes, lstmShapes } from './weights.ts'

/**
 * DynAERNN: each of the last two rows through 500 and 300, then LSTMs of 500 and 8 units over both; 300, 500, the next row.
 * @source model spec 5; Goyal et al. 2020: Adam 10⁻³, batches of 100, 100 epochs
 */
export const dynaernn = nextRowModel({
  shapes: ({ channels, outer, inner }) => [
    ...denseShapes('encode.1', channels, outer),
    ...denseShapes('encode.2', outer, inner),
    ...lstmShapes('recur', inner, outer),
    ...lstmShapes('code', outer, latentCount),
    ...denseShapes('decode.1', latentCount, inner),
    ...denseShapes('decode.2', inner, outer),
    ...denseShapes('next', outer, channels),
  ],
  record: (recorder, p, x, { outer }) => {
    const encoded = Array.from({ length: lookBack }, (_, back) =>
      dense(recorder, p, 'encode.2', dense(recorder, p, 'encode.1', rowOf(x, back))),
    )
    const recurred = lstmOver(recorder, p, 'recur', encoded, { unitCount: outer }),
      y = lstmOver(recorder, p, 'code', recurred, { unitCount: latentCount, isKept: true }).at(-1)!
    const last = dense(recorder, p, 'decode.2', dense(recorder, p, 'decode.1', y))
    return { y, next: dense(recorder, p, 'next', last, { activation: 'sigmoid' }) }
  },
  update: { rule: { kind: 'adam', decay: 0 }, l1: 1e-6, l2: 1e-6 },
  learningRate: 1e-3,
  published: { epochs: 100, batchSize: 100 },
})
