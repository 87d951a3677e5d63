import { uniformSequence } from '../../shared/domain/random.ts'
import type { ModelRecipe } from '../../shared/domain/model-run.ts'
import type { Stretch } from '../engine/operations/clip.ts'
import type { Part } from '../engine/program.ts'
import { familyOf, type FamilySettings } from './family.ts'
import { nodeFeatureCount } from './node-features.ts'

/** log σ² where there is no variance: that of the smallest normal float32. */
export const leastLogVariance = 2 * Math.log(1.2e-38)

/** Sizes of the published model. */
export const hiddenCount = 32,
  latentCount = 8

/** Columns of the model's input: one per vertex with rows and identity, else six. */
export const featureCountOf = (channelCount: number, { features, historyNode }: Pick<ModelRecipe, 'features' | 'historyNode'>): number =>
  features === 'node-statistics' ? nodeFeatureCount : channelCount + (historyNode ? 1 : 0)

/**
 * Every parameter with its place in the flat array, in stored order; biases are one row.
 * @param featureCount columns of the model's input
 */
export function parameterPlaces(featureCount: number): Part[] {
  const h = hiddenCount,
    z = latentCount
  const shapes: [string, number, number][] = [
    ['phi_x.W', featureCount, h],
    ['phi_x.b', 1, h],
    ['phi_z.W', z, h],
    ['phi_z.b', 1, h],
    ['prior.W', h, h],
    ['prior.b', 1, h],
    ['prior_mean.W', h, z],
    ['prior_mean.b', 1, z],
    ['prior_std.W', h, z],
    ['prior_std.b', 1, z],
    ['enc.W', 2 * h, h],
    ['enc_mean.W', h, z],
    ['enc_std.W', h, z],
    ...['update', 'reset', 'candidate'].flatMap((gate): [string, number, number][] => [
      [`gru.${gate}.Wx`, 2 * h, h],
      [`gru.${gate}.Wh`, h, h],
      [`gru.${gate}.b`, 1, h],
    ]),
    ...['query', 'key', 'value'].flatMap((part): [string, number, number][] => [
      [`attention.${part}.W`, h, h],
      [`attention.${part}.b`, 1, h],
    ]),
  ]
  let offset = 0
  return shapes.map(([name, rowCount, columnCount]) => {
    const place = { name, offset, rowCount, columnCount }
    offset += rowCount * columnCount
    return place
  })
}

/** Numbers in the flat parameter array: 32 F + 16,944. */
export function parameterCount(featureCount: number): number {
  const last = parameterPlaces(featureCount).at(-1)!
  return last.offset + last.rowCount * last.columnCount
}

/** The places that a member of the family makes use of; without recurrence nothing is multiplied with h. */
function usedPlaces(featureCount: number, settings: FamilySettings): Part[] {
  const { recurrence, attention, variation, prior } = familyOf(settings)
  const isUsed: Record<string, boolean> = {
    phi_z: recurrence,
    gru: recurrence,
    attention,
    enc_std: variation,
    prior: prior === 'learned',
    prior_mean: prior === 'learned',
    prior_std: prior === 'learned',
  }
  return parameterPlaces(featureCount)
    .filter(({ name }) => (isUsed[name.split('.')[0]!] ?? true) && (recurrence || name !== 'prior.W'))
    .map((place) => (place.name === 'enc.W' && !recurrence ? { ...place, rowCount: hiddenCount } : place))
}

/** Numbers that a member of the family makes use of. */
export const usedParameterCount = (featureCount: number, settings: FamilySettings): number =>
  usedPlaces(featureCount, settings).reduce((sum, { rowCount, columnCount }) => sum + rowCount * columnCount, 0)

/** What Adam may change: what is used, all or all but the graph GRU as in the public notebook (model spec 3). */
export function trainedStretches(featureCount: number, settings: FamilySettings & { trainedGru: boolean }): Stretch[] {
  const isFrozen = ({ name }: Part): boolean => !settings.trainedGru && name.startsWith('gru.')
  return usedPlaces(featureCount, settings)
    .filter((place) => !isFrozen(place))
    .map(({ offset, rowCount, columnCount }) => [offset, offset + rowCount * columnCount])
}

/**
 * Parameters before the first epoch, from the stream `init` in stored order.
 * glorot: matrices U(±√(6/(rows + columns))), biases 0. published: dense layers U(±1/√fan-in) for matrix and bias, graph
 * layers (enc*, gru*) as glorot.
 * @source model spec 2.3 and 3
 */
export function initialParameters(featureCount: number, recipe: Pick<ModelRecipe, 'seed' | 'start'>): Float32Array {
  const draw = uniformSequence(recipe.seed, 'init'),
    parameters = new Float32Array(parameterCount(featureCount))
  let fanIn = 1
  for (const { name, offset, rowCount, columnCount } of parameterPlaces(featureCount)) {
    const isBias = name.endsWith('.b'),
      isGraphLayer = /^(enc|gru)/.test(name)
    if (!isBias) fanIn = rowCount
    const dense = 1 / Math.sqrt(fanIn),
      glorot = isBias ? 0 : Math.sqrt(6 / (rowCount + columnCount))
    const limit = recipe.start === 'published' && !isGraphLayer ? dense : glorot
    if (limit === 0) continue
    for (let at = offset; at < offset + rowCount * columnCount; at++) parameters[at] = (2 * draw() - 1) * limit
  }
  return parameters
}
