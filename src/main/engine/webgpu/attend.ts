import type { AttendAdjointInstruction, AttendInstruction } from '../operations/attend.ts'
import type { View } from '../program.ts'
import type { Kernel } from './memory.ts'
import { columnSums, elementwise, laneCount, type Dispatch } from './shader.ts'

const given = (views: Readonly<Record<string, View | null>>): Record<string, View> =>
  Object.fromEntries(Object.entries(views).flatMap(([name, view]) => (view === null ? [] : [[name, view]])))

/** key(k, c) and state(k, row, column) in order of time, the new one last. */
const inOrder = (keys: View | null): string => `fn key(k: u32, c: u32) -> f32 {
  ${keys === null ? '' : 'if (k + 1u < p.count) { return of_keys(k, c); }'}
  return of_newKey(0u, c);
}`
const statesInOrder = (states: View | null): string => `fn state(k: u32, row: u32, column: u32) -> f32 {
  ${states === null ? '' : 'if (k + 1u < p.count) { return of_states(k * p.newState_rows + row, column); }'}
  return of_newState(row, column);
}`

export const attend: Kernel<AttendInstruction> = ({ from: { query, newKey, newState, keys, states }, to: { out, weights } }) => {
  const count = (keys?.rowCount ?? 0) + 1,
    before = weights.columnCount - count
  const shares: Dispatch = {
    views: { query, newKey, weights, ...given({ keys }) },
    counts: { count, before },
    floats: { scale: 1 / Math.sqrt(query.columnCount) },
    groupCount: 1,
    code: `${inOrder(keys)}
@compute @workgroup_size(${laneCount})
fn main(@builtin(local_invocation_index) lane: u32) {
  for (var k = lane; k < p.count; k += ${laneCount}u) {
    var score = 0.0;
    for (var c = 0u; c < p.query_columns; c++) { score += key(k, c) * of_query(0u, c); }
    numbers[at_weights(0u, p.before + k)] = score * p.scale;
  }
  storageBarrier();
  if (lane > 0u) { return; }
  var most = of_weights(0u, p.before);
  for (var k = 1u; k < p.count; k++) { most = max(most, of_weights(0u, p.before + k)); }
  var sum = 0.0;
  for (var k = 0u; k < p.count; k++) {
    let power = exp(of_weights(0u, p.before + k) - most);
    numbers[at_weights(0u, p.before + k)] = power;
    sum += power;
  }
  for (var k = 0u; k < p.before; k++) { numbers[at_weights(0u, k)] = 0.0; }
  for (var k = 0u; k < p.count; k++) { numbers[at_weights(0u, p.before + k)] /= sum; }
}`,
  }
  const mix = elementwise(
    out,
    `var sum = 0.0;
  for (var k = 0u; k < p.count; k++) { sum += of_weights(0u, p.before + k) * state(k, row, column); }
  numbers[at_out(row, column)] = sum;`,
    { views: { weights, newState, out, ...given({ states }) }, counts: { count, before } },
    statesInOrder(states),
  )
  return [shares, mix]
}

export const attendAdjoint: Kernel<AttendAdjointInstruction> = ({ from, to }, memory) => {
  const { query, newKey, newState, keys, states, weights, dOut } = from,
    count = (keys?.rowCount ?? 0) + 1,
    before = weights.columnCount - count
  const dShares = memory.scratch(1, count),
    dScores = memory.scratch(1, count)
  const dots = columnSums(
    { rowCount: dOut.rowCount * dOut.columnCount, columnCount: count },
    {
      declarations: statesInOrder(states),
      body: `let r = row / p.dOut_columns;
    let c = row % p.dOut_columns;
    sum += of_dOut(r, c) * state(column, r, c);`,
      finish: 'scratch[at_dShares(0u, column)] = total;',
    },
    memory,
    { views: { dOut, newState, dShares, ...given({ states }) }, counts: { count } },
  )
  // One lane per column, one key after the other: where gradients share memory, nothing is lost.
  const ofKeys: Dispatch = {
    views: { weights, dShares, dScores, query, newKey, ...given({ keys, dQuery: to.dQuery, dNewKey: to.dNewKey, dKeys: to.dKeys }) },
    counts: { count, before },
    floats: { scale: 1 / Math.sqrt(query.columnCount) },
    groupCount: 1,
    code: `${inOrder(keys)}
@compute @workgroup_size(${laneCount})
fn main(@builtin(local_invocation_index) lane: u32) {
  var mean = 0.0;
  for (var k = 0u; k < p.count; k++) { mean += of_weights(0u, p.before + k) * of_dShares(0u, k); }
  for (var k = lane; k < p.count; k += ${laneCount}u) {
    scratch[at_dScores(0u, k)] = of_weights(0u, p.before + k) * (of_dShares(0u, k) - mean) * p.scale;
  }
  storageBarrier();
  for (var c = lane; c < p.query_columns; c += ${laneCount}u) {
    for (var k = 0u; k < p.count; k++) {
      let d = of_dScores(0u, k);
      ${to.dQuery === null ? '' : 'numbers[at_dQuery(0u, c)] += d * key(k, c);'}
      ${to.dKeys === null ? '' : 'if (k + 1u < p.count) { numbers[at_dKeys(k, c)] += d * of_query(0u, c); }'}
      ${to.dNewKey === null ? '' : 'if (k + 1u == p.count) { numbers[at_dNewKey(0u, c)] += d * of_query(0u, c); }'}
    }
  }
}`,
  }
  const ofStates = elementwise(
    dOut,
    `let d = of_dOut(row, column);
  ${
    to.dStates === null
      ? ''
      : `for (var k = 0u; k + 1u < p.count; k++) {
    numbers[at_dStates(k * p.dOut_rows + row, column)] += of_weights(0u, p.before + k) * d;
  }`
  }
  ${to.dNewState === null ? '' : 'numbers[at_dNewState(row, column)] += of_weights(0u, p.before + p.count - 1u) * d;'}`,
    {
      views: { weights, dOut, ...given({ dNewState: to.dNewState, dStates: to.dStates }) },
      counts: { count, before },
    },
  )
  return [...dots, ofKeys, ofStates]
}
