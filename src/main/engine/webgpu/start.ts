import type { AwaitedEngine } from '../engine.ts'
import { createWebgpuEngine } from './run.ts'

/** Dawn's WebGPU; null where the platform has no build of it or no adapter is found. */
export async function loadWebgpu(): Promise<GPU | null> {
  try {
    // Loaded here and not above: where there is no build for the platform, loading throws.
    const { create } = await import('webgpu')
    const gpu = create([])
    return (await gpu.requestAdapter()) === null ? null : gpu
  } catch {
    return null
  }
}

/**
 * The WebGPU engine on this machine's strongest adapter; null where there is none.
 * @param adapters whether an adapter made up in software will do
 */
export async function startWebgpu(adapters: 'any' | 'cards' = 'any'): Promise<AwaitedEngine | null> {
  const gpu = await loadWebgpu()
  if (gpu === null) return null
  if (adapters === 'cards' && (await gpu.requestAdapter())?.info.isFallbackAdapter !== false) return null
  return createWebgpuEngine(gpu)
}
