import { columnsOf, demand, type View } from '../program.ts'
import type { Recorder } from '../recorder.ts'
import { affine } from './affine.ts'
import { gate } from './gate.ts'
import { multiply } from './multiply.ts'

/** Of the gates in, forget, cell and out, side by side: [in, 4·units], [units, 4·units] or null for a first step, [1, 4·units]. */
export type LstmWeights = { readonly input: View; readonly hidden: View | null; readonly bias: View }
export type LstmState = { readonly h: View; readonly c: View }

/**
 * One step of an LSTM: c = f ⊙ c′ + i ⊙ g, h = o ⊙ tanh c, the gates from x and h′.
 * @param x [rows, in]
 * @param before the state before, [rows, units] each; null for zeros
 * @param out written: h [rows, units]
 * @returns the new state
 * @source Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000
 */
export function lstm(recorder: Recorder, x: View, before: LstmState | null, { input, hidden, bias }: LstmWeights, out: View): LstmState {
  const { rowCount, columnCount: units } = out
  demand(input.columnCount === 4 * units, 'lstm: the weights are those of another number of units')
  demand(before === null || hidden !== null, 'lstm: a state before needs weights')
  const make = (name: string, columns = units): View => recorder.tensor(name, { row: rowCount, column: columns })
  const sums = make('lstm sums', 4 * units),
    gates = make('lstm gates', 4 * units),
    of = (view: View, k: number): View => columnsOf(view, k * units, units)
  affine(recorder, x, input, sums)
  if (before !== null && hidden !== null) affine(recorder, before.h, hidden, sums, { accumulate: true })
  for (let k = 0; k < 4; k++) gate(recorder, k === 2 ? 'tanh' : 'sigmoid', of(sums, k), of(bias, k), of(gates, k))
  const c = make('lstm c'),
    bounded = make('lstm tanh c')
  multiply(recorder, of(gates, 0), of(gates, 2), c)
  if (before !== null) multiply(recorder, of(gates, 1), before.c, c, { accumulate: true })
  gate(recorder, 'tanh', c, null, bounded)
  multiply(recorder, of(gates, 3), bounded, out)
  return { h: out, c }
}
