import type { BlendAdjointInstruction, BlendInstruction } from '../operations/blend.ts'
import type { Kernel } from './memory.ts'
import { elementwise } from './shader.ts'

export const blend: Kernel<BlendInstruction> = ({ from, to: { out } }) => [
  elementwise(
    out,
    `let u = of_u(row, column);
  numbers[at_out(row, column)] = u * of_h(row, column) + (1.0 - u) * of_c(row, column);`,
    { views: { ...from, out } },
  ),
]

export const blendAdjoint: Kernel<BlendAdjointInstruction> = ({ from, to: { dU, dH, dC } }) => [
  elementwise(
    from.dOut,
    `let d = of_dOut(row, column);
  let u = of_u(row, column);
  ${dU === null ? '' : 'numbers[at_dU(row, column)] += d * (of_h(row, column) - of_c(row, column));'}
  ${dH === null ? '' : 'numbers[at_dH(row, column)] += d * u;'}
  ${dC === null ? '' : 'numbers[at_dC(row, column)] += d * (1.0 - u);'}`,
    {
      views: { ...from, ...(dU && { dU }), ...(dH && { dH }), ...(dC && { dC }) },
    },
  ),
]
