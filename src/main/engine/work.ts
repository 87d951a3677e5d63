import type { AnyInstruction } from './operations/instructions.ts'
import { sections, viewsOf, type Program, type View } from './program.ts'

/** What one number of an update or of an element-wise step costs, in multiply-adds. */
const perNumber = 4
/** A row costs this much besides, however narrow it is. */
const perRow = 30
/** A pair of the loss over edges: products both ways, an exponential and a division. */
const perPair = 80

const numbersOf = (view: View | null): number => (view === null ? 0 : view.rowCount * view.columnCount)

const depthOf = ({ from: { a }, transposesA, blockCount }: AnyInstruction & { op: 'blockProduct' }): number =>
  transposesA ? a.rowCount / blockCount : a.columnCount

function workOfOne(instruction: AnyInstruction): number {
  switch (instruction.op) {
    case 'affine':
      return numbersOf(instruction.from.x ?? instruction.to.out) * instruction.to.out.columnCount
    case 'affineWeightGradient':
      return numbersOf(instruction.from.x ?? instruction.from.dOut) * instruction.from.dOut.columnCount
    case 'blockProduct':
      return numbersOf(instruction.to.out) * (perNumber + depthOf(instruction))
    case 'propagate':
      // a fifth of the vertices are neighbours
      return 0.2 * numbersOf(instruction.from.x) * instruction.to.out.rowCount
    case 'edgeLoss':
      return (instruction.rowCount * instruction.from.z.rowCount * perPair) / 2
    case 'adam':
    case 'clip':
    case 'nesterov':
    case 'penalise':
      return perNumber * instruction.stretches.reduce((sum, [first, end]) => sum + end - first, 0)
    default:
      return Math.max(0, ...viewsOf(instruction.to).map((view) => perNumber * numbersOf(view) + perRow * view.rowCount))
  }
}

/** About how many multiply-adds one run of all sections takes: for an estimate of time, within a factor of two or three. */
export const multiplyAddsOf = (program: Program): number =>
  sections.flatMap((section) => program[section] as readonly AnyInstruction[]).reduce((sum, one) => sum + workOfOne(one), 0)
