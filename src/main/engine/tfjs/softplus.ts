import type { SoftplusAdjointInstruction, SoftplusInstruction } from '../operations/softplus.ts'
import type { Kernel } from './memory.ts'

export const softplus: Kernel<SoftplusInstruction> = ({ from: { x }, to: { out }, floor }, { tf, get, set }) => {
  set(out, tf.add(tf.softplus(get(x)), floor))
}

export const softplusAdjoint: Kernel<SoftplusAdjointInstruction> = ({ from: { x, dOut }, to: { dX } }, { tf, get, add }) => {
  add(dX, tf.mul(get(dOut), tf.sigmoid(get(x))))
}
