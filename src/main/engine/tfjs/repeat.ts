import type { RepeatAdjointInstruction, RepeatInstruction } from '../operations/repeat.ts'
import type { Kernel } from './memory.ts'

export const repeat: Kernel<RepeatInstruction> = ({ from: { x }, to: { out }, accumulate }, { tf, get, set, add }) => {
  const copies = tf.tile(get(x), [out.rowCount / x.rowCount, 1])
  if (accumulate) add(out, copies)
  else set(out, copies)
}

export const repeatAdjoint: Kernel<RepeatAdjointInstruction> = ({ from: { dOut }, to: { dX } }, { tf, get, add }) => {
  const copies = tf.reshape(get(dOut), [dOut.rowCount / dX.rowCount, dX.rowCount, dX.columnCount])
  add(dX, tf.sum(copies, 0))
}
