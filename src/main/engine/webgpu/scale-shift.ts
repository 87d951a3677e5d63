import type { ScaleShiftAdjointInstruction, ScaleShiftInstruction } from '../operations/scale-shift.ts'
import type { Kernel } from './memory.ts'
import { columnSums, elementwise } from './shader.ts'

export const scaleShift: Kernel<ScaleShiftInstruction> = ({ from, to: { out } }) => [
  elementwise(out, 'numbers[at_out(row, column)] = of_x(row, column) * of_gain(0u, column) + of_bias(0u, column);', {
    views: { ...from, out },
  }),
]

export const scaleShiftAdjoint: Kernel<ScaleShiftAdjointInstruction> = ({ from: { x, gain, dOut }, to: { dX, dGain, dBias } }, memory) => [
  ...columnSums(
    x,
    { body: 'sum += of_dOut(row, column) * of_x(row, column);', finish: 'numbers[at_dGain(0u, column)] += total;' },
    memory,
    { views: { x, dOut, dGain } },
  ),
  ...columnSums(
    x,
    {
      body: `sum += of_dOut(row, column);
    numbers[at_dX(row, column)] += of_dOut(row, column) * of_gain(0u, column);`,
      finish: 'numbers[at_dBias(0u, column)] += total;',
    },
    memory,
    { views: { gain, dOut, dX, dBias } },
  ),
]
