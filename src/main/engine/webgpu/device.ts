/// <reference types="@webgpu/types" />
import { fail } from '../../../shared/contract/errors.ts'
import type { TensorArray } from '../program.ts'
import { blockBytes, type Space } from './shader.ts'

/** Bits of the WebGPU specification, which a browser has as globals. */
const usage = { mapRead: 0x1, copySource: 0x4, copyTarget: 0x8, uniform: 0x40, storage: 0x80 } as const
const computeStage = 0x4,
  readMode = 0x1
const spaces = ['numbers', 'scratch', 'inputs', 'graph'] as const satisfies readonly Space[]
/** Uploads go in pieces, so that no second copy of all features is needed at once. */
const uploadBytes = 1 << 26

/** A graphics device with the shaders it has compiled; all programs on it share them. */
export type Device = {
  readonly gpu: GPUDevice
  /** the largest buffer, in bytes */
  readonly largest: number
  readonly groupLayout: GPUBindGroupLayout
  /** @throws engines/device-lost for WGSL the device refuses */
  readonly pipeline: (code: string) => Promise<GPUComputePipeline>
  /** @throws engines/device-lost from the first loss or error on */
  readonly check: () => void
  readonly lost: (reason: unknown) => Error
}

/**
 * Opens a device on the strongest adapter.
 * @param whenLost called once, after which the device is of no use
 * @throws engines/device-lost without an adapter
 */
export async function openDevice(implementation: GPU, engine: string, whenLost: () => void): Promise<Device> {
  const lost = (reason: unknown): Error => fail('engines/device-lost', { engine, reason: String(reason) })
  const adapter = await implementation.requestAdapter({ powerPreference: 'high-performance' })
  if (adapter === null) throw lost('no adapter')
  const { maxStorageBufferBindingSize, maxBufferSize } = adapter.limits
  const gpu = await adapter.requestDevice({ requiredLimits: { maxStorageBufferBindingSize, maxBufferSize } })
  let problem: string | null = null
  const note = (message: string): void => {
    problem ??= message
    whenLost()
  }
  void gpu.lost.then(({ reason, message }) => note(message || reason))
  gpu.onuncapturederror = ({ error }) => note(error.message)

  const groupLayout = gpu.createBindGroupLayout({
    entries: [
      ...spaces.map((space, binding) => ({
        binding,
        visibility: computeStage,
        buffer: { type: space === 'numbers' || space === 'scratch' ? ('storage' as const) : ('read-only-storage' as const) },
      })),
      { binding: spaces.length, visibility: computeStage, buffer: { type: 'uniform' as const, hasDynamicOffset: true } },
    ],
  })
  const layout = gpu.createPipelineLayout({ bindGroupLayouts: [groupLayout] }),
    pipelines = new Map<string, Promise<GPUComputePipeline>>()
  return {
    gpu,
    groupLayout,
    lost,
    largest: Math.min(maxStorageBufferBindingSize, maxBufferSize),
    check: () => {
      if (problem !== null) throw lost(problem)
    },
    pipeline: (code) => {
      const known = pipelines.get(code)
      if (known !== undefined) return known
      const made = gpu
        .createComputePipelineAsync({ layout, compute: { module: gpu.createShaderModule({ code }), entryPoint: 'main' } })
        .catch((reason: unknown) => {
          throw lost(reason)
        })
      pipelines.set(code, made)
      return made
    },
  }
}

/** The buffers of one program. */
export type Buffers = {
  readonly group: GPUBindGroup
  readonly of: Readonly<Record<Space | 'blocks', GPUBuffer>>
  readonly upload: (buffer: GPUBuffer, byte: number, array: TensorArray) => void
  /** A copy of bytes [first, first + length), multiples of 4. @throws engines/device-lost */
  readonly download: (buffer: GPUBuffer, first: number, length: number) => Promise<ArrayBuffer>
  readonly release: () => void
}

/**
 * Buffers of the given sizes in bytes, all zero.
 * @throws engines/out-of-memory where they are beyond the device
 */
export async function createBuffers(device: Device, engine: string, bytes: Readonly<Record<Space | 'blocks', number>>): Promise<Buffers> {
  const { gpu, largest } = device,
    needed = Object.values(bytes).reduce((sum, size) => sum + size, 0)
  const tooLarge = (): Error =>
    fail('engines/out-of-memory', { engine, neededMB: Math.ceil(needed / 1e6), largestMB: Math.floor(largest / 1e6) })
  if (Object.values(bytes).some((size) => size > largest)) throw tooLarge()
  const create = (size: number, bits: number): GPUBuffer =>
    gpu.createBuffer({ size: Math.max(blockBytes, size), usage: bits | usage.copySource | usage.copyTarget })
  gpu.pushErrorScope('out-of-memory')
  const of = {
    numbers: create(bytes.numbers, usage.storage),
    scratch: create(bytes.scratch, usage.storage),
    inputs: create(bytes.inputs, usage.storage),
    graph: create(bytes.graph, usage.storage),
    blocks: create(bytes.blocks, usage.uniform),
  }
  const release = (): void => Object.values(of).forEach((buffer) => buffer.destroy())
  if ((await gpu.popErrorScope()) !== null) {
    release()
    throw tooLarge()
  }
  const group = gpu.createBindGroup({
    layout: device.groupLayout,
    entries: [
      ...spaces.map((space, binding) => ({ binding, resource: { buffer: of[space] } })),
      { binding: spaces.length, resource: { buffer: of.blocks, size: blockBytes } },
    ],
  })

  function upload(buffer: GPUBuffer, byte: number, array: TensorArray): void {
    const all = new Uint8Array(array.buffer as ArrayBuffer, array.byteOffset, array.byteLength)
    for (let first = 0; first < all.length; first += uploadBytes) {
      const part = all.subarray(first, first + uploadBytes),
        length = Math.ceil(part.length / 4) * 4
      // Whole words only: an odd last 16-bit column goes with a copy.
      const words = part.length === length ? part : new Uint8Array(length)
      if (words !== part) words.set(part)
      gpu.queue.writeBuffer(buffer, byte + first, words)
    }
  }

  async function download(buffer: GPUBuffer, first: number, length: number): Promise<ArrayBuffer> {
    device.check()
    const staging = gpu.createBuffer({ size: length, usage: usage.mapRead | usage.copyTarget }),
      encoder = gpu.createCommandEncoder()
    encoder.copyBufferToBuffer(buffer, first, staging, 0, length)
    gpu.queue.submit([encoder.finish()])
    await staging.mapAsync(readMode).catch((reason: unknown) => {
      device.check()
      throw device.lost(reason)
    })
    const copy = staging.getMappedRange().slice(0)
    staging.destroy()
    return copy
  }

  return { group, of, upload, download, release }
}
