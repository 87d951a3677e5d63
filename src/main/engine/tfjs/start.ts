import type { Engine } from '../engine.ts'
import type { Tf } from './memory.ts'
import { createTfjsEngine } from './run.ts'

/** Names in variables: the packages are for tests, so no bundle may take them in. */
const core = '@tensorflow/tfjs-core',
  backend = '@tensorflow/tfjs-backend-cpu'

/** TFJS on its own JavaScript backend, slow and independent: an oracle for `selfcheck` where the packages of the tests are installed; null elsewhere. */
export async function startTfjs(): Promise<Engine | null> {
  try {
    const tf = (await import(core)) as Tf
    await import(backend)
    // Its backend otherwise recommends another package at length.
    tf.env().set('IS_NODE', false)
    await tf.ready()
    return createTfjsEngine(tf, 'tfjs')
  } catch {
    return null
  }
}
