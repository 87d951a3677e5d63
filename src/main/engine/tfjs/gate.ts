import type { Tensor2D } from '@tensorflow/tfjs-core'
import type { GateAdjointInstruction, GateInstruction } from '../operations/gate.ts'
import type { Kernel } from './memory.ts'

export const gate: Kernel<GateInstruction> = ({ from: { x, bias }, to: { out }, kind }, { tf, get, set }) => {
  const sum = bias === null ? get(x) : tf.add<Tensor2D>(get(x), get(bias))
  set(out, kind === 'tanh' ? tf.tanh(sum) : tf.sigmoid(sum))
}

export const gateAdjoint: Kernel<GateAdjointInstruction> = ({ from, to: { dX, dBias }, kind }, { tf, get, add }) => {
  const out = get(from.out),
    slope = kind === 'tanh' ? tf.sub(1, tf.square(out)) : tf.mul(out, tf.sub(1, out))
  const d = tf.mul<Tensor2D>(get(from.dOut), slope)
  add(dX, d)
  add(dBias, tf.sum(d, 0, true))
}
