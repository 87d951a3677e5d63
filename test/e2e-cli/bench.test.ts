import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { throwAwayFolder } from '../main/throw-away.ts'
import { tavrnn } from './tavrnn.ts'

const size = ['--work', 'epoch', '--channels', '70', '--snapshots', '3', '--density', '0.3', '--epochs', '3']

test('bench gives the same loss to the last digit for one and two threads, and prints the program when asked', async () => {
  const folder = throwAwayFolder(),
    bench = async (...words: string[]) => (await tavrnn(folder, 'bench', ...size, ...words)).reply.value
  const one = await bench('--threads', '1'),
    two = await bench('--threads', '2', '--print-program')
  expect(one).toMatchObject({
    engine: 'cpu-plain',
    variant: 'plain',
    threads: 1,
    secondsPerEpoch: { median: expect.any(Number), min: expect.any(Number) },
    peakMemoryMB: expect.any(Number),
  })
  expect(two).toMatchObject({ threads: 2, loss: one.loss })
  expect(two.program).toMatch(/^forward\n {2}phi_x = relu\(features · phi_x\.W \+ phi_x\.b\)\n/)
  expect(await bench('--variant', 'relaxed')).toMatchObject({ engine: 'cpu-relaxed' })
  expect(await tavrnn(folder, 'bench', '--work', 'nothing')).toMatchObject({ exitCode: 2 })
})

test('bench times t-SNE of a file of points and writes the picture', async () => {
  const folder = throwAwayFolder(),
    [points, out] = ['x.f32', 'y.f32'].map((name) => join(folder, name)) as [string, string]
  writeFileSync(points, Buffer.from(Float32Array.from({ length: 8 * 60 }, (_, at) => ((at * at) % 23) + (at % 480 < 240 ? 0 : 50)).buffer))
  const { reply } = await tavrnn(folder, 'bench', '--work', 'tsne', '--points', points, '--columns', '8', '--steps', '100', '--out', out)
  expect(reply.value).toEqual({ seconds: expect.any(Number), processorSeconds: expect.any(Number), kl: expect.any(Number) })
  expect(readFileSync(out)).toHaveLength(4 * 2 * 60)
  expect((await tavrnn(folder, 'bench', '--work', 'tsne', '--points', points, '--columns', '7')).reply).toMatchObject({
    error: { code: 'engines/points-unreadable' },
  })
})

test('bench times correlations and edges beyond chance', async () => {
  const size = ['--channels', '40', '--bins', '600', '--windows', '4', '--rate-hz', '2', '--threads', '2']
  for (const edges of ['none', 'significance']) {
    const { reply } = await tavrnn(throwAwayFolder(), 'bench', '--work', 'snapshots', ...size, '--edges', edges)
    expect(reply.value).toEqual({ seconds: expect.any(Number), processorSeconds: expect.any(Number) })
  }
})
