import type { AffineBiasGradientInstruction, AffineInstruction, AffineWeightGradientInstruction } from '../operations/affine.ts'
import type { Kernel } from './memory.ts'

export const affine: Kernel<AffineInstruction> = (
  { from: { x, weight, bias }, to: { out }, transposed, accumulate, relu },
  { tf, get, set, add },
) => {
  const product = x === null ? get(weight) : tf.matMul(get(x), get(weight), false, transposed)
  const sum = bias === null ? product : tf.add<typeof product>(product, get(bias))
  if (accumulate) add(out, sum)
  else set(out, relu ? tf.relu(sum) : sum)
}

/** dW += xᵀ dOut */
export const affineWeightGradient: Kernel<AffineWeightGradientInstruction> = ({ from: { x, dOut }, to: { dWeight } }, { tf, get, add }) => {
  add(dWeight, x === null ? get(dOut) : tf.matMul(get(x), get(dOut), true, false))
}

/** db += column sums of dOut. */
export const affineBiasGradient: Kernel<AffineBiasGradientInstruction> = ({ from: { dOut }, to: { dBias } }, { tf, get, add }) => {
  add(dBias, tf.sum(get(dOut), 0, true))
}
