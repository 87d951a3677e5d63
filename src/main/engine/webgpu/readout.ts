import { rowsOf } from '../program.ts'
import type { ReadoutAdjointInstruction, ReadoutInstruction } from '../operations/readout.ts'
import type { Kernel } from './memory.ts'
import { columnSums, elementwise } from './shader.ts'

export const readout: Kernel<ReadoutInstruction> = ({ from: { x }, to: { out }, kind }, memory) =>
  kind === 'last'
    ? [elementwise(out, 'numbers[at_out(row, column)] = of_x(row, column);', { views: { x: rowsOf(x, x.rowCount - 1, 1), out } })]
    : columnSums(x, { body: 'sum += of_x(row, column);', finish: 'numbers[at_out(0u, column)] = total / f32(p.rowCount);' }, memory, {
        views: { x, out },
      })

export const readoutAdjoint: Kernel<ReadoutAdjointInstruction> = ({ from: { dOut }, to, kind }) => {
  const dX = kind === 'last' ? rowsOf(to.dX, to.dX.rowCount - 1, 1) : to.dX
  return [elementwise(dX, 'numbers[at_dX(row, column)] += of_dOut(0u, column) / f32(p.dX_rows);', { views: { dOut, dX } })]
}
