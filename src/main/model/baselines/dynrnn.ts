import { latentCount } from '../parameters.ts'
import { lstmOver } from './layers.ts'
import { lookBack, nextRowModel, rowOf } from './next-row.ts'
import { lstmShapes } from './weights.ts'

/**
 * DynRNN: LSTMs of 500, 300 and 8 units over the last two rows; LSTMs of 300, 500 and N units, fed with the code
 * twice, tell the next. (One step alone cannot reach a probability above tanh 1.)
 * @source model spec 5; Goyal et al. 2020: Adam 10⁻³, 10 epochs
 */
export const dynrnn = nextRowModel({
  shapes: ({ channels, outer, inner }) => [
    ...lstmShapes('encode.1', channels, outer),
    ...lstmShapes('encode.2', outer, inner),
    ...lstmShapes('code', inner, latentCount),
    ...lstmShapes('decode.1', latentCount, inner),
    ...lstmShapes('decode.2', inner, outer),
    ...lstmShapes('next', outer, channels),
  ],
  record: (recorder, p, x, { outer, inner, channels }) => {
    const rows = Array.from({ length: lookBack }, (_, back) => rowOf(x, back)),
      first = lstmOver(recorder, p, 'encode.1', rows, { unitCount: outer }),
      second = lstmOver(recorder, p, 'encode.2', first, { unitCount: inner })
    const y = lstmOver(recorder, p, 'code', second, { unitCount: latentCount, isKept: true }).at(-1)!
    const again = Array.from({ length: lookBack }, () => y),
      third = lstmOver(recorder, p, 'decode.1', again, { unitCount: inner }),
      fourth = lstmOver(recorder, p, 'decode.2', third, { unitCount: outer })
    return { y, next: lstmOver(recorder, p, 'next', fourth, { unitCount: channels }).at(-1)! }
  },
  update: { rule: { kind: 'adam', decay: 0 }, l1: 0, l2: 0 },
  learningRate: 1e-3,
  published: { epochs: 10, batchSize: 50 },
})
