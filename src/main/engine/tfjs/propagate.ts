import type { Rank, Tensor2D } from '@tensorflow/tfjs-core'
import type { GraphViews, PropagateInstruction } from '../operations/propagate.ts'
import type { Kernel, Memory } from './memory.ts'

/** A dense product: TFJS has no sparse one, and a card multiplies N×N by a few columns faster than it gathers rows. */
export const propagate: Kernel<PropagateInstruction> = ({ from, to: { out }, firstRow, accumulate, relu }, memory) => {
  const { tf, get, set, add } = memory,
    vertexCount = from.x.rowCount
  const scale = tf.reshape<Rank.R2>(get(from.scale), [vertexCount, 1]),
    isAll = out.rowCount === vertexCount
  const rows = <T extends Tensor2D>(matrix: T): Tensor2D =>
    isAll ? matrix : tf.slice(matrix, [firstRow, 0], [out.rowCount, matrix.shape[1]])
  const gathered = tf.matMul(rows(adjacencyOf(from, memory)), tf.mul<Tensor2D>(scale, get(from.x)))
  const sum = tf.mul<Tensor2D>(rows(scale), gathered)
  if (accumulate) add(out, sum)
  else set(out, relu ? tf.relu(sum) : sum)
}

/** A as a matrix of zeros and ones, [V, V]. */
export function adjacencyOf({ rowStart, columns, scale }: GraphViews, { tf, constant, integers }: Memory): Tensor2D {
  const vertexCount = scale.columnCount,
    starts = integers(rowStart),
    neighbours = integers(columns)
  return constant(`graph ${rowStart.tensor.id} ${rowStart.offset}`, () => {
    const dense = new Float32Array(vertexCount * vertexCount)
    for (let i = 0; i < vertexCount; i++) {
      for (let e = starts[rowStart.offset + i]!; e < starts[rowStart.offset + i + 1]!; e++) dense[i * vertexCount + neighbours[e]!] = 1
    }
    return tf.tensor2d(dense, [vertexCount, vertexCount])
  })
}
