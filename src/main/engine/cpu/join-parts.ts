import type { AffineInstruction, AffineWeightGradientInstruction } from '../operations/affine.ts'
import type { EdgeLossInstruction } from '../operations/edge-loss.ts'
import type { AnyInstruction } from '../operations/instructions.ts'
import type { PropagateInstruction } from '../operations/propagate.ts'
import { sections, type Program, type Section } from '../program.ts'
import { isSame, joinedRows } from './views.ts'

/** Operations cut their rows so that plain loops can be stopped between instructions: here they are whole again. */
export function joinParts(program: Program): Joined {
  const lists = sections.map((section) => [section, joinList(program[section] as readonly AnyInstruction[])])
  return { ...program, ...(Object.fromEntries(lists) as Record<Section, AnyInstruction[]>) }
}

type Joined = Program & Readonly<Record<Section, readonly AnyInstruction[]>>

function joinList(instructions: readonly AnyInstruction[]): AnyInstruction[] {
  const result: AnyInstruction[] = []
  for (const next of instructions) {
    const last = result.at(-1),
      both = last === undefined ? null : joinedOf(last, next)
    if (both === null) result.push(next)
    else result[result.length - 1] = both
  }
  return result
}

function joinedOf(a: AnyInstruction, b: AnyInstruction): AnyInstruction | null {
  if (a.op === 'affine' && b.op === 'affine') return joinAffine(a, b)
  if (a.op === 'propagate' && b.op === 'propagate') return joinPropagate(a, b)
  if (a.op === 'affineWeightGradient' && b.op === 'affineWeightGradient') return joinWeightGradient(a, b)
  if (a.op === 'edgeLoss' && b.op === 'edgeLoss') return joinEdgeLoss(a, b)
  return null
}

function joinAffine(a: AffineInstruction, b: AffineInstruction): AffineInstruction | null {
  const { x, weight, bias } = a.from
  if (x === null || b.from.x === null || x.tensor === a.to.out.tensor) return null
  if (!isSame(weight, b.from.weight) || !isSame(bias, b.from.bias)) return null
  if (a.transposed !== b.transposed || a.accumulate !== b.accumulate || a.relu !== b.relu) return null
  const rows = joinedRows(x, b.from.x),
    out = joinedRows(a.to.out, b.to.out)
  return rows && out && { ...a, from: { ...a.from, x: rows }, to: { out } }
}

function joinPropagate(a: PropagateInstruction, b: PropagateInstruction): PropagateInstruction | null {
  const isOne =
    isSame(a.from.rowStart, b.from.rowStart) &&
    isSame(a.from.x, b.from.x) &&
    a.accumulate === b.accumulate &&
    a.relu === b.relu &&
    b.firstRow === a.firstRow + a.to.out.rowCount &&
    a.from.x.tensor !== a.to.out.tensor
  const out = isOne ? joinedRows(a.to.out, b.to.out) : null
  return out && { ...a, to: { out } }
}

function joinWeightGradient(
  a: AffineWeightGradientInstruction,
  b: AffineWeightGradientInstruction,
): AffineWeightGradientInstruction | null {
  const dOut = joinedRows(a.from.dOut, b.from.dOut)
  if (dOut === null) return null
  if (a.from.x === null || b.from.x === null) {
    const dWeight = a.from.x === b.from.x ? joinedRows(a.to.dWeight, b.to.dWeight) : null
    return dWeight && { ...a, from: { x: null, dOut }, to: { dWeight } }
  }
  const x = isSame(a.to.dWeight, b.to.dWeight) ? joinedRows(a.from.x, b.from.x) : null
  return x && { ...a, from: { x, dOut } }
}

function joinEdgeLoss(a: EdgeLossInstruction, b: EdgeLossInstruction): EdgeLossInstruction | null {
  const isOne =
    isSame(a.from.rowStart, b.from.rowStart) &&
    isSame(a.from.z, b.from.z) &&
    isSame(a.to.sum, b.to.sum) &&
    a.withDiagonal === b.withDiagonal &&
    b.firstRow === a.firstRow + a.rowCount
  return isOne ? { ...a, rowCount: a.rowCount + b.rowCount } : null
}
