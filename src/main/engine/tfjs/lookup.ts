import type { Rank, Tensor1D } from '@tensorflow/tfjs-core'
import type { LookupAdjointInstruction, LookupInstruction } from '../operations/lookup.ts'
import type { View } from '../program.ts'
import type { Kernel, Memory } from './memory.ts'

const indexOf = (index: View, { tf, get }: Memory): Tensor1D => tf.cast(tf.reshape<Rank.R1>(get(index), [index.rowCount]), 'int32')

export const lookup: Kernel<LookupInstruction> = ({ from: { table, index }, to: { out } }, memory) =>
  memory.set(out, memory.tf.gather(memory.get(table), indexOf(index, memory)))

export const lookupAdjoint: Kernel<LookupAdjointInstruction> = ({ from: { index, dOut }, to: { dTable } }, memory) => {
  const { tf, get, add } = memory
  add(dTable, tf.unsortedSegmentSum(get(dOut), indexOf(index, memory), dTable.rowCount))
}
