import { expect, test } from 'vitest'
import { joinParts } from '../../../src/main/engine/cpu/join-parts.ts'
import { affine } from '../../../src/main/engine/operations/affine.ts'
import { print } from '../../../src/main/engine/print.ts'
import { columnsOf, rowsOf, sections } from '../../../src/main/engine/program.ts'
import { createRecorder } from '../../../src/main/engine/recorder.ts'
import { recordTavrnn } from '../../../src/main/model/tavrnn.ts'
import { modelRecipe } from '../../../src/shared/domain/model-run.ts'

const recordedFor = (channelCount: number, historyNode: boolean) =>
  recordTavrnn({ channelCount, snapshotCount: 2, entryCount: 60 }, modelRecipe.parse({ historyNode })).program

test('a program prints one line per instruction, and the model’s reads like the equations', () => {
  const program = recordedFor(11, true),
    lines = print(program)
      .split('\n')
      .map((line) => line.trim())
  expect(lines.length).toBe(3 + sections.reduce((sum, section) => sum + program[section].length, 0))
  const equations = [
    'phi_x = relu(features · phi_x.W + phi_x.b)',
    'products[1, :, 0:32] += states[1] · enc.W[32:64]',
    'e[1] = relu(Â[1] · products[1, :, 0:32])',
    'z[1] = latent[1, :, 0:8] + ε(snapshot 1) ⊙ std[1]',
    'c[1] = tanh(candidate 1 + gru.candidate.b)',
    's[1] = u[1] ⊙ states[1] + (1 − u[1]) ⊙ c[1]',
    'views of s[1] = last row of s[1]',
    'nll[1], d z[1, 0:11] += Σ i≠j BCE(z[1, 0:11] · z[1, 0:11]ᵀ, A[1]) and its slope',
    'd products[1, :, 32:96] += Â[1] · d gates 1',
    'd enc.W[32:64] += states[0:2]ᵀ · d products[:, :, 0:32]',
    'parameters −= learningRate · Adam(d parameters; adam mean, adam variance)',
  ]
  for (const equation of equations) expect(lines).toContain(equation)
})

test('the text says no more for a large recording than for a small one', () => {
  const linesFor = (channelCount: number): number => print(joinParts(recordedFor(channelCount, true))).split('\n').length
  expect(linesFor(900)).toBe(linesFor(11))
})

test('identity, a whole tensor, some rows and some columns have their own way of being named', () => {
  const recorder = createRecorder(),
    weights = recorder.parameters(20, [
      { name: 'one', offset: 0, rowCount: 4, columnCount: 3 },
      { name: 'two', offset: 12, rowCount: 2, columnCount: 4 },
    ])
  const one = { ...weights, rowCount: 4, columnCount: 3, stride: 3 },
    out = recorder.tensor('out', { row: 4, column: 6 }, 'kept')
  affine(recorder, 'identity', one, columnsOf(out, 3, 3))
  affine(recorder, 'identity', rowsOf(one, 1, 2), columnsOf(rowsOf(out, 2, 2), 0, 3), { accumulate: true })
  const text = print(recorder.finish())
  expect(text).toContain('  out[:, 3:6] = one\n')
  expect(text).toContain('  out[2:4, 0:3] += one[1:3]\n')
})
