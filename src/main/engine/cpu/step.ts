import type { View } from '../program.ts'
import type { KernelName } from './kernel-names.ts'

/** How a step's item i meets a view: its row i, the row of i's unit, or any part of it. */
type Meets = 'item' | 'unit' | 'all'
export type Access = { readonly view: View; readonly meets: Meets; readonly writes: boolean }

/** An array of a graph in the engine's own form, from row `firstRow` on; `vertexCount` rows and columns count for `bits`. */
export type GraphPart = {
  readonly graph: View
  readonly part: 'starts' | 'entries' | 'bits' | 'bounds'
  readonly vertexCount: number
  readonly firstRow: number
}

/** What a kernel reads in place of a number: see kernels/words.ts. A view is two words, everything else but a double one. */
export type Word =
  | { readonly view: View | null }
  | { readonly at: View | null }
  | { readonly int: number }
  | { readonly float: number }
  | { readonly double: number }
  | { readonly scalar: string }
  | { readonly masks: true }
  | { readonly tilesOf: string; readonly matrix: number }
  | GraphPart

/**
 * One kernel over `items` items, mostly rows. Items of a unit are computed by one thread, one block of them after the
 * other; what a unit sums up does not depend on the number of threads.
 */
export type Step = {
  readonly kernel: KernelName
  readonly items: number
  readonly unit: number
  readonly block: number
  /** the only step of its group, whose units go round the threads */
  readonly isApart: boolean
  readonly accesses: readonly Access[]
  readonly words: readonly Word[]
}

/** Rows from which units grow with the tensor, so that there are at most 16 of them. */
const manyRows = 8192

/** How rows are dealt out; depends on nothing but their number. */
export function dealt(rowCount: number): Pick<Step, 'items' | 'unit' | 'block'> {
  if (rowCount <= manyRows) return { items: rowCount, unit: 32, block: 32 }
  return { items: rowCount, unit: Math.ceil(rowCount / 16 / 64) * 64, block: 64 }
}

export const unitCount = ({ items, unit }: Pick<Step, 'items' | 'unit'>): number => Math.ceil(items / unit)

export const reads = (view: View, meets: Meets = 'item'): Access => ({ view, meets, writes: false })
export const writes = (view: View, meets: Meets = 'item'): Access => ({ view, meets, writes: true })

/** a yes or no in a kernel's words */
export const flag = (isSet: boolean): Word => ({ int: isSet ? 1 : 0 })
/** of a view that may be missing */
export const readsSome = (view: View | null, meets: Access['meets'] = 'item'): Access[] => (view === null ? [] : [reads(view, meets)])
export const writesSome = (view: View | null, meets: Access['meets'] = 'item'): Access[] => (view === null ? [] : [writes(view, meets)])
/** dealing of what one thread does once */
export const once = { items: 1, unit: 1, block: 1 } as const
