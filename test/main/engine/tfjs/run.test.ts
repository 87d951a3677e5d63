import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { adam } from '../../../../src/main/engine/operations/adam.ts'
import { affine } from '../../../../src/main/engine/operations/affine.ts'
import { clip } from '../../../../src/main/engine/operations/clip.ts'
import { createRecorder } from '../../../../src/main/engine/recorder.ts'
import { startCuda } from '../../../../src/main/engine/tfjs/cuda.ts'
import { createTfjsEngine } from '../../../../src/main/engine/tfjs/run.ts'

/** Parameters as TAVRNN has them: matrices one behind the other in one flat tensor, here with a gap between a matrix's rows. */
function recordFlat() {
  const recorder = createRecorder(),
    flat = recorder.tensor('parameters', { parameter: 14 }, 'parameter')
  const x = recorder.tensor('x', { row: 2, column: 2 }, 'input'),
    out = recorder.tensor('out', { row: 2, column: 2 }, 'kept')
  const weight = { tensor: flat.tensor, offset: 1, rowCount: 2, columnCount: 2, stride: 3 }
  affine(recorder, x, weight, out)
  recorder.writeBackward()
  recorder.beginUpdate()
  const gradients = recorder.gradient(flat)!,
    moments = ['m', 'v'].map((name) => recorder.tensor(name, { parameter: 14 }, 'kept'))
  const norm = recorder.tensor('norm', { one: 1 }, 'kept', 'float64')
  clip(recorder, gradients, norm, { stretches: [[0, 14]], limit: 1 })
  adam(recorder, { parameters: flat, mean: moments[0]!, variance: moments[1]! }, gradients, [[0, 14]])
  return { program: recorder.finish(), flat, out }
}

test('a block with gaps in a flat tensor is read in place, and a view of any shape can be read and written between runs', () => {
  const { program, flat, out } = recordFlat(),
    machine = createTfjsEngine(tf, 'tfjs').prepare(program, { x: Float32Array.of(1, 2, 3, 4) })
  machine.write(
    flat,
    Array.from({ length: 14 }, (_, at) => at),
  )
  machine.write({ ...flat, offset: 4, rowCount: 2, columnCount: 1, stride: 3 }, [40, 70])
  expect([...machine.read({ ...flat, offset: 3, rowCount: 2, columnCount: 3, stride: 4 })]).toEqual([3, 40, 5, 70, 8, 9])
  machine.run(['forward'], {})
  expect([...machine.read(out)]).toEqual([81, 12, 163, 26])
})

test('ten runs leave no more tensors than one', () => {
  const { program } = recordFlat(),
    machine = createTfjsEngine(tf, 'tfjs').prepare(program, { x: Float32Array.of(1, 2, 3, 4) })
  const step = (): number => {
    machine.run(['forward', 'backward', 'update'], { learningRate: 0.1, step: 1 })
    return tf.memory().numTensors
  }
  const first = step()
  for (let run = 0; run < 8; run++) step()
  expect(step()).toBe(first)
})

test('an input of the wrong length is refused', () => {
  const { program } = recordFlat()
  expect(() => createTfjsEngine(tf, 'tfjs').prepare(program, { x: Float32Array.of(1) })).toThrow('input x has 1 numbers, not 4')
})

test('cuda is absent where its package is not installed', async () => {
  expect(await startCuda()).toBeNull()
})
