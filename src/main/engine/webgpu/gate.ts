import type { GateAdjointInstruction, GateInstruction } from '../operations/gate.ts'
import type { Kernel } from './memory.ts'
import { columnSums, elementwise, logistic } from './shader.ts'

/** WGSL's own tanh may overflow. */
export const hyperbolic = `fn hyperbolic(x: f32) -> f32 {
  let t = exp(-2.0 * abs(x));
  return sign(x) * (1.0 - t) / (1.0 + t);
}`
const functions = `${logistic}
${hyperbolic}`

export const gate: Kernel<GateInstruction> = ({ from: { x, bias }, to: { out }, kind }) => [
  elementwise(
    out,
    `numbers[at_out(row, column)] = ${kind === 'tanh' ? 'hyperbolic' : 'logistic'}(of_x(row, column)${bias === null ? '' : ' + of_bias(0u, column)'});`,
    { views: { x, out, ...(bias && { bias }) } },
    functions,
  ),
]

export const gateAdjoint: Kernel<GateAdjointInstruction> = ({ from: { out, dOut }, to: { dX, dBias }, kind }, memory) =>
  columnSums(
    out,
    {
      body: `let y = of_out(row, column);
    let d = of_dOut(row, column) * ${kind === 'tanh' ? '(1.0 - y * y)' : 'y * (1.0 - y)'};
    numbers[at_dX(row, column)] += d;
    sum += d;`,
      finish: dBias === null ? '' : 'numbers[at_dBias(0u, column)] += total;',
    },
    memory,
    { views: { out, dOut, dX, ...(dBias && { dBias }) } },
  )
