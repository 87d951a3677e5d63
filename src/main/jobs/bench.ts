import { fail } from '../../shared/contract/errors.ts'
import { modelRecipe, type ModelRecipe } from '../../shared/domain/model-run.ts'
import { uniformSequence } from '../../shared/domain/random.ts'
import { chooseEngine } from '../engine/choose.ts'
import { joinParts } from '../engine/cpu/join-parts.ts'
import { print } from '../engine/print.ts'
import { sections } from '../engine/program.ts'
import { inputsOf, modelInputOf, symmetricOf, type SnapshotGraphs } from '../model/graph-input.ts'
import { initialParameters } from '../model/parameters.ts'
import { klWeightOf } from '../model/schedule.ts'
import { recordTavrnn } from '../model/tavrnn.ts'
import type { Interrupt, StepNotice } from './step.ts'
import { mostHalvings } from './train-epochs.ts'

export type BenchInput = {
  channels: number
  snapshots: number
  density: number
  features: ModelRecipe['features']
  engine: string
  /** null for as many as are sensible */
  threads: number | null
  epochs: number
  seed: number
  printProgram: boolean
}

export type BenchResult = {
  engine: string
  /** of the cpu engine's two builds; null for others */
  variant: string | null
  threads: number
  secondsPerEpoch: { median: number; min: number }
  /** of the whole process, the bench's own graphs included */
  peakMemoryMB: number
  /** after the last epoch */
  loss: number
  program: string | null
}

/** Trains on random graphs of one size and times every epoch after the first. @throws engines/none-starts, jobs/cancelled */
export async function* bench(input: BenchInput, interrupt: Interrupt): AsyncGenerator<StepNotice, BenchResult> {
  const { channels: channelCount, snapshots: snapshotCount, epochs, seed } = input,
    recipe = modelRecipe.parse({ features: input.features, seed })
  const engine = chooseEngine(input.engine, input.threads),
    graphs = randomGraphs(input, interrupt),
    modelInput = modelInputOf(graphs, recipe, interrupt, engine.takesSymmetric)
  const tavrnn = recordTavrnn({ channelCount, snapshotCount, entryCount: modelInput.graphs.columns.length }, recipe)
  const machine = await engine.prepare(tavrnn.program, inputsOf(modelInput), symmetricOf(modelInput)),
    seconds: number[] = []
  try {
    const total = async (view: typeof tavrnn.nll): Promise<number> =>
      Array.from(await machine.read(view)).reduce((sum, value) => sum + value, 0)
    const parameters = initialParameters(modelInput.graphs.vertexCount, recipe),
      zeros = new Float32Array(parameters.length)
    let loss = NaN
    // graphs without structure can be too much for the usual rate; a training halves it, too
    for (let halvings = 0; !Number.isFinite(loss); halvings++) {
      if (halvings > mostHalvings) throw fail('model-runs/diverged', { epoch: epochs })
      machine.write(tavrnn.parameters, parameters)
      machine.write(tavrnn.adamMean, zeros)
      machine.write(tavrnn.adamVariance, zeros)
      seconds.length = 0
      const learningRate = recipe.learningRate / 2 ** halvings
      for (let epoch = 0; epoch <= epochs; epoch++) {
        const klWeight = klWeightOf(recipe, epoch),
          started = performance.now()
        await machine.run(sections, { seed, epoch, noiseScale: 1, klWeight, learningRate, step: epoch + 1 }, interrupt)
        loss = (await total(tavrnn.nll)) + klWeight * (await total(tavrnn.kl))
        if (epoch > 0) seconds.push((performance.now() - started) / 1000)
        yield { kind: 'progress', done: epoch, total: epochs, phase: 'train' }
      }
    }
    const sorted = seconds.toSorted((a, b) => a - b)
    return {
      engine: engine.name,
      variant: engine.name.startsWith('cpu-') ? engine.name.slice(4) : null,
      threads: machine.threadCount ?? 1,
      secondsPerEpoch: { median: sorted[Math.floor(sorted.length / 2)]!, min: sorted[0]! },
      peakMemoryMB: (process.resourceUsage().maxRSS * 1024) / 1e6,
      loss,
      program: input.printProgram ? print(joinParts(tavrnn.program)) : null,
    }
  } finally {
    machine.close?.()
  }
}

/** Graphs without structure: each pair is an edge with probability `density`; |r|, where it is read, is larger where there is one. */
export function randomGraphs(
  { channels: n, snapshots, density, features, seed }: Pick<BenchInput, 'channels' | 'snapshots' | 'density' | 'features' | 'seed'>,
  interrupt: Interrupt,
): SnapshotGraphs {
  const next = uniformSequence(seed, 'simulate'),
    edges: Uint16Array[] = [],
    r: Int16Array[] = [],
    pairs = new Uint16Array(n * (n - 1))
  for (let t = 0; t < snapshots; t++) {
    interrupt()
    const values = new Int16Array(features === 'rows' ? (n * (n - 1)) / 2 : 0)
    let end = 0
    for (let i = 0, pair = 0; i < n; i++) {
      for (let j = i + 1; j < n; j++, pair++) {
        const draw = next(),
          isEdge = draw < density
        if (isEdge) {
          pairs[end++] = i
          pairs[end++] = j
        }
        values[pair] = 32767 * (isEdge ? 0.3 + (0.7 * draw) / density : 0.3 * draw)
      }
    }
    edges.push(pairs.slice(0, end))
    if (features === 'rows') r.push(values)
  }
  return { channelCount: n, snapshotCount: snapshots, edges, r }
}
