import type { Rank, Tensor3D } from '@tensorflow/tfjs-core'
import type { BlockProductInstruction } from '../operations/block-product.ts'
import type { View } from '../program.ts'
import type { Kernel } from './memory.ts'

export const blockProduct: Kernel<BlockProductInstruction> = (
  { from: { a, b }, to: { out }, blockCount, transposesA, transposesB, scale, accumulate },
  { tf, get, set, add },
) => {
  const blocks = (view: View): Tensor3D => tf.reshape<Rank.R3>(get(view), [blockCount, view.rowCount / blockCount, view.columnCount])
  const products = tf.mul(scale, tf.matMul(blocks(a), blocks(b), transposesA, transposesB)),
    rows = tf.reshape(products, [out.rowCount, out.columnCount])
  if (accumulate) add(out, rows)
  else set(out, rows)
}
