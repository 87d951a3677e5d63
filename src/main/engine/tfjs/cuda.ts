import util from 'node:util'
import type { Engine } from '../engine.ts'
import type { Tf } from './memory.ts'
import { createTfjsEngine } from './run.ts'

/** Not installed with the app (decision 030); a name in a variable, so that nothing looks for it before it is asked for. */
const packageName = '@tensorflow/tfjs-node-gpu'

/**
 * TFJS on NVIDIA's CUDA, where somebody has added `@tensorflow/tfjs-node-gpu` and it finds a card; null everywhere else.
 */
export async function startCuda(): Promise<Engine | null> {
  // Version 4.22.0 calls a function that Node 23 removed.
  const old = util as { isNullOrUndefined?: (value: unknown) => boolean }
  old.isNullOrUndefined ??= (value) => value === null || value === undefined
  const loaded = (await import(packageName).catch(() => null)) as ({ default?: Tf } & Tf) | null
  if (loaded === null) return null
  const tf = loaded.default ?? loaded
  await tf.ready()
  const backend = tf.backend() as { isUsingGpuDevice?: boolean }
  return tf.getBackend() === 'tensorflow' && backend.isUsingGpuDevice === true ? createTfjsEngine(tf, 'cuda') : null
}
