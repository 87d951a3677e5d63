import { demand, type Instruction, type View } from '../program.ts'
import type { Recorder } from '../recorder.ts'

type Attended = {
  readonly query: View
  readonly newKey: View
  readonly newState: View
  /** null where there is no earlier state */
  readonly keys: View | null
  readonly states: View | null
}

export type AttendInstruction = Instruction & {
  readonly op: 'attend'
  readonly from: Attended
  readonly to: { readonly out: View; readonly weights: View }
}
export type AttendAdjointInstruction = Instruction & {
  readonly op: 'attendAdjoint'
  readonly from: Attended & { readonly weights: View; readonly dOut: View }
  readonly to: { readonly [Name in keyof Attended as `d${Capitalize<Name>}`]: View | null }
}

/**
 * One head of attention over k earlier states and the new one: a = softmax(keys · query / √H), out = Σ a_k state_k.
 * @param attended query [1, H]; newKey [1, H]; newState [V, C]; keys [k, H]; states [k·V, C], one below the other
 * @param out [V, C]
 * @param weights written: [1, ≥ k + 1], aligned to the right, zeros before
 * @source model spec 2.1, temporal attention
 */
export function attend(recorder: Recorder, attended: Attended, out: View, weights: View): void {
  const { query, newKey, newState, keys, states } = attended,
    earlier = keys?.rowCount ?? 0
  demand((states?.rowCount ?? 0) === earlier * newState.rowCount, 'attend: one key per earlier state')
  demand(weights.columnCount > earlier, 'attend: more states than weights')
  demand(query.columnCount === newKey.columnCount && query.columnCount === (keys ?? query).columnCount, 'attend: keys and query differ')
  demand(out.rowCount === newState.rowCount && out.columnCount === newState.columnCount, 'attend: shapes differ')
  recorder.record<AttendInstruction>({ op: 'attend', from: attended, to: { out, weights } })
  recorder.adjoint(() => {
    const dOut = recorder.gradient(out)
    if (dOut === null) return
    const to = {
      dQuery: recorder.gradient(query),
      dNewKey: recorder.gradient(newKey),
      dNewState: recorder.gradient(newState),
      dKeys: keys === null ? null : recorder.gradient(keys),
      dStates: states === null ? null : recorder.gradient(states),
    }
    recorder.record<AttendAdjointInstruction>({ op: 'attendAdjoint', from: { ...attended, weights, dOut }, to })
  })
}
