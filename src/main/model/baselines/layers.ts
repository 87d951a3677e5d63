import { affine } from '../../engine/operations/affine.ts'
import { gate } from '../../engine/operations/gate.ts'
import { lstm, type LstmState } from '../../engine/operations/lstm.ts'
import type { View } from '../../engine/program.ts'
import type { Recorder } from '../../engine/recorder.ts'

type Parameters = (name: string) => View

/** A dense layer by its name; sigmoid with its bias before. Returns [rows, out], kept between runs where `isKept`. */
export function dense(
  recorder: Recorder,
  p: Parameters,
  name: string,
  x: View,
  { activation = 'relu', isKept = false }: { activation?: 'relu' | 'linear' | 'sigmoid'; isKept?: boolean } = {},
): View {
  const weight = p(`${name}.W`),
    make = (label: string): View => recorder.tensor(label, { row: x.rowCount, column: weight.columnCount }, isKept ? 'kept' : 'value')
  const out = make(name)
  if (activation !== 'sigmoid') {
    affine(recorder, x, weight, out, { bias: p(`${name}.b`), relu: activation === 'relu' })
    return out
  }
  const sums = make(`${name} sums`)
  affine(recorder, x, weight, sums)
  gate(recorder, 'sigmoid', sums, p(`${name}.b`), out)
  return out
}

/** One step of an LSTM by its name. */
export function lstmStep(
  recorder: Recorder,
  p: Parameters,
  name: string,
  x: View,
  { before, unitCount, isKept = false }: { before: LstmState | null; unitCount: number; isKept?: boolean },
): LstmState {
  const out = recorder.tensor(name, { row: x.rowCount, column: unitCount }, isKept ? 'kept' : 'value')
  const weights = { input: p(`${name}.input.W`), hidden: before && p(`${name}.hidden.W`), bias: p(`${name}.b`) }
  return lstm(recorder, x, before, weights, out)
}

/** An LSTM over several inputs in order of time, from a state of zeros: h after each. */
export function lstmOver(
  recorder: Recorder,
  p: Parameters,
  name: string,
  xs: readonly View[],
  { unitCount, isKept = false }: { unitCount: number; isKept?: boolean },
): View[] {
  let before: LstmState | null = null
  return xs.map((x) => {
    before = lstmStep(recorder, p, name, x, { before, unitCount, isKept })
    return before.h
  })
}
