import { expect, test } from 'vitest'
import { project } from '../../../src/main/jobs/project.ts'
import type { ProjectionInput, ProjectionResult } from '../../../src/main/jobs/project.ts'
import { principalComponents } from '../../../src/main/science/projection/pca.ts'
import { fiveClusters, purity } from '../science/projection/clusters.ts'
import { neverInterrupts } from '../science/spike-trains.ts'

const { points, labels } = fiveClusters(40, 2),
  mean = Float32Array.from(points.data)
const input = { mean, shape: { snapshotCount: 4, channelCount: 50, latentCount: 8 } }
const recipes = {
  tsne: { method: 'tsne', perplexity: 30, iterations: 300, seed: 1 },
  umap: { method: 'umap', neighbourCount: 15, minimumDistance: 0.1, seed: 1 },
  pca: { method: 'pca' },
} as const

function finish(given: ProjectionInput, interrupt = neverInterrupts): { result: ProjectionResult; phases: string[] } {
  const step = project(given, interrupt),
    phases: string[] = []
  for (;;) {
    const next = step.next()
    if (next.done) return { result: next.value, phases: [...new Set(phases)] }
    if (next.value.kind === 'progress') phases.push(next.value.phase)
  }
}

test('t-SNE tells its phases, trustworthiness and KL', () => {
  const { result, phases } = finish({ ...input, recipe: recipes.tsne })
  expect(phases).toEqual(['neighbours', 'tsne', 'trustworthiness'])
  expect(purity(result.coordinates, labels)).toBeGreaterThan(0.95)
  expect(result.trustworthiness).toBeGreaterThan(0.9)
  expect(result).toMatchObject({ kl: expect.any(Number) as number, explainedVariance: null })
})

test('UMAP tells its phases and trustworthiness', () => {
  const { result, phases } = finish({ ...input, recipe: recipes.umap })
  expect(phases).toEqual(['neighbours', 'umap', 'trustworthiness'])
  expect(purity(result.coordinates, labels)).toBeGreaterThan(0.95)
  expect(result).toMatchObject({ kl: null, explainedVariance: null })
})

test('PCA tells its explained variance', () => {
  const { result, phases } = finish({ ...input, recipe: recipes.pca }),
    { coordinates, explainedVariance } = principalComponents(points)
  expect(phases).toEqual(['pca', 'trustworthiness'])
  expect(result.coordinates).toEqual(Float32Array.from(coordinates))
  expect(result).toMatchObject({ kl: null, explainedVariance })
})

test('a picture of the same embedding and seed has the same bits', () => {
  for (const recipe of Object.values(recipes)) expect(finish({ ...input, recipe }).result).toEqual(finish({ ...input, recipe }).result)
})

test('more neighbours than points are cut to what there is', () => {
  const few = { mean: mean.slice(0, 80), shape: { snapshotCount: 2, channelCount: 5, latentCount: 8 } }
  expect(finish({ ...few, recipe: { ...recipes.umap, neighbourCount: 200 } }).result.coordinates).toHaveLength(20)
  expect(finish({ ...few, recipe: { ...recipes.tsne, perplexity: 200 } }).result.coordinates.every(Number.isFinite)).toBe(true)
})

test('fewer than ten points are refused', () => {
  const nine = { mean: mean.slice(0, 72), shape: { snapshotCount: 3, channelCount: 3, latentCount: 8 }, recipe: recipes.pca }
  expect(() => finish(nine)).toThrow('projections/too-few-points {"found":9,"needed":10}')
})

test('a coordinate that is not finite is refused', () => {
  const broken = mean.slice()
  broken[77] = NaN
  expect(() => finish({ ...input, mean: broken, recipe: recipes.pca })).toThrow('projections/too-few-points {"found":199,"needed":200}')
})

test('an interrupt ends the step', () => {
  for (const recipe of Object.values(recipes)) {
    expect(() =>
      finish({ ...input, recipe }, () => {
        throw new Error('stopped')
      }),
    ).toThrow('stopped')
  }
})
