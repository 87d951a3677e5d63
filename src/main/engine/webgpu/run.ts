import type { AwaitedEngine, AwaitedMachine } from '../engine.ts'
import type { AnyInstruction } from '../operations/instructions.ts'
import { sections, type Instruction, type Program, type Section, type TensorArray, type View } from '../program.ts'
import { adam } from './adam.ts'
import { affine, affineBiasGradient, affineWeightGradient } from './affine.ts'
import { attend, attendAdjoint } from './attend.ts'
import { blend, blendAdjoint } from './blend.ts'
import { blockProduct } from './block-product.ts'
import { clip } from './clip.ts'
import { crossEntropy, crossEntropyAdjoint } from './cross-entropy.ts'
import { createBuffers, openDevice, type Buffers, type Device } from './device.ts'
import { divergence, divergenceAdjoint } from './divergence.ts'
import { edgeLoss } from './edge-loss.ts'
import { fill } from './fill.ts'
import { gate, gateAdjoint } from './gate.ts'
import { gaussian, gaussianAdjoint } from './gaussian.ts'
import { gelu, geluAdjoint } from './gelu.ts'
import { lookup, lookupAdjoint } from './lookup.ts'
import { layOut, type Kernel } from './memory.ts'
import { multiply } from './multiply.ts'
import { nesterov } from './nesterov.ts'
import { normalise, normaliseAdjoint } from './normalise.ts'
import { penalise } from './penalise.ts'
import { propagate } from './propagate.ts'
import { readout, readoutAdjoint } from './readout.ts'
import { rectify } from './rectify.ts'
import { repeat, repeatAdjoint } from './repeat.ts'
import { scaleShift, scaleShiftAdjoint } from './scale-shift.ts'
import { blockBytes, blockOf, groupsPerRow, setRunNumbers, shaderOf, type Dispatch } from './shader.ts'
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

/** A dispatch with its pipeline and the first byte of its block; isFirst of its instruction. */
type Step = { dispatch: Dispatch; pipeline: GPUComputePipeline; block: number; isFirst: boolean }

/**
 * The engine of one WebGPU implementation: WGSL kernels, one submission for all sections of a run. Its device is opened with
 * the first program and opened anew after a loss.
 */
export function createWebgpuEngine(gpu: GPU, name = 'webgpu'): AwaitedEngine {
  let opened: Promise<Device> | null = null
  const open = (): Promise<Device> => {
    const opening = openDevice(gpu, name, () => {
      if (opened === opening) opened = null
    })
    return opening
  }
  return { name, prepare: async (program, inputs) => prepare(await (opened ??= open()), name, program, inputs) }
}

async function prepare(
  device: Device,
  name: string,
  program: Program,
  inputs: Readonly<Record<string, TensorArray>>,
): Promise<AwaitedMachine> {
  const layout = layOut(program, inputs),
    written = new Map<Section, { dispatch: Dispatch; isFirst: boolean }[]>()
  for (const section of sections) {
    written.set(
      section,
      program[section].flatMap((instruction) => {
        layout.beginInstruction()
        const kernel = kernels[instruction.op as keyof typeof kernels] as Kernel<Instruction>
        return kernel(instruction, layout).map((dispatch, index) => ({ dispatch, isFirst: index === 0 }))
      }),
    )
  }
  const all = [...written.values()].flat(),
    { numbers, scratch, inputs: inputWords, graph } = layout.lengths()
  const bytes = { numbers: 4 * numbers, scratch: 4 * scratch, inputs: 4 * inputWords, graph: 4 * graph, blocks: blockBytes * all.length }
  const pipelines = await Promise.all(all.map(({ dispatch }) => device.pipeline(shaderOf(dispatch, layout.placeOf))))
  const buffers = await createBuffers(device, name, bytes)
  for (const { space, byte, array } of layout.uploads()) buffers.upload(buffers.of[space], byte, array)

  const blocks = new Uint32Array(all.length * (blockBytes / 4)),
    steps = new Map<Section, Step[]>()
  let index = 0
  for (const section of sections) {
    steps.set(
      section,
      written.get(section)!.map((step) => {
        blocks.set(blockOf(step.dispatch, layout.placeOf), index * (blockBytes / 4))
        return { ...step, pipeline: pipelines[index]!, block: blockBytes * index++ }
      }),
    )
  }

  /** First byte of a view's row and its buffer. */
  const placeOf = (view: View, row: number): { buffer: GPUBuffer; byte: number } => {
    const { space, at } = layout.placeOf(view)
    return { buffer: buffers.of[space], byte: 4 * (at + row * view.stride) }
  }
  return {
    run: async (wanted, scalars, interrupt) => {
      const chosen = wanted.flatMap((section) => steps.get(section)!)
      setBlocks(chosen, blocks, scalars)
      buffers.upload(buffers.of.blocks, 0, blocks)
      submit(device, buffers, chosen, interrupt)
      await device.gpu.queue.onSubmittedWorkDone()
      device.check()
      interrupt?.()
    },
    read: async (view) => {
      const { rowCount, columnCount, stride } = view,
        { buffer, byte } = placeOf(view, 0)
      const got = new Float32Array(await buffers.download(buffer, byte, 4 * ((rowCount - 1) * stride + columnCount)))
      const values = view.tensor.type === 'float64' ? new Float64Array(rowCount * columnCount) : new Float32Array(rowCount * columnCount)
      for (let row = 0; row < rowCount; row++) values.set(got.subarray(row * stride, row * stride + columnCount), row * columnCount)
      return values
    },
    write: (view, values) => {
      const { rowCount, columnCount, stride } = view,
        isWhole = columnCount === stride,
        array = Float32Array.from(values)
      const length = isWhole ? rowCount * columnCount : columnCount
      for (let row = 0; row < (isWhole ? 1 : rowCount); row++) {
        const { buffer, byte } = placeOf(view, row)
        buffers.upload(buffer, byte, array.subarray(row * length, (row + 1) * length))
      }
    },
    close: buffers.release,
  }
}

function setBlocks(steps: readonly Step[], blocks: Uint32Array, scalars: Readonly<Record<string, number>>): void {
  const scalar = (wanted: string): number => {
    const value = scalars[wanted]
    if (value === undefined) throw new Error(`program: scalar ${wanted} is not given`)
    return value
  }
  for (const { dispatch, block } of steps) setRunNumbers(dispatch, blocks.subarray(block / 4, (block + blockBytes) / 4), scalar)
}

/** All dispatches in one pass and one command buffer; the device keeps their order where they touch the same memory. */
function submit({ gpu }: Device, { group }: Buffers, steps: readonly Step[], interrupt: (() => void) | undefined): void {
  const encoder = gpu.createCommandEncoder(),
    pass = encoder.beginComputePass()
  let current: GPUComputePipeline | null = null
  for (const { dispatch, pipeline, block, isFirst } of steps) {
    if (isFirst) interrupt?.()
    if (pipeline !== current) pass.setPipeline((current = pipeline))
    pass.setBindGroup(0, group, [block])
    pass.dispatchWorkgroups(Math.min(dispatch.groupCount, groupsPerRow), Math.ceil(dispatch.groupCount / groupsPerRow))
  }
  pass.end()
  gpu.queue.submit([encoder.finish()])
}
