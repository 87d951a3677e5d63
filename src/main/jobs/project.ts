import { availableParallelism } from 'node:os'
import { fail } from '../../shared/contract/errors.ts'
import type { ProjectionRecipe } from '../../shared/domain/projection.ts'
import { startProjection, type ProjectionKernels } from '../engine/cpu/projection.ts'
import { neighbourCountOf } from '../science/projection/affinities.ts'
import { nearestNeighbours } from '../science/projection/neighbours.ts'
import type { Points, Progress } from '../science/projection/neighbours.ts'
import { principalComponents } from '../science/projection/pca.ts'
import { trustworthiness } from '../science/projection/trustworthiness.ts'
import { tsne } from '../science/projection/tsne.ts'
import { othersOf, umap } from '../science/projection/umap.ts'
import type { Interrupt, StepNotice } from './step.ts'

export const leastPoints = 10

export type ProjectionInput = {
  /** embedding μ, [snapshotCount, channelCount, latentCount] */
  mean: Float32Array
  shape: { snapshotCount: number; channelCount: number; latentCount: number }
  recipe: ProjectionRecipe
}

export type ProjectionResult = {
  /** [snapshotCount, channelCount, 2] */
  coordinates: Float32Array
  /** 0 to 1, of the coordinates as they are returned */
  trustworthiness: number
  /** t-SNE only, else null */
  kl: number | null
  /** share of the variance in the two components, PCA only, else null */
  explainedVariance: number | null
}

/** Points from which further threads are over the time they take to start. */
const manyPoints = 1000

type Picture = { coordinates: Float64Array; kl: number | null; explainedVariance: number | null }

/** Passes the progress of a computation on under the name of its phase. */
function* inPhase<Result>(phase: string, computation: Generator<Progress, Result>): Generator<StepNotice, Result> {
  for (;;) {
    const next = computation.next()
    if (next.done) return next.value
    yield { kind: 'progress', ...next.value, phase }
  }
}

/** @param kernels null where the plain loops do it */
export function* picture(
  points: Points,
  recipe: ProjectionRecipe,
  kernels: ProjectionKernels | null,
  interrupt: Interrupt,
): Generator<StepNotice, Picture> {
  if (recipe.method === 'pca') {
    yield { kind: 'progress', done: 0, total: 1, phase: 'pca' }
    return { ...principalComponents(points), kl: null }
  }
  const neighbourCount =
    recipe.method === 'umap' ? othersOf(recipe.neighbourCount, points.pointCount) : neighbourCountOf(recipe.perplexity, points.pointCount)
  const neighbours = yield* inPhase('neighbours', nearestNeighbours(points, neighbourCount, interrupt, { search: kernels?.search }))
  if (recipe.method === 'umap') {
    const coordinates = yield* inPhase('umap', umap(points, neighbours, recipe, interrupt))
    return { coordinates, kl: null, explainedVariance: null }
  }
  const result = yield* inPhase('tsne', tsne(points, neighbours, recipe, interrupt, kernels ?? {}))
  return { ...result, explainedVariance: null }
}

/**
 * One picture of all channels in all snapshots together (model spec 2.6), with its trustworthiness.
 * @throws projections/too-few-points where there are fewer than 10 points or a coordinate is not finite
 */
export function* project({ mean, shape, recipe }: ProjectionInput, interrupt: Interrupt): Generator<StepNotice, ProjectionResult> {
  const points: Points = { data: mean, pointCount: shape.snapshotCount * shape.channelCount, dimensionCount: shape.latentCount }
  const found = finitePointCount(points)
  if (found < leastPoints || found < points.pointCount)
    throw fail('projections/too-few-points', { found, needed: Math.max(leastPoints, points.pointCount) })
  const kernels = recipe.method === 'pca' ? null : startKernels(points.pointCount)
  try {
    const { coordinates, kl, explainedVariance } = yield* picture(points, recipe, kernels, interrupt)
    const rounded = Float32Array.from(coordinates)
    const drawn: Points = { data: rounded, pointCount: points.pointCount, dimensionCount: 2 }
    const kept = yield* inPhase('trustworthiness', trustworthiness(points, drawn, interrupt))
    return { coordinates: rounded, trustworthiness: kept, kl, explainedVariance }
  } finally {
    kernels?.close()
  }
}

/** @param threadCount as many as are sensible where left out */
export function startKernels(
  pointCount: number,
  threadCount = pointCount >= manyPoints ? Math.min(8, availableParallelism()) : 1,
): ProjectionKernels | null {
  return startProjection(threadCount)
}

export function finitePointCount({ data, pointCount, dimensionCount }: Points): number {
  let count = 0
  for (let i = 0; i < pointCount; i++) {
    if (data.subarray(i * dimensionCount, (i + 1) * dimensionCount).every(Number.isFinite)) count++
  }
  return count
}
