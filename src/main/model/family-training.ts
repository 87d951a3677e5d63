import type { ModelRecipe } from '../../shared/domain/model-run.ts'
import type { AwaitedMachine } from '../engine/engine.ts'
import { sections, type View } from '../engine/program.ts'
import { multiplyAddsOf } from '../engine/work.ts'
import { entryCountOf, inputsOf, modelInputOf, symmetricOf } from './graph-input.ts'
import { peakMemoryMB } from './memory-estimate.ts'
import { featureCountOf, initialParameters, latentCount, leastLogVariance, usedParameterCount } from './parameters.ts'
import { isFlat, klWeightOf } from './schedule.ts'
import { recordTavrnn, type Tavrnn } from './tavrnn.ts'
import type { At, EpochLoss, Model, Trainee, TrainingData, Vectors } from './trainee.ts'

/** TAVRNN, VGAE, VGRNN and every ablation: one step an epoch over all snapshots. @source model spec 2.3, 2.6 */
export const familyModel: Model = {
  epochCount: ({ recipe }) => (recipe.trained ? recipe.epochs : 0),
  learningRate: ({ learningRate }) => learningRate,
  firstParameters: ({ graphs, recipe }) => initialParameters(featureCountOf(graphs.channelCount, recipe), recipe),
  isFlat: ({ warmupEpochs }, losses) => isFlat(losses, warmupEpochs),
  plan: (size, recipe) => {
    const { program } = recordTavrnn({ ...size, entryCount: entryCountOf(size, recipe.historyNode) }, recipe)
    return {
      peakMemoryMB: peakMemoryMB(size, recipe),
      parameterCount: usedParameterCount(featureCountOf(size.channelCount, recipe), recipe),
      runCount: recipe.trained ? recipe.epochs : 0,
      multiplyAdds: multiplyAddsOf(program),
    }
  },
  build: (data, interrupt, asHalves) => buildFamily(data, interrupt, asHalves),
}

function buildFamily({ recipe, graphs, held }: TrainingData, interrupt: () => void, asHalves: boolean): Trainee {
  const { channelCount, snapshotCount } = graphs,
    input = modelInputOf(graphs, recipe, interrupt, asHalves),
    heldEntryCount = held?.heldColumns.length ?? 0
  const size = { channelCount, snapshotCount, entryCount: input.graphs.columns.length, heldEntryCount },
    tavrnn = recordTavrnn(size, recipe)
  return {
    program: tavrnn.program,
    inputs: { ...inputsOf(input), ...(held !== null && heldEntryCount > 0 ? held : {}) },
    symmetric: symmetricOf(input),
    parameters: tavrnn.parameters,
    moments: [tavrnn.adamMean, tavrnn.adamVariance],
    epoch: (machine, at, stop) => runEpoch(machine, tavrnn, { recipe, ...at }, stop),
    embed: (machine, at, stop) => embed(machine, tavrnn, { recipe, ...at, channelCount, snapshotCount }, stop),
  }
}

type RecipeAt = At & { recipe: ModelRecipe }

const scalarsOf = ({ recipe, epoch, learningRate }: RecipeAt): Record<string, number> => ({
  seed: recipe.seed,
  epoch,
  noiseScale: 1,
  klWeight: klWeightOf(recipe, epoch),
  learningRate,
  step: epoch + 1,
})

async function runEpoch(machine: AwaitedMachine, tavrnn: Tavrnn, at: RecipeAt, interrupt: () => void): Promise<EpochLoss> {
  const total = async (view: View): Promise<number> => Array.from(await machine.read(view)).reduce((sum, value) => sum + value, 0)
  await machine.run(sections, scalarsOf(at), interrupt)
  const [nll, kl, gradientNorm] = await Promise.all([total(tavrnn.nll), total(tavrnn.kl), total(tavrnn.gradientNorm)])
  return { nll, kl, klWeight: klWeightOf(at.recipe, at.epoch), gradientNorm }
}

/** The embedding of the channels in a pass without noise, or one sample. */
async function embed(
  machine: AwaitedMachine,
  tavrnn: Tavrnn,
  at: RecipeAt & { channelCount: number; snapshotCount: number },
  interrupt: () => void,
): Promise<Vectors> {
  const { channelCount, snapshotCount } = at,
    isSample = at.recipe.embedding === 'sample'
  await machine.run(['forward'], { ...scalarsOf(at), noiseScale: isSample ? 1 : 0 }, interrupt)
  const perSnapshot = (tavrnn.std.rowCount / snapshotCount) * latentCount,
    width = channelCount * latentCount
  const channelsOf = (values: ArrayLike<number>): Float32Array =>
    Float32Array.from({ length: snapshotCount * width }, (_, index) => values[Math.floor(index / width) * perSnapshot + (index % width)]!)
  const mean = channelsOf(await machine.read(isSample ? tavrnn.z : tavrnn.mean)),
    std = channelsOf(await machine.read(tavrnn.std)),
    prior = tavrnn.h === null ? null : tavrnn.priorMean
  return {
    mean,
    logVariance: std.map((value) => Math.max(2 * Math.log(value), leastLogVariance)),
    priorMean: prior && channelsOf(await machine.read(prior)),
  }
}
