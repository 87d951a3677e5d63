import type { Rank, Tensor2D } from '@tensorflow/tfjs-core'
import type { AttendAdjointInstruction, AttendInstruction } from '../operations/attend.ts'
import type { Kernel, Memory } from './memory.ts'

/** Keys [k + 1, H] and states [k + 1, V·C] in order of time, the new one last. */
function inOrder(
  { newKey, newState, keys, states }: AttendInstruction['from'],
  { tf, get }: Memory,
): { allKeys: Tensor2D; allStates: Tensor2D } {
  const count = (keys?.rowCount ?? 0) + 1,
    width = newState.rowCount * newState.columnCount
  const below = (earlier: Tensor2D[], last: Tensor2D): Tensor2D => tf.concat([...earlier, last], 0)
  return {
    allKeys: below(keys === null ? [] : [get(keys)], get(newKey)),
    allStates: tf.reshape(below(states === null ? [] : [get(states)], get(newState)), [count, width]),
  }
}

export const attend: Kernel<AttendInstruction> = ({ from, to: { out, weights } }, memory) => {
  const { tf, get, set } = memory,
    { allKeys, allStates } = inOrder(from, memory),
    before = weights.columnCount - allKeys.shape[0]
  const scores = tf.div<Tensor2D>(tf.matMul(get(from.query), allKeys, false, true), Math.sqrt(from.query.columnCount))
  const shares = tf.softmax(scores)
  set(
    weights,
    tf.pad(shares, [
      [0, 0],
      [before, 0],
    ]),
  )
  set(out, tf.reshape(tf.matMul(shares, allStates), [out.rowCount, out.columnCount]))
}

export const attendAdjoint: Kernel<AttendAdjointInstruction> = ({ from, to }, memory) => {
  const { tf, get, add } = memory,
    { weights, dOut, query, newState } = from,
    { allKeys, allStates } = inOrder(from, memory)
  const count = allKeys.shape[0],
    earlier = count - 1,
    { rowCount, columnCount } = newState
  const shares = tf.slice(get(weights), [0, weights.columnCount - count], [1, count])
  const flat = tf.reshape<Rank.R2>(get(dOut), [1, rowCount * columnCount]),
    dShares = tf.matMul(flat, allStates, false, true)
  const dScores = tf.div<Tensor2D>(tf.mul(shares, tf.sub(dShares, tf.sum(tf.mul(shares, dShares)))), Math.sqrt(query.columnCount))
  const dKeys = tf.matMul(dScores, get(query), true, false)
  const dStates = tf.reshape<Rank.R2>(tf.matMul(shares, flat, true, false), [count * rowCount, columnCount])
  add(to.dQuery, tf.matMul(dScores, allKeys))
  add(to.dNewKey, tf.slice(dKeys, [earlier, 0], [1, query.columnCount]))
  add(to.dNewState, tf.slice(dStates, [earlier * rowCount, 0], [rowCount, columnCount]))
  if (earlier === 0) return
  if (to.dKeys !== null) add(to.dKeys, tf.slice(dKeys, [0, 0], [earlier, query.columnCount]))
  add(to.dStates, tf.slice(dStates, [0, 0], [earlier * rowCount, columnCount]))
}
