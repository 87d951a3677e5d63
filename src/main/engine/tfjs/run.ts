import type { Engine, Machine } from '../engine.ts'
import type { AnyInstruction } from '../operations/instructions.ts'
import { sections, viewsOf, type Instruction, type Program, type Tensor, type TensorArray, type View } from '../program.ts'
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
import { createMemory, type Kernel, type Tf } from './memory.ts'
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

/** Tensors of role `value` by the instruction that uses them last. */
function lastUses(program: Program): ReadonlyMap<Instruction, readonly Tensor[]> {
  const last = new Map<Tensor, Instruction>(),
    dead = new Map<Instruction, Tensor[]>()
  for (const instruction of sections.flatMap((section) => program[section])) {
    for (const { tensor } of [...viewsOf(instruction.from), ...viewsOf(instruction.to)])
      if (tensor.role === 'value') last.set(tensor, instruction)
  }
  for (const [tensor, instruction] of last) dead.set(instruction, [...(dead.get(instruction) ?? []), tensor])
  return dead
}

/** Indices of a view's elements in its tensor, row by row. */
function* placesOf({ offset, rowCount, columnCount, stride }: View): Generator<number> {
  for (let row = 0; row < rowCount; row++) for (let column = 0; column < columnCount; column++) yield offset + row * stride + column
}

/**
 * An engine that runs programs in TFJS operations, float32, on whatever backend the given TFJS has; instructions run one
 * by one, and what nobody needs any more is freed after each.
 * @param tf `@tensorflow/tfjs-core` or a package with the same operations, its backend ready
 */
export function createTfjsEngine(tf: Tf, name: string): Engine {
  function prepare(program: Program, inputs: Readonly<Record<string, TensorArray>>): Machine {
    const memory = createMemory(tf, program, inputs),
      dead = lastUses(program)
    return {
      run: (wanted, scalars, interrupt) => {
        memory.beginRun(scalars)
        for (const instruction of wanted.flatMap((section) => program[section])) {
          interrupt?.()
          const kernel = kernels[instruction.op as keyof typeof kernels] as Kernel<Instruction>
          tf.tidy(() => kernel(instruction, memory))
          memory.sweep(dead.get(instruction) ?? [])
        }
      },
      read: (view) => {
        const values = memory.download(view.tensor),
          picked = Array.from(placesOf(view), (at) => values[at]!)
        return view.tensor.type === 'float64' ? Float64Array.from(picked) : Float32Array.from(picked)
      },
      write: (view, values) => {
        const whole = Float32Array.from(memory.download(view.tensor))
        let next = 0
        for (const at of placesOf(view)) whole[at] = values[next++]!
        memory.upload(view.tensor, whole)
        memory.sweep([])
      },
      close: memory.release,
    }
  }
  return { name, prepare }
}
