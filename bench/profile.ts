// Where an epoch goes: node bench/profile.ts [CHANNELS SNAPSHOTS DENSITY]. Each kind of instruction is run as a program of its own on
// one thread; seconds of the processor, the least of several runs. Without what kinds gain by sharing passes over memory, so the
// parts add up to more than the whole.
import { cpuEngine } from '../src/main/engine/cpu/run.ts'
import type { AnyInstruction } from '../src/main/engine/operations/instructions.ts'
import { sections, type Program } from '../src/main/engine/program.ts'
import { randomGraphs } from '../src/main/jobs/bench.ts'
import { inputsOf, modelInputOf, symmetricOf } from '../src/main/model/graph-input.ts'
import { initialParameters } from '../src/main/model/parameters.ts'
import { recordTavrnn } from '../src/main/model/tavrnn.ts'
import { modelRecipe } from '../src/shared/domain/model-run.ts'

const [channels = 900, snapshots = 19, density = 0.2] = process.argv.slice(2).map(Number),
  recipe = modelRecipe.parse({}),
  runs = 7

const never = (): void => undefined
const graphs = randomGraphs({ channels, snapshots, density, features: recipe.features, seed: 1 }, never),
  input = modelInputOf(graphs, recipe, never, true)
const { program, parameters } = recordTavrnn(
  { channelCount: channels, snapshotCount: snapshots, entryCount: input.graphs.columns.length },
  recipe,
)

const products = ['affine', 'affineWeightGradient', 'affineBiasGradient']
const isWide = ({ from }: AnyInstruction): boolean => 'x' in from && from.x?.tensor.name === 'features'
const kindOf = (one: AnyInstruction): string => {
  if (products.includes(one.op)) return isWide(one) ? 'first layer' : 'other products'
  if (one.op === 'propagate' || one.op === 'edgeLoss') return one.op
  if (one.op.startsWith('gaussian')) return 'noise'
  return one.op === 'clip' || one.op === 'adam' ? 'clip and Adam' : 'element-wise'
}

const whole = secondsOf(() => true)
console.log(`whole epoch  ${whole.toFixed(4)} s`)
const kinds = ['first layer', 'other products', 'propagate', 'edgeLoss', 'element-wise', 'noise', 'clip and Adam']
const parts = kinds.map((kind) => [kind, secondsOf((one) => kindOf(one) === kind)] as const),
  sum = parts.reduce((all, [, seconds]) => all + seconds, 0)
for (const [kind, seconds] of parts) console.log(`${kind.padEnd(16)} ${seconds.toFixed(4)} s  ${((100 * seconds) / sum).toFixed(0)} %`)
console.log(`sum of the parts ${sum.toFixed(4)} s`)

/** Least seconds of the processor of one run of the instructions wanted. */
function secondsOf(isWanted: (one: AnyInstruction) => boolean): number {
  const lists = sections.map((section) => [section, (program[section] as readonly AnyInstruction[]).filter(isWanted)]),
    machine = cpuEngine('plain', 1).prepare({ ...program, ...Object.fromEntries(lists) } as Program, inputsOf(input), symmetricOf(input))
  machine.write(parameters, initialParameters(input.graphs.vertexCount, recipe))
  let least = Infinity
  for (let run = 0; run < runs; run++) {
    const before = process.cpuUsage()
    machine.run(sections, { seed: 1, epoch: run, noiseScale: 1, klWeight: 1, learningRate: 0.01, step: run + 1 })
    const { user, system } = process.cpuUsage(before)
    least = Math.min(least, (user + system) / 1e6)
  }
  machine.close?.()
  return least
}
