import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'vitest'
import { cpuEngine } from '../../../src/main/engine/cpu/run.ts'
import type { AwaitedEngine } from '../../../src/main/engine/engine.ts'
import { referenceEngine } from '../../../src/main/engine/plain/run.ts'
import { createTfjsEngine } from '../../../src/main/engine/tfjs/run.ts'
import { createWebgpuEngine } from '../../../src/main/engine/webgpu/run.ts'
import { distance, numericGradients, runOperation, type Matrices, type Matrix } from './operation-bench.ts'
import { testedWebgpu } from './webgpu/software-adapter.ts'

const gpu = await testedWebgpu()

/** Every engine passes the same suite. */
export const testedEngines: readonly AwaitedEngine[] = [
  referenceEngine,
  cpuEngine('plain', 1),
  cpuEngine('relaxed', 1),
  createTfjsEngine(tf, 'tfjs'),
  ...(gpu === null ? [] : [createWebgpuEngine(gpu)]),
]

export type AgreementCase = Parameters<typeof runOperation>[3] & {
  inputs: Matrices
  record: Parameters<typeof runOperation>[1]
  reference: (inputs: Matrices) => Matrix
  dOut: Matrix | null
}

/** One operation, forward and backward, against its definition in float64 and that one's central differences. */
export async function expectAgreementOn(
  engine: AwaitedEngine,
  { inputs, record, reference, dOut, ...given }: AgreementCase,
): Promise<void> {
  const { out, gradients } = await runOperation(inputs, record, dOut, { ...given, engine }),
    want = numericGradients(inputs, reference, dOut)
  // float32 sums of softplus lose what is below 10⁻⁷ of 1
  expect(distance(out, reference(inputs), 1e-2)).toBeLessThan(1e-5)
  // where all of a gradient nearly vanishes (a saturated tanh), float32 errs by the size of what flows in
  const largest = Math.max(1e-3, ...Object.values(want).flat(2).map(Math.abs), ...(dOut ?? []).flat().map(Math.abs))
  for (const name of Object.keys(inputs)) expect(distance(gradients[name]!, want[name]!, 1e-2 * largest), name).toBeLessThan(1e-4)
}
