import { expect, test } from 'vitest'
import { chooseEngine } from '../../../src/main/engine/choose.ts'
import { referenceEngine } from '../../../src/main/engine/plain/run.ts'
import { sections } from '../../../src/main/engine/program.ts'
import { inputsOf, modelInputOf, symmetricOf, withoutPairs, type SnapshotGraphs } from '../../../src/main/model/graph-input.ts'
import { nodeFeaturesOf } from '../../../src/main/model/node-features.ts'
import { initialParameters } from '../../../src/main/model/parameters.ts'
import { recordTavrnn } from '../../../src/main/model/tavrnn.ts'
import { modelRecipe } from '../../../src/shared/domain/model-run.ts'
import { uniformSequence } from '../../../src/shared/domain/random.ts'
import { simulatedGraphs } from '../simulated-graphs.ts'

const recipe = modelRecipe.parse({ features: 'node-statistics' })

/** Some numbers are undefined: channel 2 has no intervals in any snapshot, channel 0 no Fano factor in the first. */
function graphsOf(channelCount: number, snapshotCount = 4): SnapshotGraphs & { nodeStatistics: Float32Array } {
  const next = uniformSequence(5, 'simulate'),
    nodeStatistics = Float32Array.from({ length: snapshotCount * channelCount * 6 }, () => 3 + next())
  for (let t = 0; t < snapshotCount; t++) nodeStatistics[(t * channelCount + 2) * 6 + 1] = NaN
  nodeStatistics[2] = NaN
  return { ...simulatedGraphs({ channelCount, snapshotCount, seed: 8 }), nodeStatistics }
}

test('each number has mean 0 and SD 1 over the training snapshots; undefined ones and the history node are 0', () => {
  const graphs = graphsOf(13),
    training = [0, 2]
  const features = nodeFeaturesOf({ ...graphs, trainingSnapshots: training }, true)
  for (let f = 0; f < 6; f++) {
    const defined = training.flatMap((t) =>
      Array.from({ length: 13 }, (_, c) => c)
        .filter((c) => !Number.isNaN(graphs.nodeStatistics[(t * 13 + c) * 6 + f]!))
        .map((c) => features[(t * 14 + c) * 6 + f]!),
    )
    expect(defined.reduce((sum, value) => sum + value, 0) / defined.length).toBeCloseTo(0, 5)
    expect(defined.reduce((sum, value) => sum + value ** 2, 0) / defined.length).toBeCloseTo(1, 5)
    for (let t = 0; t < 4; t++) expect(features[(t * 14 + 13) * 6 + f]).toBe(0)
  }
  expect([features[2], features[(1 * 14 + 2) * 6 + 1]]).toEqual([0, 0])
  expect(features[(1 * 14 + 4) * 6]).not.toBe(nodeFeaturesOf(graphs, true)[(1 * 14 + 4) * 6])
})

test('pairs that are held out show neither in the degree nor in the mean |r|', () => {
  const graphs = graphsOf(13),
    first = graphs.edges[0]!.slice(0, 2),
    nothing = new Uint16Array(0)
  const without = withoutPairs(graphs, [first, nothing, nothing, nothing]).graphs
  const other = { ...without, nodeStatistics: graphs.nodeStatistics.map((value, at) => (at % 6 === 3 || at % 6 === 4 ? 0 : value)) }
  expect(nodeFeaturesOf(without, false)).toEqual(nodeFeaturesOf(other, false))
  expect(nodeFeaturesOf(without, false)).not.toEqual(nodeFeaturesOf(graphs, false))
})

test('snapshots without node statistics are refused', () => {
  expect(() => modelInputOf(simulatedGraphs({ channelCount: 5, snapshotCount: 2, seed: 1 }), recipe)).toThrow(
    'model-runs/no-node-statistics',
  )
})

test('one model fits arrays of any size, and knows no channel: moved channels have moved embeddings', () => {
  const parameters = initialParameters(6, recipe)
  const meanOf = (graphs: SnapshotGraphs): ArrayLike<number> => {
    const input = modelInputOf(graphs, recipe),
      { channelCount, snapshotCount } = graphs
    const tavrnn = recordTavrnn({ channelCount, snapshotCount, entryCount: input.graphs.columns.length }, recipe),
      machine = referenceEngine.prepare(tavrnn.program, inputsOf(input))
    machine.write(tavrnn.parameters, parameters)
    machine.run(['forward'], { seed: 1, epoch: 0, noiseScale: 0, klWeight: 1, learningRate: 0.01, step: 1 })
    return machine.read(tavrnn.mean)
  }
  expect(meanOf(graphsOf(20))).toHaveLength(4 * 21 * 8)
  const graphs = graphsOf(13),
    last = 12
  // channel c goes to place 12 − c
  const place = (i: number, j: number): number => i * 13 - (i * (i + 1)) / 2 - i - 1 + j
  const turned: SnapshotGraphs = {
    ...graphs,
    edges: graphs.edges.map((pairs) =>
      Uint16Array.from(
        Array.from({ length: pairs.length / 2 }, (_, e) => [last - pairs[2 * e + 1]!, last - pairs[2 * e]!])
          .sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]!)
          .flat(),
      ),
    ),
    r: graphs.r.map((values) => {
      const moved = new Int16Array(values.length)
      for (let i = 0; i < 13; i++) for (let j = i + 1; j < 13; j++) moved[place(last - j, last - i)] = values[place(i, j)]!
      return moved
    }),
    nodeStatistics: graphs.nodeStatistics.map((_, at) => {
      const t = Math.floor(at / 78),
        c = Math.floor((at % 78) / 6)
      return graphs.nodeStatistics[(t * 13 + last - c) * 6 + (at % 6)]!
    }),
  }
  const plain = meanOf(graphs),
    moved = meanOf(turned)
  for (let t = 0; t < 4; t++) {
    for (let c = 0; c < 13; c++) {
      for (let k = 0; k < 8; k++) expect(moved[(t * 14 + last - c) * 8 + k]).toBeCloseTo(plain[(t * 14 + c) * 8 + k]!, 5)
    }
  }
})

test('the cpu engine trains on six columns as the reference does', async () => {
  const graphs = graphsOf(13),
    input = modelInputOf(graphs, recipe, undefined, true),
    size = { channelCount: 13, snapshotCount: 4, entryCount: input.graphs.columns.length }
  const losses: number[][] = []
  for (const engine of [referenceEngine, chooseEngine('cpu', 1)]) {
    const tavrnn = recordTavrnn(size, recipe),
      machine = await engine.prepare(tavrnn.program, inputsOf(input), symmetricOf(input)),
      nll: number[] = []
    machine.write(tavrnn.parameters, initialParameters(6, recipe))
    for (let epoch = 0; epoch < 4; epoch++) {
      await machine.run(sections, { seed: 1, epoch, noiseScale: 1, klWeight: 1, learningRate: 0.01, step: epoch + 1 }, () => {})
      nll.push(...Array.from(await machine.read(tavrnn.nll)))
    }
    losses.push(nll)
    machine.close?.()
  }
  losses[0]!.forEach((value, k) => expect(losses[1]![k]! / value).toBeCloseTo(1, 3))
  expect(new Set(losses[0]).size).toBe(16)
})
