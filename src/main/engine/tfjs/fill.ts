import type { FillInstruction } from '../operations/fill.ts'
import type { Kernel } from './memory.ts'

export const fill: Kernel<FillInstruction> = ({ to: { out }, value }, { tf, set }) => {
  set(out, tf.fill([out.rowCount, out.columnCount], value))
}
