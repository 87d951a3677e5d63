import type { Tensor2D } from '@tensorflow/tfjs-core'
import { edgeWeightsOf } from '../edge-weights.ts'
import type { EdgeLossInstruction } from '../operations/edge-loss.ts'
import type { Kernel, Memory } from './memory.ts'
import { adjacencyOf } from './propagate.ts'

/**
 * Whole rows against all columns: together the instructions of a graph meet each pair from both of its sides, which gives
 * the same sums as twice the upper triangle without writing to two places.
 */
export const edgeLoss: Kernel<EdgeLossInstruction> = (instruction, memory) => {
  const { tf, get, set, add } = memory,
    { from, to, firstRow, rowCount } = instruction,
    n = from.z.rowCount
  const { signs, weights } = constantsOf(instruction, memory),
    z = get(from.z)
  const signed = tf.mul(signs, tf.matMul(tf.slice(z, [firstRow, 0], [rowCount, z.shape[1]]), z, false, true))
  set(to.sum, tf.add(get(from.sum), tf.sum(tf.mul(weights, tf.softplus(signed)))))
  if (to.dZ === null) return
  const slopes = tf.mul<Tensor2D>(tf.mul(signs, weights), tf.sigmoid(signed)),
    dRows = tf.mul<Tensor2D>(2, tf.matMul(slopes, z))
  add(
    to.dZ,
    tf.pad(dRows, [
      [firstRow, n - firstRow - rowCount],
      [0, 0],
    ]),
  )
}

/** Of the rows' pairs: −1 at edges and 1 elsewhere, and each one's weight in the loss; both [rowCount, n]. */
function constantsOf(instruction: EdgeLossInstruction, memory: Memory): { signs: Tensor2D; weights: Tensor2D } {
  const { tf, constant, integers } = memory,
    { from, firstRow, rowCount, withDiagonal } = instruction,
    n = from.z.rowCount
  const key = `${from.rowStart.tensor.id} ${from.rowStart.offset} ${firstRow} ${rowCount} ${n} ${withDiagonal}`
  const edges = (): Tensor2D => tf.slice(adjacencyOf(from, memory), [firstRow, 0], [rowCount, n])
  const signs = constant(`signs ${key}`, () => tf.sub(1, tf.mul(2, edges())))
  const weights = constant(`weights ${key}`, () => {
    const { edge, perPair } = edgeWeightsOf(instruction, integers)
    const all = tf.mul<Tensor2D>(perPair, tf.add(1, tf.mul(edge - 1, edges())))
    const { heldRowStart, heldColumns } = from
    const held = heldRowStart &&
      heldColumns && {
        rowStart: heldRowStart,
        columns: heldColumns,
        scale: from.scale,
      }
    const counted = held ? tf.mul<Tensor2D>(all, tf.sub(1, tf.slice(adjacencyOf(held, memory), [firstRow, 0], [rowCount, n]))) : all
    return withDiagonal ? counted : tf.mul(counted, tf.slice(tf.sub<Tensor2D>(1, tf.eye(n)), [firstRow, 0], [rowCount, n]))
  })
  return { signs, weights }
}
