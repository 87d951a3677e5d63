import { geluCube, geluScale, type GeluAdjointInstruction, type GeluInstruction } from '../operations/gelu.ts'
import { hyperbolic } from './gate.ts'
import type { Kernel } from './memory.ts'
import { elementwise } from './shader.ts'

const tanhOf = `let x = of_x(row, column);
  let t = hyperbolic(p.scale * (x + p.cube * x * x * x));`
const floats = { scale: geluScale, cube: geluCube }

export const gelu: Kernel<GeluInstruction> = ({ from: { x }, to: { out } }) => [
  elementwise(out, `${tanhOf}\n  numbers[at_out(row, column)] = 0.5 * x * (1.0 + t);`, { views: { x, out }, floats }, hyperbolic),
]

export const geluAdjoint: Kernel<GeluAdjointInstruction> = ({ from: { x, dOut }, to: { dX } }) => [
  elementwise(
    dX,
    `${tanhOf}
  let inner = p.scale * (1.0 + 3.0 * p.cube * x * x);
  numbers[at_dX(row, column)] += of_dOut(row, column) * 0.5 * (1.0 + t + x * (1.0 - t * t) * inner);`,
    { views: { x, dOut, dX }, floats },
    hyperbolic,
  ),
]
