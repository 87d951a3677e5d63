import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { cpuEngine } from '../../../src/main/engine/cpu/run.ts'
import { referenceEngine } from '../../../src/main/engine/plain/run.ts'
import { sections } from '../../../src/main/engine/program.ts'
import { createTfjsEngine } from '../../../src/main/engine/tfjs/run.ts'
import { inputsOf, modelInputOf, type SnapshotGraphs } from '../../../src/main/model/graph-input.ts'
import { parameterCount, parameterPlaces, trainedStretches, usedParameterCount } from '../../../src/main/model/parameters.ts'
import { klWeightOf } from '../../../src/main/model/schedule.ts'
import { recordTavrnn } from '../../../src/main/model/tavrnn.ts'
import { modelRecipe, type ModelRecipe } from '../../../src/shared/domain/model-run.ts'

type Case = {
  settings: Partial<ModelRecipe>
  first: { mean: number[]; nll: number[]; kl: number[]; gradientNorms: Record<string, number> }
  epochs: { nll: number; kl: number; gradientNorm: number }[]
  embedding: number[]
}
type Fixture = { channelCount: number; snapshotCount: number; epochCount: number; cases: Record<string, Case> }
const { channelCount, snapshotCount, epochCount, cases } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/family/family.json'), 'utf8'),
) as Fixture

/** The rule of make.py: number k of a stream, in [0, 1). */
const numbers = (count: number, stream: number): number[] =>
  Array.from({ length: count }, (_, k) => (Math.imul(k + stream * 1_000_003, 2654435761) >>> 0) / 2 ** 32)

function graphs(): SnapshotGraphs {
  const pairs = Array.from({ length: channelCount }, (_, i) =>
    Array.from({ length: channelCount - 1 - i }, (__, k) => [i, i + 1 + k] as const),
  ).flat()
  const u = numbers(snapshotCount * pairs.length, 2),
    r = numbers(snapshotCount * pairs.length, 3)
  const of = <Made>(make: (first: number) => Made): Made[] => Array.from({ length: snapshotCount }, (_, t) => make(t * pairs.length))
  return {
    channelCount,
    snapshotCount,
    edges: of((first) => Uint16Array.from(pairs.filter((_, k) => u[first + k]! < 0.4).flat())),
    r: of((first) => Int16Array.from(pairs.map((_, k) => Math.round(32767 * r[first + k]!)))),
  }
}

/** Largest difference, as a share of the wanted numbers' largest. */
function distance(got: ArrayLike<number>, want: readonly number[]): number {
  expect(got.length).toBe(want.length)
  const size = want.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-30)
  return want.reduce((most, value, at) => Math.max(most, Math.abs(got[at]! - value)), 0) / size
}

const engines = [referenceEngine, cpuEngine('plain', 1), createTfjsEngine(tf, 'tfjs')]

describe.each(Object.entries(cases))('%s', (_, { settings, first, epochs, embedding }) => {
  const recipe = modelRecipe.parse({ ...settings, warmupEpochs: 3 }),
    vertexCount = channelCount + (recipe.historyNode ? 1 : 0)

  test.each(engines.map((engine) => [engine.name, engine] as const))('%s gives what the equations give', (__, engine) => {
    const input = modelInputOf(graphs(), recipe),
      model = recordTavrnn({ channelCount, snapshotCount, entryCount: input.graphs.columns.length }, recipe, 'given')
    const perEpoch = snapshotCount * vertexCount * 8,
      noise = numbers(epochCount * perEpoch, 4).map((u) => (2 * u - 1) * 1.7)
    const machine = engine.prepare(model.program, inputsOf(input)),
      given = model.program.tensors.find(({ name }) => name === 'noise')
    machine.write(
      model.parameters,
      numbers(parameterCount(vertexCount), 1).map((u) => (2 * u - 1) * 0.3),
    )
    const channels = (values: ArrayLike<number>): number[] =>
      Array.from({ length: snapshotCount * channelCount * 8 }, (___, at) => {
        const width = channelCount * 8
        return values[Math.floor(at / width) * vertexCount * 8 + (at % width)]!
      })
    const total = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, value) => sum + value, 0)
    for (const [epoch, want] of epochs.entries()) {
      // without variation there is no noise to give
      if (given && recipe.variation)
        machine.write(
          { tensor: given, offset: 0, rowCount: 1, columnCount: perEpoch, stride: perEpoch },
          noise.slice(epoch * perEpoch, (epoch + 1) * perEpoch),
        )
      const klWeight = klWeightOf(recipe, epoch)
      machine.run(sections, { seed: 0, epoch, noiseScale: 1, klWeight, learningRate: 0.01, step: epoch + 1 })
      if (epoch === 0) {
        expect(distance(channels(machine.read(model.mean)), first.mean)).toBeLessThan(1e-5)
        expect(distance(machine.read(model.nll), first.nll)).toBeLessThan(1e-5)
        expect(distance(machine.read(model.kl), first.kl)).toBeLessThan(1e-5)
      }
      expect(total(machine.read(model.nll)) / want.nll).toBeCloseTo(1, 4)
      expect(total(machine.read(model.kl))).toBeCloseTo(want.kl, 4)
      expect(machine.read(model.gradientNorm)[0]! / want.gradientNorm).toBeCloseTo(1, 3)
    }
    machine.run(['forward'], { seed: 0, epoch: 0, noiseScale: 0, klWeight: 1, learningRate: 0, step: 1 })
    expect(distance(channels(machine.read(model.mean)), embedding)).toBeLessThan(1e-3)
    machine.close?.()
  })

  test('every gradient has the size it must have', () => {
    const input = modelInputOf(graphs(), recipe),
      model = recordTavrnn({ channelCount, snapshotCount, entryCount: input.graphs.columns.length }, recipe, 'given')
    const noise = Float32Array.from(numbers(snapshotCount * vertexCount * 8, 4), (u) => (2 * u - 1) * 1.7),
      machine = referenceEngine.prepare(model.program, { ...inputsOf(input), noise })
    machine.write(
      model.parameters,
      numbers(parameterCount(vertexCount), 1).map((u) => (2 * u - 1) * 0.3),
    )
    machine.run(['forward', 'backward'], { seed: 0, epoch: 0, noiseScale: 1, klWeight: klWeightOf(recipe, 0) })
    const gradients = machine.read(model.gradients),
      largest = Math.max(...Object.values(first.gradientNorms))
    const trained = trainedStretches(vertexCount, recipe)
    for (const { name, offset, rowCount, columnCount } of parameterPlaces(vertexCount)) {
      if (!trained.some(([start, end]) => offset >= start && offset < end)) continue
      const norm = Math.hypot(...gradients.subarray(offset, offset + rowCount * columnCount))
      expect(Math.abs(norm - (first.gradientNorms[name] ?? 0)) / largest, name).toBeLessThan(1e-6)
    }
  })

  test('what has no part in the model is neither trained nor counted', () => {
    const trained = trainedStretches(vertexCount, recipe),
      all = trainedStretches(vertexCount, { ...recipe, trainedGru: true })
    expect(usedParameterCount(vertexCount, recipe)).toBe(all.reduce((sum, [start, end]) => sum + end - start, 0))
    const names = parameterPlaces(vertexCount).filter(({ offset }) => trained.some(([start, end]) => offset >= start && offset < end))
    // a key's bias shifts all scores alike: its gradient is zero
    const withGradient = names.map(({ name }) => name).filter((name) => name !== 'attention.key.b')
    expect(new Set(withGradient)).toEqual(new Set(Object.keys(first.gradientNorms).filter((name) => name !== 'attention.key.b')))
  })
})
