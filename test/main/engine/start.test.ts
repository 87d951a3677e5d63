import { expect, test } from 'vitest'
import { allStartingEngines, engineNameOf, startEngine } from '../../../src/main/engine/start.ts'
import { testedWebgpu } from './webgpu/software-adapter.ts'

const gpu = await testedWebgpu()

test('a word means one engine, whether it starts here or not; other words mean none', () => {
  for (const word of ['webgpu', 'cuda', 'tfjs']) expect(engineNameOf(word)).toBe(word)
  for (const word of ['auto', 'cpu']) expect(engineNameOf(word)).toBe('cpu-plain')
  for (const word of ['gpu', 'toString']) expect(() => engineNameOf(word)).toThrow(expect.objectContaining({ code: 'engines/none-starts' }))
})

test('an engine that does not start here is refused, and those that do are named', async () => {
  const details = { engine: 'cuda', engines: expect.stringContaining('cpu-plain') as string }
  await expect(startEngine('cuda')).rejects.toMatchObject({ code: 'engines/none-starts', details })
  expect((await startEngine('cpu')).name).toBe('cpu-plain')
})

test.skipIf(gpu === null)('WebGPU and TensorFlow.js are among those that start where an adapter and the packages are', async () => {
  expect((await allStartingEngines()).map(({ name }) => name)).toEqual(['cpu-plain', 'cpu-relaxed', 'webgpu', 'tfjs'])
  expect((await startEngine('webgpu')).name).toBe('webgpu')
})
