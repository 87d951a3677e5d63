import { describe, expect, test } from 'vitest'
import { cpuEngine } from '../../../../src/main/engine/cpu/run.ts'
import type { Engine, Machine } from '../../../../src/main/engine/engine.ts'
import { drawNoise } from '../../../../src/main/engine/noise.ts'
import { gaussian } from '../../../../src/main/engine/operations/gaussian.ts'
import { referenceEngine } from '../../../../src/main/engine/plain/run.ts'
import { sections } from '../../../../src/main/engine/program.ts'
import { createRecorder } from '../../../../src/main/engine/recorder.ts'
import { inputsOf, modelInputOf, symmetricOf } from '../../../../src/main/model/graph-input.ts'
import { initialParameters } from '../../../../src/main/model/parameters.ts'
import { recordTavrnn, type Tavrnn } from '../../../../src/main/model/tavrnn.ts'
import { modelPresets, modelRecipe, type ModelRecipe } from '../../../../src/shared/domain/model-run.ts'
import { simulatedGraphs } from '../../simulated-graphs.ts'

/** Large enough for several units of rows, input columns that are dealt out, pieces of a triangle and, in one snapshot, a complement. */
const channelCount = 301,
  snapshotCount = 3
const graphs = simulatedGraphs({ channelCount, snapshotCount, seed: 4 })
graphs.edges[1] = Uint16Array.from(
  Array.from({ length: channelCount }, (_, i) => Array.from({ length: channelCount - 1 - i }, (_, k) => [i, i + 1 + k]))
    .flat(2)
    .filter((_, at) => at % 14 < 12),
)

const settings = { 'rows, history node': {}, identity: { features: 'identity' }, published: modelPresets.published } as const
const scalars = { seed: 3, noiseScale: 1, klWeight: 0.4, learningRate: 0.01 }

function machineOf(
  engine: Engine,
  recipe: ModelRecipe,
  asHalves = engine.takesSymmetric,
): { machine: Machine; tavrnn: Tavrnn; epoch: (number: number, interrupt?: () => void) => void } {
  const input = modelInputOf(graphs, recipe, undefined, asHalves),
    tavrnn = recordTavrnn({ channelCount, snapshotCount, entryCount: input.graphs.columns.length }, recipe)
  const machine = engine.prepare(tavrnn.program, inputsOf(input), symmetricOf(input))
  machine.write(tavrnn.parameters, initialParameters(input.graphs.vertexCount, recipe))
  return {
    machine,
    tavrnn,
    epoch: (number, interrupt) => machine.run(sections, { ...scalars, epoch: number, step: number + 1 }, interrupt),
  }
}

const resultsOf = (machine: Machine, tavrnn: Tavrnn) => ({
  nll: machine.read(tavrnn.nll),
  kl: machine.read(tavrnn.kl),
  norm: machine.read(tavrnn.gradientNorm),
  gradients: machine.read(tavrnn.gradients),
  parameters: machine.read(tavrnn.parameters),
  mean: machine.read(tavrnn.mean),
  std: machine.read(tavrnn.std),
  attention: machine.read(tavrnn.attention ?? tavrnn.std),
})

function distance(got: ArrayLike<number>, want: ArrayLike<number>): number {
  let gap = 0,
    size = 0
  for (let at = 0; at < want.length; at++) {
    const difference = Math.abs(got[at]! - want[at]!)
    gap = difference <= gap ? gap : difference
    size = Math.max(size, Math.abs(want[at]!))
  }
  return gap / size
}

describe.each(Object.entries(settings))('%s', (_, setting) => {
  const recipe = modelRecipe.parse(setting)

  test.each([
    ['plain', 'halves'],
    ['relaxed', 'halves'],
    ['plain', 'full rows'],
  ] as const)('an epoch of the %s build on %s agrees with the plain interpreter', (variant, form) => {
    const got = machineOf(cpuEngine(variant, 1), recipe, form === 'halves'),
      want = machineOf(referenceEngine, recipe)
    for (const one of [got, want]) one.epoch(0)
    const wanted = resultsOf(want.machine, want.tavrnn)
    for (const [name, values] of Object.entries(resultsOf(got.machine, got.tavrnn))) {
      // a step of Adam turns a gradient near zero into one of either sign
      if (name !== 'parameters') expect(distance(values, wanted[name as keyof typeof wanted]), name).toBeLessThan(2e-5)
    }
  })

  test('two, three or eight threads give the bits of one, and so does a second run', () => {
    const runs = [1, 2, 3, 8, 1].map((threadCount) => {
      const { machine, tavrnn, epoch } = machineOf(cpuEngine('plain', threadCount), recipe)
      for (let number = 0; number < 3; number++) epoch(number)
      const results = resultsOf(machine, tavrnn)
      machine.close?.()
      return results
    })
    for (const run of runs.slice(1)) expect(run).toEqual(runs[0])
  })
})

test('noise is the generator’s, to the bit', () => {
  const rowCount = 3000,
    columnCount = 8,
    at = { seed: 4_000_000_001, epoch: 77, snapshot: 5 },
    recorder = createRecorder()
  const [mean, std, out] = ['mean', 'std', 'out'].map((name) => recorder.tensor(name, { row: rowCount, column: columnCount }, 'kept'))
  gaussian(recorder, { mean: mean!, std: std!, noise: null }, out!, at.snapshot)
  const machine = cpuEngine('plain', 1).prepare(recorder.finish(), {})
  machine.write(std!, new Float32Array(rowCount * columnCount).fill(1))
  machine.run(['forward'], { ...at, noiseScale: 1 })
  // + 0: the sum with a mean of 0 has no negative zero
  expect(machine.read(out!)).toEqual(drawNoise(at, rowCount, columnCount).map((value) => value + 0))
})

test.each([1, 2])('a run that is broken off anywhere leaves %i threads ready for the next', (threadCount) => {
  const { machine, tavrnn, epoch } = machineOf(cpuEngine('plain', threadCount), modelRecipe.parse({})),
    start = machine.read(tavrnn.parameters)
  let asked = 0
  epoch(0, () => {
    asked++
  })
  const whole = resultsOf(machine, tavrnn)
  expect(asked).toBeGreaterThan(100)
  for (const stopAt of [1, 2, Math.floor(asked / 3), asked - 1]) {
    let left = stopAt
    expect(() =>
      epoch(0, () => {
        if (--left === 0) throw new Error('stop')
      }),
    ).toThrow('stop')
  }
  machine.write(tavrnn.parameters, start)
  for (const moment of [tavrnn.adamMean, tavrnn.adamVariance]) machine.write(moment, new Float32Array(start.length))
  epoch(0)
  expect(resultsOf(machine, tavrnn)).toEqual(whole)
  machine.close?.()
})
