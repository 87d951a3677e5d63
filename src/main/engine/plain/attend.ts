import { rowsOf, type View } from '../program.ts'
import type { AttendAdjointInstruction, AttendInstruction } from '../operations/attend.ts'
import { floatsOf, type Kernel, type Memory } from './memory.ts'

type Attended = AttendInstruction['from']

/** Keys and states in order of time, the new one last. */
function inOrder({ newKey, newState, keys, states }: Attended): { keys: View[]; states: View[] } {
  const earlier = Array.from({ length: keys?.rowCount ?? 0 }, (_, k) => k)
  return {
    keys: [...earlier.map((k) => rowsOf(keys!, k, 1)), newKey],
    states: [...earlier.map((k) => rowsOf(states!, k * newState.rowCount, newState.rowCount)), newState],
  }
}

function dot(memory: Memory, a: View, b: View): number {
  const as = floatsOf(memory, a),
    bs = floatsOf(memory, b)
  let sum = 0
  for (let row = 0; row < a.rowCount; row++) {
    const atA = a.offset + row * a.stride,
      atB = b.offset + row * b.stride
    for (let c = 0; c < a.columnCount; c++) sum += as[atA + c]! * bs[atB + c]!
  }
  return sum
}

/** to += factor · from */
function addScaled(memory: Memory, factor: number, from: View, to: View): void {
  const values = floatsOf(memory, from),
    results = floatsOf(memory, to)
  for (let row = 0; row < to.rowCount; row++) {
    const at = from.offset + row * from.stride,
      into = to.offset + row * to.stride
    for (let c = 0; c < to.columnCount; c++) results[into + c]! += factor * values[at + c]!
  }
}

export const attend: Kernel<AttendInstruction> = ({ from, to: { out, weights } }, memory) => {
  const { keys, states } = inOrder(from),
    ws = floatsOf(memory, weights),
    outs = floatsOf(memory, out)
  const scores = keys.map((key) => dot(memory, key, from.query) / Math.sqrt(from.query.columnCount))
  const largest = Math.max(...scores),
    powers = scores.map((score) => Math.exp(score - largest))
  const sum = powers.reduce((total, power) => total + power, 0),
    firstWeight = weights.offset + weights.columnCount - keys.length
  ws.fill(0, weights.offset, firstWeight)
  powers.forEach((power, k) => {
    ws[firstWeight + k] = power / sum
  })
  for (let row = 0; row < out.rowCount; row++) outs.fill(0, out.offset + row * out.stride, out.offset + row * out.stride + out.columnCount)
  states.forEach((state, k) => addScaled(memory, ws[firstWeight + k]!, state, out))
}

export const attendAdjoint: Kernel<AttendAdjointInstruction> = ({ from, to }, memory) => {
  const { weights, dOut, query } = from,
    { keys, states } = inOrder(from)
  const firstWeight = weights.offset + weights.columnCount - keys.length
  const shares = keys.map((_, k) => floatsOf(memory, weights)[firstWeight + k]!)
  const dShares = states.map((state) => dot(memory, dOut, state))
  const mean = shares.reduce((sum, share, k) => sum + share * dShares[k]!, 0)
  const dScores = shares.map((share, k) => (share * (dShares[k]! - mean)) / Math.sqrt(query.columnCount))
  const last = keys.length - 1,
    { rowCount } = dOut
  keys.forEach((key, k) => {
    const dKey = k === last ? to.dNewKey : to.dKeys && rowsOf(to.dKeys, k, 1)
    const dState = k === last ? to.dNewState : to.dStates && rowsOf(to.dStates, k * rowCount, rowCount)
    if (to.dQuery !== null) addScaled(memory, dScores[k]!, key, to.dQuery)
    if (dKey !== null) addScaled(memory, dScores[k]!, query, dKey)
    if (dState !== null) addScaled(memory, shares[k]!, dOut, dState)
  })
}
