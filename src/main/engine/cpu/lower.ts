import type { AnyInstruction } from '../operations/instructions.ts'
import type { Instruction, Program, Section, Tensor, TensorRole, TensorType, View } from '../program.ts'
import { sections, viewsOf, wholeOf } from '../program.ts'
import { findFirstWrites } from './first-writes.ts'
import { joinParts } from './join-parts.ts'
import { lowerings } from './lowerings.ts'
import { dealt, reads, writes, type Step } from './step.ts'
import { isSame, overlap } from './views.ts'

/** What the steps depend on beyond the program: the inputs that are handed in. */
export type GraphFacts = {
  /** whether the graph is stored as what it lacks, by its view of row starts */
  isComplement: (rowStart: View) => boolean
  /** whether an input is handed in as halves of symmetric matrices */
  isSymmetric: (input: Tensor) => boolean
  edgeWeights: (instruction: AnyInstruction & { op: 'edgeLoss' }) => { edge: number; perPair: number }
}

/** How an instruction becomes steps. */
export type Lowering = {
  readonly facts: GraphFacts
  /** memory between two steps, or with role `kept` for good */
  scratch: (name: string, shape: Record<string, number>, type?: TensorType, role?: TensorRole) => View
  step: (step: Omit<Step, 'isApart'> & { isApart?: boolean }) => void
  /** whether the instruction's gradient of this name is overwritten, not added to */
  overwrites: (name: string) => boolean
  /** a weight as panels of eight columns, packed once a section where nothing in the section changes it */
  panels: (weight: View, transposed: boolean) => View
  /** a view as panels of eight columns, packed now */
  packed: (view: View) => View
  /**
   * Partial sums of rows by unit, [units][rows of to][columns, to a multiple of 8], that are added to `to` before anybody
   * reads it. `isFresh` is true for the first instruction that sums into them.
   */
  partials: (to: View, units: number) => { sums: View; isFresh: boolean }
  /** ε of a snapshot: drawn once, kept for the adjoint */
  noise: (key: string, rowCount: number, columnCount: number) => { view: View; isDrawn: boolean }
  /** a float64 sum of partial sums that is wanted by the end of the section */
  later: (sum: { to: View; sums: View; factor: number; adds: boolean }) => void
}

/** How instructions of these operations become kernels. */
export type LoweringsOf<Operation extends AnyInstruction['op']> = {
  readonly [Op in Operation]: (instruction: Extract<AnyInstruction, { op: Op }>, lowering: Lowering) => void
}

/** Steps by section, and every tensor they use. */
export type Lowered = { readonly tensors: readonly Tensor[]; readonly steps: Readonly<Record<Section, readonly Step[]>> }

type Pending = { to: View; write: () => void }

/** Writes a program down in kernels. */
export function lower(program: Program, facts: GraphFacts): Lowered {
  const tensors: Tensor[] = [...program.tensors],
    noises = new Map<string, View>()
  const joined = joinParts(program)
  const { overwrites, zeroed } = findFirstWrites(sections.flatMap((section) => joined[section]))
  const scratch: Lowering['scratch'] = (name, shape, type = 'float32', role = 'value') => {
    const length = Object.values(shape).reduce((product, size) => product * size, 1)
    const made = { id: tensors.length, name, shape, length, role, type }
    tensors.push(made)
    return wholeOf(made)
  }
  const lowerSection = (instructions: readonly AnyInstruction[]): Step[] => {
    const before: Step[] = [],
      steps: Step[] = [],
      pending: Pending[] = []
    const panels: { weight: View; transposed: boolean; packed: View }[] = [],
      partials: { to: View; units: number; sums: View }[] = []
    const changed = instructions.flatMap((instruction) => viewsOf(instruction.to))
    let current: AnyInstruction
    const lowering: Lowering = {
      facts,
      scratch,
      step: (step) => {
        steps.push({ isApart: false, ...step })
      },
      overwrites: (name) => overwrites.get(current)?.has(name) ?? false,
      panels: (weight, transposed) => {
        const known = panels.find((one) => one.transposed === transposed && isSame(one.weight, weight))
        if (known !== undefined) return known.packed
        const depth = transposed ? weight.columnCount : weight.rowCount,
          width = transposed ? weight.rowCount : weight.columnCount
        const isConstant = !changed.some((view) => overlap(view, weight))
        const packed = scratch('panels', { panel: Math.ceil(width / 8), row: depth, column: 8 })
        const step = packStep(weight, packed, transposed)
        if (isConstant) {
          panels.push({ weight, transposed, packed })
          before.push(step)
        } else steps.push(step)
        return packed
      },
      packed: (view) => {
        const packed = scratch('panels', { panel: Math.ceil(view.columnCount / 8), row: view.rowCount, column: 8 })
        steps.push(packStep(view, packed, false))
        return packed
      },
      partials: (to, units) => {
        const known = partials.find((one) => one.units === units && isSame(one.to, to))
        if (known !== undefined) return { sums: known.sums, isFresh: false }
        const wide = Math.ceil(to.columnCount / 8) * 8,
          sums = scratch('partial sums', { unit: units, number: to.rowCount * wide })
        partials.push({ to, units, sums })
        pending.push({
          to,
          write: () => {
            partials.splice(
              partials.findIndex((one) => one.sums === sums),
              1,
            )
            steps.push(addPartialsStep(to, sums, units, wide))
          },
        })
        return { sums, isFresh: true }
      },
      noise: (key, rowCount, columnCount) => {
        const known = noises.get(key)
        if (known !== undefined) return { view: known, isDrawn: true }
        const view = scratch('noise', { row: rowCount, column: columnCount })
        noises.set(key, view)
        return { view, isDrawn: false }
      },
      later: ({ to, sums, factor, adds }) => {
        pending.push({ to, write: () => steps.push(addDoublesStep(to, sums, factor, adds)) })
      },
    }
    const settle = (views: readonly View[] | null): void => {
      for (const one of pending.slice()) {
        if (views !== null && !views.some((view) => overlap(view, one.to))) continue
        pending.splice(pending.indexOf(one), 1)
        one.write()
      }
    }
    for (const instruction of instructions) {
      current = instruction
      settle(viewsThatMustBeWhole(instruction))
      const zeros = instruction.op === 'fill' ? zeroed.get(instruction) : undefined
      if (zeros === undefined) lowerings[instruction.op](instruction as never, lowering)
      else for (const view of zeros) lowerings.fill({ ...(instruction as AnyInstruction & { op: 'fill' }), to: { out: view } }, lowering)
    }
    settle(null)
    return [...before, ...steps]
  }
  const steps = Object.fromEntries(sections.map((section) => [section, lowerSection(joined[section])])) as Record<Section, Step[]>
  return { tensors, steps }
}

/** What instructions sum by unit, by name. */
const waiting: Partial<Record<AnyInstruction['op'], readonly string[]>> = {
  gateAdjoint: ['dBias'],
  affineBiasGradient: ['dBias'],
  affineWeightGradient: ['dWeight'],
  scaleShiftAdjoint: ['dGain', 'dBias'],
}

/** Sums by unit may wait while others are only added to the same place. */
function viewsThatMustBeWhole(instruction: AnyInstruction): View[] {
  const all = [...viewsOf(instruction.from), ...viewsOf(instruction.to)]
  const { to } = instruction as { to: Readonly<Record<string, View | null>> },
    waits = waiting[instruction.op]?.map((name) => to[name]) ?? []
  return all.filter((view) => !waits.includes(view))
}

function packStep(weight: View, packed: View, transposed: boolean): Step {
  return {
    kernel: 'packPanels',
    ...dealt(weight.rowCount),
    isApart: false,
    accesses: [reads(weight), writes(packed, 'all')],
    words: [{ view: weight }, { int: weight.rowCount }, { int: weight.columnCount }, { at: packed }, { int: transposed ? 1 : 0 }],
  }
}

function addPartialsStep(to: View, sums: View, units: number, wide: number): Step {
  const perUnit = { ...sums, rowCount: units, columnCount: sums.tensor.length / units, stride: sums.tensor.length / units }
  return {
    kernel: 'addPartials',
    items: to.rowCount,
    unit: 32,
    block: 32,
    isApart: true,
    accesses: [reads(sums, 'all'), writes(to)],
    words: [{ view: perUnit }, { int: units }, { int: 4 * wide }, { view: to }, { int: to.columnCount }, { int: 1 }],
  }
}

function addDoublesStep(to: View, sums: View, factor: number, adds: boolean): Step {
  return {
    kernel: 'addDoubles',
    items: 1,
    unit: 1,
    block: 1,
    isApart: false,
    accesses: [reads(sums, 'all'), writes(to, 'all')],
    words: [{ view: { ...sums, columnCount: 1 } }, { int: sums.rowCount }, { double: factor }, { at: to }, { int: adds ? 1 : 0 }],
  }
}

/** Instructions of the shape that memory is planned for. */
export function asProgram({ tensors, steps }: Lowered): Program {
  const instruction = ({ kernel, accesses }: Step): Instruction => {
    const side = (isTo: boolean): Instruction['from'] =>
      Object.fromEntries(accesses.flatMap(({ view, writes: isWritten }, index) => (isWritten === isTo ? [[String(index), view]] : [])))
    return { op: kernel, from: side(false), to: side(true) }
  }
  return {
    tensors,
    forward: steps.forward.map(instruction),
    backward: steps.backward.map(instruction),
    update: steps.update.map(instruction),
  }
}
