import { expect, test } from 'vitest'
import { adjustedRandIndex, normalisedMutualInformation } from '../../../../src/main/science/evaluation/agreement.ts'
import { clusterScores } from '../../../../src/main/science/evaluation/cluster-scores.ts'
import { classScores, confusionOf } from '../../../../src/main/science/evaluation/confusion.ts'
import { fitMixture, mixtureLogLikelihood } from '../../../../src/main/science/evaluation/gaussian-mixture.ts'
import { kMeans } from '../../../../src/main/science/evaluation/k-means.ts'
import { fitLogistic, logisticProbabilities } from '../../../../src/main/science/evaluation/logistic-regression.ts'
import { nearestVote } from '../../../../src/main/science/evaluation/nearest-vote.ts'
import { brierScore, logLoss, oneAgainstRest } from '../../../../src/main/science/evaluation/probability-scores.ts'
import { denseOperator, fitComponents } from '../../../../src/main/science/evaluation/principal-components.ts'
import { areaUnderCurve, averagePrecision } from '../../../../src/main/science/evaluation/rank-scores.ts'
import { chosenPoints } from '../../../../src/main/science/evaluation/scaled-points.ts'
import { tInterval95 } from '../../../../src/main/science/evaluation/uncertainty.ts'
import { signFlip } from '../../../../src/main/science/cohort/sign-flip.ts'
import { turnedTo } from '../../../../src/main/science/baselines/spectral-vectors.ts'
import { leadingEigenpairs } from '../../../../src/main/science/leading-eigenpairs.ts'
import { uniformSequence } from '../../../../src/shared/domain/random.ts'
import reference from '../../../fixtures/statistics/evaluation.json' with { type: 'json' }

const points = { data: Float64Array.from(reference.points.flat()), pointCount: reference.points.length, dimensionCount: 3 }
const labels = Int32Array.from(reference.labels),
  cluster = Int32Array.from(reference.cluster)
const uniform = (): (() => number) => uniformSequence(1, 'splits')

test('agreement of two partitions is scikit-learn’s', () => {
  expect(adjustedRandIndex(labels, cluster)).toBeCloseTo(reference.agreement.ari, 12)
  expect(normalisedMutualInformation(labels, cluster)).toBeCloseTo(reference.agreement.nmi, 12)
  expect(
    adjustedRandIndex(
      labels,
      labels.map((own) => 7 - own),
    ),
  ).toBe(1)
})

test('scores of a clustering without labels are scikit-learn’s', () => {
  const scores = clusterScores(points, cluster)
  expect(scores?.silhouette).toBeCloseTo(reference.clusterScores.silhouette, 12)
  expect(scores?.daviesBouldin).toBeCloseTo(reference.clusterScores.daviesBouldin, 12)
  expect(scores?.calinskiHarabasz).toBeCloseTo(reference.clusterScores.calinskiHarabasz, 10)
})

test('k-means reaches the inertia of two hundred of scikit-learn’s starts', () => {
  for (const [k, inertia] of Object.entries(reference.kMeansInertia)) {
    expect(kMeans(points, Number(k), { uniform: uniform() }).inertia).toBeCloseTo(inertia, 8)
  }
})

test('the likelihood of a given mixture is scikit-learn’s, and our own fit is as good', () => {
  const { weights, means, covariances, logLikelihood, bic } = reference.mixture
  const given = { weights: Float64Array.from(weights), means: Float64Array.from(means), covariances: Float64Array.from(covariances) }
  expect(mixtureLogLikelihood(points, given)).toBeCloseTo(logLikelihood, 10)
  const fitted = fitMixture(points, 3, { uniform: uniform(), startCount: 40 })
  expect(fitted.logLikelihood).toBeGreaterThan(logLikelihood - 1e-3)
  expect(fitted.bic - bic).toBeCloseTo(-2 * 75 * (fitted.logLikelihood - logLikelihood), 6)
})

test('areas under both curves are scikit-learn’s, ties included', () => {
  const { scores, isPositive, auc, averagePrecision: precision } = reference.curves
  expect(areaUnderCurve(scores, isPositive)).toBeCloseTo(auc, 12)
  expect(averagePrecision(scores, isPositive)).toBeCloseTo(precision, 12)
})

test('logistic regression has scikit-learn’s coefficients at every ridge, for two classes and for three', () => {
  for (const [name, classCount] of [
    ['two', 2],
    ['three', 3],
  ] as const) {
    const own = classCount === 2 ? labels.map((one) => Number(one > 0)) : labels
    for (const expected of reference.logistic[name]) {
      const model = fitLogistic(points, own, { classCount, ridge: expected.ridge })
      const columns = model.weights.length / 4
      for (let c = 0; c < columns; c++) {
        for (let d = 0; d < 3; d++) expect(model.weights[c * 4 + d]).toBeCloseTo(expected.coefficients[c * 3 + d]!, 3)
      }
      const probabilities = logisticProbabilities(model, points)
      expected.probabilities.forEach((p, at) => expect(probabilities[at]).toBeCloseTo(p, 5))
      expect(logLoss(probabilities, own, classCount)).toBeCloseTo(expected.logLoss, 6)
      expect(brierScore(probabilities, own, classCount)).toBeCloseTo(expected.brier, 6)
      expect(oneAgainstRest(probabilities, own, classCount)).toBeCloseTo(expected.auc, 6)
    }
  }
})

test('scores of classes read are scikit-learn’s', () => {
  const { confusion, ...scores } = reference.classScores
  const counts = confusionOf(labels, cluster, 3)
  expect(counts).toEqual(confusion)
  const ours = classScores(counts)
  for (const [name, value] of Object.entries(scores)) expect(ours[name as keyof typeof ours], name).toBeCloseTo(value, 12)
})

test('the vote of five neighbours is scikit-learn’s', () => {
  const first = Array.from({ length: 60 }, (_, k) => k),
    last = Array.from({ length: 15 }, (_, k) => 60 + k)
  const shares = nearestVote(chosenPoints(points, first), labels, chosenPoints(points, last), { classCount: 3 })
  reference.nearest.forEach((share, at) => expect(shares[at]).toBeCloseTo(share, 12))
})

test('intervals and sign-flips are SciPy’s', () => {
  const { values, mean, low, high } = reference.tInterval
  const ours = tInterval95(values)
  expect([ours.mean, ours.low, ours.high].map((value) => value?.toFixed(9))).toEqual([mean, low, high].map((value) => value.toFixed(9)))
  for (const [freedom, t] of Object.entries(reference.student975)) {
    const values = Array.from({ length: Number(freedom) + 1 }, (_, k) => k),
      count = values.length
    const error = Math.sqrt(values.reduce((sum, one) => sum + (one - (count - 1) / 2) ** 2, 0) / (count - 1) / count)
    const { mean: middle, high: upper } = tInterval95(values)
    expect((upper! - middle) / error).toBeCloseTo(t, 8)
  }
  expect(signFlip(reference.signFlip.differences, uniform()).p).toBeCloseTo(reference.signFlip.p, 12)
})

test('leading eigenpairs are NumPy’s, and the turn of vectors SciPy’s', () => {
  const { matrix, size, values, vectors } = reference.eigen
  const ours = leadingEigenpairs(denseOperator(Float64Array.from(matrix), size), 5, uniform())
  values.forEach((value, k) => expect(ours.values[k]).toBeCloseTo(value, 9))
  vectors.forEach((value, at) => expect(ours.vectors[at]).toBeCloseTo(value, 8))
  const { own, target, turned } = reference.procrustes
  turnedTo(Float64Array.from(own), Float64Array.from(target), 4, uniform()).forEach((value, at) =>
    expect(value).toBeCloseTo(turned[at]!, 7),
  )
})

test('components of points are those of NumPy’s singular vectors, from either side', () => {
  const project = fitComponents(points, 2, uniform())
  const ours = project(points).data
  reference.components.forEach((value, at) => expect(Math.abs(ours[at]!)).toBeCloseTo(value, 8))
  const wide = { data: Float64Array.from({ length: 4 * 30 }, (_, at) => Math.sin(at * at)), pointCount: 4, dimensionCount: 30 }
  const flat = fitComponents(wide, 20, uniform())(wide)
  expect(flat.dimensionCount).toBe(3)
  const distance = (data: ArrayLike<number>, width: number, a: number, b: number): number =>
    Math.hypot(...Array.from({ length: width }, (_, d) => data[a * width + d]! - data[b * width + d]!))
  expect(distance(flat.data, 3, 0, 3)).toBeCloseTo(distance(wide.data, 30, 0, 3), 9)
})
