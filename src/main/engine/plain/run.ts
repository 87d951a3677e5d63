import type { Engine, Machine } from '../engine.ts'
import type { AnyInstruction } from '../operations/instructions.ts'
import type { Instruction, Program, TensorArray, View } from '../program.ts'
import { adam } from './adam.ts'
import { affine, affineBiasGradient, affineWeightGradient } from './affine.ts'
import { attend, attendAdjoint } from './attend.ts'
import { blend, blendAdjoint } from './blend.ts'
import { clip } from './clip.ts'
import { divergence, divergenceAdjoint } from './divergence.ts'
import { edgeLoss } from './edge-loss.ts'
import { fill } from './fill.ts'
import { gate, gateAdjoint } from './gate.ts'
import { gaussian, gaussianAdjoint } from './gaussian.ts'
import { createMemory, type Kernel } from './memory.ts'
import { multiply } from './multiply.ts'
import { propagate } from './propagate.ts'
import { readout, readoutAdjoint } from './readout.ts'
import { rectify } from './rectify.ts'
import { repeat, repeatAdjoint } from './repeat.ts'
import { softplus, softplusAdjoint } from './softplus.ts'

const kernels: { readonly [I in AnyInstruction as I['op']]: Kernel<I> } = {
  adam,
  affine,
  affineBiasGradient,
  affineWeightGradient,
  attend,
  attendAdjoint,
  blend,
  blendAdjoint,
  clip,
  divergence,
  divergenceAdjoint,
  edgeLoss,
  fill,
  gate,
  gateAdjoint,
  gaussian,
  gaussianAdjoint,
  multiply,
  propagate,
  readout,
  readoutAdjoint,
  rectify,
  repeat,
  repeatAdjoint,
  softplus,
  softplusAdjoint,
}

function prepare(program: Program, inputs: Readonly<Record<string, TensorArray>>): Machine {
  const memory = createMemory(program, inputs)
  return {
    run: (sections, scalars, interrupt) => {
      Object.assign(memory.scalars, scalars)
      for (const section of sections) {
        for (const instruction of program[section]) {
          interrupt?.()
          const kernel = kernels[instruction.op as keyof typeof kernels] as Kernel<Instruction>
          kernel(instruction, memory)
        }
      }
    },
    read: (view) => {
      const array = memory.arrays[view.tensor.id]!,
        { rowCount, columnCount } = view,
        count = rowCount * columnCount
      const values = view.tensor.type === 'float64' ? new Float64Array(count) : new Float32Array(count)
      for (let row = 0; row < rowCount; row++)
        values.set(array.subarray(startOf(view, row), startOf(view, row) + columnCount), row * columnCount)
      return values
    },
    write: (view, values) => {
      const array = memory.arrays[view.tensor.id]!,
        { rowCount, columnCount } = view
      for (let row = 0; row < rowCount; row++) {
        for (let c = 0; c < columnCount; c++) array[startOf(view, row) + c] = values[row * columnCount + c]!
      }
    },
  }
}

const startOf = ({ offset, stride }: View, row: number): number => offset + row * stride

/**
 * Plain TypeScript, float32 in memory and float64 in sums, one thread: the oracle of the other engines, and what is left
 * where a machine starts none of them.
 */
export const referenceEngine: Engine = { name: 'reference', prepare }
