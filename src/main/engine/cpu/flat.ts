import type { Stretch } from '../operations/clip.ts'
import { demand, type View } from '../program.ts'

/** Numbers of a flat stretch that one thread works on. */
export const flatUnit = 4096

/** A stretch of a flat tensor as one number a row. */
export function flatOf(view: View, [first, end]: Stretch): View {
  demand(view.offset === 0 && view.rowCount * view.columnCount === view.tensor.length, 'a flat tensor is taken whole')
  return { tensor: view.tensor, offset: first, rowCount: end - first, columnCount: 1, stride: 1 }
}

/** Stretches that touch become one. */
export function joinStretches(stretches: readonly Stretch[]): Stretch[] {
  const result: Stretch[] = []
  for (const [first, end] of stretches) {
    const last = result.at(-1)
    if (last !== undefined && last[1] === first) result[result.length - 1] = [last[0], end]
    else result.push([first, end])
  }
  return result
}
