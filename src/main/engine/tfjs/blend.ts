import type { BlendAdjointInstruction, BlendInstruction } from '../operations/blend.ts'
import type { Kernel } from './memory.ts'

export const blend: Kernel<BlendInstruction> = ({ from, to: { out } }, { tf, get, set }) => {
  const u = get(from.u),
    h = get(from.h),
    c = get(from.c)
  set(out, tf.add(tf.mul(u, h), tf.mul(tf.sub(1, u), c)))
}

export const blendAdjoint: Kernel<BlendAdjointInstruction> = ({ from, to }, { tf, get, add }) => {
  const u = get(from.u),
    h = get(from.h),
    c = get(from.c),
    d = get(from.dOut)
  add(to.dU, tf.mul(d, tf.sub(h, c)))
  add(to.dH, tf.mul(d, u))
  add(to.dC, tf.mul(d, tf.sub(1, u)))
}
