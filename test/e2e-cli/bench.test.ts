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
  expect(two.program).toMatch(/^forward\n.*phi_x = affine\(x features/)
  expect(await bench('--variant', 'relaxed')).toMatchObject({ engine: 'cpu-relaxed' })
  expect(await tavrnn(folder, 'bench', '--work', 'nothing')).toMatchObject({ exitCode: 2 })
})
