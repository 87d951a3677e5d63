import type { Engine, Machine } from '../engine.ts'
import type { AnyInstruction } from '../operations/instructions.ts'
import type { Instruction, Program, TensorArray, View } from '../program.ts'
import { adam } from './adam.ts'
import { affine, affineBiasGradient, affineWeightGradient } from './affine.ts'
import { attend, attendAdjoint } from './attend.ts'
import { blend, blendAdjoint } from './blend.ts'
import { blockProduct } from './block-product.ts'
import { clip } from './clip.ts'
import { crossEntropy, crossEntropyAdjoint } from './cross-entropy.ts'
import { divergence, divergenceAdjoint } from './divergence.ts'
import { edgeLoss } from './edge-loss.ts'
import { fill } from './fill.ts'
import { gate, gateAdjoint } from './gate.ts'
import { gaussian, gaussianAdjoint } from './gaussian.ts'
import { gelu, geluAdjoint } from './gelu.ts'
import { lookup, lookupAdjoint } from './lookup.ts'
import { createMemory, type Kernel } from './memory.ts'
import { multiply } from './multiply.ts'
import { nesterov } from './nesterov.ts'
import { normalise, normaliseAdjoint } from './normalise.ts'
import { penalise } from './penalise.ts'
import { propagate } from './propagate.ts'
import { readout, readoutAdjoint } from './readout.ts'
import { rectify } from './rectify.ts'
import { repeat, repeatAdjoint } from './repeat.ts'
import { scaleShift, scaleShiftAdjoint } from './scale-shift.ts'
import { softmax, softmaxAdjoint } from './softmax.ts'
import { softplus, softplusAdjoint } from './softplus.ts'
import { squaredError, squaredErrorAdjoint } from './squared-error.ts'

const kernels: { readonly [I in AnyInstruction as I['op']]: Kernel<I> } = {
  adam,
  affine,
  affineBiasGradient,
  affineWeightGradient,
  attend,
  attendAdjoint,
  blend,
  blendAdjoint,
  blockProduct,
  clip,
  crossEntropy,
  crossEntropyAdjoint,
  divergence,
  divergenceAdjoint,
  edgeLoss,
  fill,
  gate,
  gateAdjoint,
  gaussian,
  gaussianAdjoint,
  gelu,
  geluAdjoint,
  lookup,
  lookupAdjoint,
  multiply,
  nesterov,
  normalise,
  normaliseAdjoint,
  penalise,
  propagate,
  readout,
  readoutAdjoint,
  rectify,
  repeat,
  repeatAdjoint,
  scaleShift,
  scaleShiftAdjoint,
  softmax,
  softmaxAdjoint,
  softplus,
  softplusAdjoint,
  squaredError,
  squaredErrorAdjoint,
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
