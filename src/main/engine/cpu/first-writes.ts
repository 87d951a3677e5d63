import type { AnyInstruction } from '../operations/instructions.ts'
import { viewsOf, wholeOf, type Tensor, type View } from '../program.ts'

/** Views that an instruction adds to and that its kernel could as well overwrite, by name. */
const addedTo: Readonly<Record<string, readonly string[]>> = {
  gateAdjoint: ['dX'],
  blendAdjoint: ['dU', 'dH', 'dC'],
  softplusAdjoint: ['dX'],
  gaussianAdjoint: ['dMean', 'dStd'],
  divergenceAdjoint: ['dMean', 'dStd', 'dPriorMean', 'dPriorStd'],
  attendAdjoint: ['dNewState'],
  repeatAdjoint: ['dX'],
  edgeLoss: ['dZ'],
}

/** What gradients that start at zero need not do: `overwrites` by instruction, and per fill the blocks still to be zeroed. */
export type FirstWrites = {
  readonly overwrites: ReadonlyMap<AnyInstruction, ReadonlySet<string>>
  readonly zeroed: ReadonlyMap<AnyInstruction, readonly View[]>
}

/**
 * A gradient is filled with zeros and only ever added to. Where the first addition to a block of it covers all that was
 * untouched, it may overwrite instead, and the zeros need not be written: one pass over memory less in each direction.
 */
export function findFirstWrites(instructions: readonly AnyInstruction[]): FirstWrites {
  const overwrites = new Map<AnyInstruction, Set<string>>(),
    zeroed = new Map<AnyInstruction, View[]>()
  const open = new Map<Tensor, { covered: Covered; zeros: View[] }>()
  const grains = columnGrains(instructions)
  const giveUp = (tensor: Tensor): void => {
    open.get(tensor)?.zeros.push(wholeOf(tensor))
    open.delete(tensor)
  }
  for (const instruction of instructions) {
    for (const { tensor, stride } of [...viewsOf(instruction.from), ...viewsOf(instruction.to)]) {
      if (stride !== wholeOf(tensor).stride) giveUp(tensor)
    }
    if (instruction.op === 'fill') {
      const { tensor } = instruction.to.out
      if (
        instruction.value !== 0 ||
        tensor.role !== 'value' ||
        instruction.to.out.rowCount * instruction.to.out.columnCount !== tensor.length
      ) {
        giveUp(tensor)
        continue
      }
      const zeros: View[] = []
      zeroed.set(instruction, zeros)
      open.set(tensor, { covered: createCovered(grains.get(tensor) ?? 1), zeros })
      continue
    }
    const names = namesAddedTo(instruction),
      isRead = (view: View): boolean =>
        Object.entries(instruction.from).some(
          ([name, other]) => other !== null && other.tensor === view.tensor && !(instruction.op === 'edgeLoss' && name === 'dZ'),
        )
    for (const [name, view] of Object.entries(instruction.to)) {
      const known = view === null ? undefined : open.get(view.tensor)
      if (view === null || known === undefined || isRead(view) || !names.includes(name)) continue
      if (viewsOf(instruction.to).filter((other) => other.tensor === view.tensor).length > 1) continue
      const bare = known.covered.add(view)
      if (bare === 'all') overwrites.set(instruction, (overwrites.get(instruction) ?? new Set()).add(name))
      else known.zeros.push(...bare)
    }
    for (const view of [...viewsOf(instruction.from), ...viewsOf(instruction.to)]) {
      const known = open.get(view.tensor),
        bare = known?.covered.add(view)
      if (known !== undefined && bare !== undefined) known.zeros.push(...(bare === 'all' ? [view] : bare))
    }
  }
  return { overwrites, zeroed }
}

function namesAddedTo(instruction: AnyInstruction): readonly string[] {
  if (instruction.op === 'affine' || instruction.op === 'propagate' || instruction.op === 'multiply')
    return instruction.accumulate ? ['out'] : []
  return addedTo[instruction.op] ?? []
}

type Interval = [first: number, end: number]

/** Which elements of one tensor were reached: `add` gives what was bare of a view before, `all` or blocks of it. */
type Covered = { add: (view: View) => 'all' | View[] }

/** The widest columns that no view of a tensor cuts. */
function columnGrains(instructions: readonly AnyInstruction[]): ReadonlyMap<Tensor, number> {
  const grains = new Map<Tensor, number>(),
    common = (a: number, b: number): number => (b === 0 ? a : common(b, a % b))
  for (const { from, to } of instructions) {
    for (const { tensor, offset, stride, columnCount } of [...viewsOf(from), ...viewsOf(to)]) {
      grains.set(tensor, common(common(grains.get(tensor) ?? 0, offset % stride), columnCount))
    }
  }
  return grains
}

/** @param grain columns that are always reached together */
function createCovered(grain: number): Covered {
  const rows = new Map<number, Interval[]>()
  return {
    add: (view) => {
      const firstRow = Math.floor(view.offset / view.stride),
        column = view.offset % view.stride,
        bare: View[] = []
      let isAll = true
      for (let c = column; c < column + view.columnCount; c += grain) {
        const known = rows.get(c) ?? [],
          gaps = without([firstRow, firstRow + view.rowCount], known)
        if (gaps.length !== 1 || gaps[0]![0] !== firstRow || gaps[0]![1] !== firstRow + view.rowCount) isAll = false
        for (const [first, end] of gaps) bare.push({ ...view, offset: first * view.stride + c, rowCount: end - first, columnCount: grain })
        rows.set(c, together([...known, [firstRow, firstRow + view.rowCount]]))
      }
      return isAll ? 'all' : joinColumns(bare)
    },
  }
}

function without([first, end]: Interval, taken: readonly Interval[]): Interval[] {
  const gaps: Interval[] = []
  let at = first
  for (const [from, to] of taken) {
    if (to <= at || from >= end) continue
    if (from > at) gaps.push([at, from])
    at = Math.max(at, to)
  }
  if (at < end) gaps.push([at, end])
  return gaps
}

function together(intervals: readonly Interval[]): Interval[] {
  const result: Interval[] = []
  for (const [first, end] of intervals.toSorted((a, b) => a[0] - b[0])) {
    const last = result.at(-1)
    if (last !== undefined && first <= last[1]) last[1] = Math.max(last[1], end)
    else result.push([first, end])
  }
  return result
}

/** Single columns of the same rows, side by side, become one block. */
function joinColumns(columns: readonly View[]): View[] {
  const result: View[] = []
  for (const view of columns) {
    const last = result.at(-1)
    const isNext = last !== undefined && last.rowCount === view.rowCount && view.offset === last.offset + last.columnCount
    if (isNext) result[result.length - 1] = { ...last, columnCount: last.columnCount + view.columnCount }
    else result.push(view)
  }
  return result
}
