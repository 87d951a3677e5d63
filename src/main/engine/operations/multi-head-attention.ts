import { columnsOf, demand, type View } from '../program.ts'
import type { Recorder } from '../recorder.ts'
import { affine } from './affine.ts'
import { blockProduct } from './block-product.ts'
import { softmax } from './softmax.ts'

export type Projection = { readonly weight: View; readonly bias: View }
export type AttentionWeights = Readonly<Record<'query' | 'key' | 'value' | 'output', Projection>>

/**
 * Self-attention of every token over the tokens of its sequence, several heads side by side, each over its own columns.
 * @param x tokens, [sequences · length, C], sequence after sequence; out like it
 * @param weights four dense layers [C, C] with biases
 * @source Vaswani et al. 2017
 */
export function multiHeadAttention(
  recorder: Recorder,
  x: View,
  weights: AttentionWeights,
  out: View,
  { sequenceCount, headCount }: { sequenceCount: number; headCount: number },
): void {
  const { rowCount, columnCount } = x,
    length = rowCount / sequenceCount,
    width = columnCount / headCount
  demand(Number.isInteger(length) && Number.isInteger(width), 'multiHeadAttention: tokens or columns cannot be dealt out evenly')
  const make = (name: string, columns = columnCount): View => recorder.tensor(name, { row: rowCount, column: columns })
  const project = (name: 'query' | 'key' | 'value'): View => {
    const made = make(name)
    affine(recorder, x, weights[name].weight, made, { bias: weights[name].bias })
    return made
  }
  const query = project('query'),
    key = project('key'),
    value = project('value'),
    mixed = make('mixed')
  for (let head = 0; head < headCount; head++) {
    const of = (view: View): View => columnsOf(view, head * width, width),
      scores = make(`scores ${head}`, length),
      shares = make(`shares ${head}`, length)
    blockProduct(recorder, of(query), of(key), scores, { blockCount: sequenceCount, transposesB: true, scale: 1 / Math.sqrt(width) })
    softmax(recorder, scores, shares)
    blockProduct(recorder, shares, of(value), of(mixed), { blockCount: sequenceCount })
  }
  affine(recorder, mixed, weights.output.weight, out, { bias: weights.output.bias })
}
