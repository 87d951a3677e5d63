import type { ScaleShiftAdjointInstruction, ScaleShiftInstruction } from '../operations/scale-shift.ts'
import type { Kernel } from './memory.ts'

export const scaleShift: Kernel<ScaleShiftInstruction> = ({ from: { x, gain, bias }, to: { out } }, { tf, get, set }) =>
  set(out, tf.add(tf.mul(get(x), get(gain)), get(bias)))

export const scaleShiftAdjoint: Kernel<ScaleShiftAdjointInstruction> = ({ from: { x, gain, dOut }, to }, { tf, get, add }) => {
  const d = get(dOut)
  add(to.dX, tf.mul(d, get(gain)))
  add(to.dGain, tf.sum(tf.mul(d, get(x)), 0, true))
  add(to.dBias, tf.sum(d, 0, true))
}
