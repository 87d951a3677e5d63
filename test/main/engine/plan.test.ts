import { expect, test } from 'vitest'
import { referenceEngine } from '../../../src/main/engine/plain/run.ts'
import { bytesNeeded, bytesOf, planMemory } from '../../../src/main/engine/plan.ts'
import { sections, viewsOf, type Instruction, type Program, type Tensor } from '../../../src/main/engine/program.ts'
import { inputsOf, modelInputOf } from '../../../src/main/model/graph-input.ts'
import { initialParameters } from '../../../src/main/model/parameters.ts'
import { recordTavrnn } from '../../../src/main/model/tavrnn.ts'
import { modelRecipe } from '../../../src/shared/domain/model-run.ts'
import { simulatedGraphs } from '../simulated-graphs.ts'

const recipe = modelRecipe.parse({})
const input = modelInputOf(simulatedGraphs({ channelCount: 11, snapshotCount: 4, seed: 3 }), recipe)
const { program, parameters, gradients, mean } = recordTavrnn(
  { channelCount: 11, snapshotCount: 4, entryCount: input.graphs.columns.length },
  recipe,
)

test('tensors that are alive together never share memory, and the plan is far smaller than all of them', () => {
  const { offsets, arenaBytes } = planMemory(program),
    used = new Map<Tensor, { first: number; last: number }>()
  sections
    .flatMap((section) => program[section])
    .forEach(({ from, to }, index) => {
      for (const { tensor } of [...viewsOf(from), ...viewsOf(to)])
        used.set(tensor, { first: used.get(tensor)?.first ?? index, last: index })
    })
  const placed = [...offsets].map(([tensor, start]) => ({ start, end: start + tensor.length * bytesOf[tensor.type], ...used.get(tensor)! }))
  for (const [index, a] of placed.entries()) {
    for (const b of placed.slice(index + 1)) {
      const together = a.first <= b.last && b.first <= a.last
      expect(together && a.start < b.end && b.start < a.end).toBe(false)
    }
  }
  const all = program.tensors.reduce((sum, tensor) => sum + (tensor.role === 'value' ? tensor.length * bytesOf[tensor.type] : 0), 0)
  expect(arenaBytes).toBeLessThan(0.9 * all)
  expect(bytesNeeded(program)).toBeGreaterThan(arenaBytes)
})

test('an epoch in shared memory has the same bits as one where every tensor has its own', () => {
  const own = new Map(program.tensors.map((tensor) => [tensor, tensor.role === 'value' ? { ...tensor, role: 'kept' as const } : tensor]))
  const moved = (side: Instruction['from']): Instruction['from'] =>
    Object.fromEntries(Object.entries(side).map(([name, view]) => [name, view && { ...view, tensor: own.get(view.tensor)! }]))
  const list = (section: readonly Instruction[]): Instruction[] =>
    section.map((one) => ({ ...one, from: moved(one.from), to: moved(one.to) }))
  const apart: Program = {
    tensors: [...own.values()],
    forward: list(program.forward),
    backward: list(program.backward),
    update: list(program.update),
  }
  const [shared, separate] = [program, apart].map((which) => {
    const machine = referenceEngine.prepare(which, inputsOf(input))
    machine.write(parameters, initialParameters(12, recipe))
    for (const epoch of [0, 1, 2])
      machine.run(sections, { seed: 1, epoch, noiseScale: 1, klWeight: 1, learningRate: 0.01, step: epoch + 1 })
    return { parameters: machine.read(parameters), gradients: machine.read(gradients), mean: machine.read(mean) }
  })
  expect(shared).toEqual(separate)
  expect(shared!.mean.every(Number.isFinite)).toBe(true)
})
