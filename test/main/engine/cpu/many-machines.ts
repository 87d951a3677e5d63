// Run by memory.test.ts in a process of its own, with --expose-gc: prints how much memory the process holds before and after
// many trainings that were broken off, many epochs of one, and many windows and projections.
import { cpuEngine } from '../../../../src/main/engine/cpu/run.ts'
import { startPairs } from '../../../../src/main/engine/cpu/pairs.ts'
import { startProjection } from '../../../../src/main/engine/cpu/projection.ts'
import { sections } from '../../../../src/main/engine/program.ts'
import { inputsOf, modelInputOf, symmetricOf } from '../../../../src/main/model/graph-input.ts'
import { initialParameters } from '../../../../src/main/model/parameters.ts'
import { recordTavrnn } from '../../../../src/main/model/tavrnn.ts'
import { modelRecipe } from '../../../../src/shared/domain/model-run.ts'
import { simulatedGraphs } from '../../simulated-graphs.ts'

const channelCount = 600,
  snapshotCount = 4
const graphs = simulatedGraphs({ channelCount, snapshotCount, seed: 4 }),
  recipe = modelRecipe.parse({ features: 'identity' })

async function heldMB(): Promise<number> {
  for (let round = 0; round < 3; round++) {
    // threads that were told to end take a moment
    await new Promise((resolve) => setTimeout(resolve, 100))
    ;(globalThis as unknown as { gc: () => void }).gc()
  }
  return process.memoryUsage.rss() / 1e6
}

function machineOf() {
  const engine = cpuEngine('plain', 2),
    input = modelInputOf(graphs, recipe, undefined, engine.takesSymmetric)
  const tavrnn = recordTavrnn({ channelCount, snapshotCount, entryCount: input.graphs.columns.length }, recipe),
    machine = engine.prepare(tavrnn.program, inputsOf(input), symmetricOf(input))
  if (machine instanceof Promise) throw new Error('the cpu engine answers at once')
  machine.write(tavrnn.parameters, initialParameters(input.graphs.vertexCount, recipe))
  const epoch = (number: number, interrupt?: () => void): void => {
    void machine.run(sections, { seed: 1, noiseScale: 1, klWeight: 1, learningRate: 0.001, epoch: number, step: number + 1 }, interrupt)
  }
  return { machine, epoch }
}

function trainingBrokenOff(): void {
  const { machine, epoch } = machineOf()
  let calls = 0
  try {
    for (let number = 0; ; number++)
      epoch(number, () => {
        if (++calls > 400) throw new Error('stopped')
      })
  } catch {
    machine.close?.()
  }
}

function loopsOfScience(): void {
  const binCount = 2000,
    counts = new Uint32Array(binCount * 500).fill(1)
  const pairs = startPairs(
    {
      binCount,
      channelCount: 1000,
      binStarts: Uint32Array.from({ length: binCount + 1 }, (_, bin) => bin * 500),
      channels: Uint16Array.from(counts, (_, e) => 2 * (e % 500) + (e % 7 === 0 ? 1 : 0)),
      counts,
    },
    null,
    2,
  )
  pairs?.correlate({ firstBin: 0, binCount }, () => undefined)
  pairs?.ofNull(() => undefined)
  pairs?.close()
  const projection = startProjection(2)
  projection?.conditional(new Float64Array(30 * 10_000).fill(1), 30, 10, () => undefined)
  projection?.close()
}

async function growthMB(warmUp: number, rounds: number, work: (round: number) => void): Promise<number> {
  for (let round = 0; round < warmUp; round++) work(round)
  const before = await heldMB()
  for (let round = 0; round < rounds; round++) work(warmUp + round)
  return (await heldMB()) - before
}

const brokenOff = await growthMB(12, 16, trainingBrokenOff),
  science = await growthMB(12, 16, loopsOfScience)
const { machine, epoch } = machineOf()
const epochs = await growthMB(20, 150, (round) => epoch(round))
machine.close?.()
console.log(JSON.stringify({ brokenOff, science, epochs }))
process.exit(0)
