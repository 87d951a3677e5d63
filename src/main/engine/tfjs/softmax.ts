import type { SoftmaxAdjointInstruction, SoftmaxInstruction } from '../operations/softmax.ts'
import type { Kernel } from './memory.ts'

export const softmax: Kernel<SoftmaxInstruction> = ({ from: { x }, to: { out } }, { tf, get, set }) => set(out, tf.softmax(get(x)))

export const softmaxAdjoint: Kernel<SoftmaxAdjointInstruction> = ({ from, to: { dX } }, { tf, get, add }) => {
  const y = get(from.out),
    d = get(from.dOut)
  add(dX, tf.mul(y, tf.sub(d, tf.sum(tf.mul(y, d), 1, true))))
}
