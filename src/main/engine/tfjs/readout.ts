import type { Tensor2D } from '@tensorflow/tfjs-core'
import type { ReadoutAdjointInstruction, ReadoutInstruction } from '../operations/readout.ts'
import type { Kernel } from './memory.ts'

export const readout: Kernel<ReadoutInstruction> = ({ from: { x }, to: { out }, kind }, { tf, get, set }) => {
  const rows = get(x)
  set(out, kind === 'last' ? tf.slice(rows, [x.rowCount - 1, 0], [1, x.columnCount]) : tf.mean(rows, 0, true))
}

export const readoutAdjoint: Kernel<ReadoutAdjointInstruction> = ({ from: { dOut }, to: { dX }, kind }, { tf, get, add }) => {
  const d = get(dOut),
    before = dX.rowCount - 1
  add(
    dX,
    kind === 'last'
      ? tf.pad(d, [
          [before, 0],
          [0, 0],
        ])
      : tf.tile(tf.div<Tensor2D>(d, dX.rowCount), [dX.rowCount, 1]),
  )
}
