import type { Draw } from '../draws.ts'
import type { Points } from '../projection/neighbours.ts'
import { fitLogistic, logisticProbabilities, type LogisticModel } from './logistic-regression.ts'
import { nearestVote } from './nearest-vote.ts'
import { perceptronProbabilities } from './perceptron.ts'
import { logLoss } from './probability-scores.ts'
import { chosenPoints, fitScaling } from './scaled-points.ts'
import type { Fold } from './splits.ts'

export type ReadOut = 'logistic' | 'neighbours' | 'perceptron'

export type ReadOutTask = {
  points: Points
  /** class of each point from 0; −1 without one: such a point is on neither side */
  labels: Int32Array
  classCount: number
  /** folds within some training points, as indexes of `points`: where the ridge is chosen */
  innerFolds: (train: Int32Array) => Fold[]
  uniform: Draw
  interrupt: () => void
}

/** λ, strongest first: each fit begins at the one before. */
const ridges = [1e3, 1e2, 1e1, 1, 1e-1, 1e-2, 1e-3]

/**
 * Probabilities of the classes of a fold's test points, read out of a model fitted on its training points. Scaling, principal
 * components and the ridge are found on the training side alone.
 * @returns the labelled test points and [those points, classCount]
 * @source model spec 6.1, 6.2
 */
export function readFold(readOut: ReadOut, fold: Fold, task: ReadOutTask): { tested: Int32Array; probabilities: Float64Array } {
  const { points, labels, classCount, uniform, interrupt } = task
  const tested = fold.test.filter((k) => labels[k]! >= 0),
    trained = fold.train.filter((k) => labels[k]! >= 0)
  const scale = fitScaling(chosenPoints(points, trained), uniform, interrupt)
  const train = scale(chosenPoints(points, trained)),
    test = scale(chosenPoints(points, tested)),
    own = trained.map((k) => labels[k]!)
  interrupt()
  if (readOut === 'neighbours') return { tested, probabilities: nearestVote(train, own, test, { classCount }) }
  if (readOut === 'perceptron')
    return { tested, probabilities: perceptronProbabilities(train, own, test, { classCount, uniform, interrupt }) }
  const ridge = chosenRidge(trained, task)
  let model: LogisticModel | undefined
  for (const strength of ridges) {
    model = fitLogistic(train, own, { classCount, ridge: strength, from: model })
    if (strength === ridge) break
  }
  return { tested, probabilities: logisticProbabilities(model!, test) }
}

/** The ridge with the least mean log-loss over the inner folds; the strongest of equals, and 1 where nothing can be held out. */
function chosenRidge(trained: Int32Array, { points, labels, classCount, innerFolds, uniform, interrupt }: ReadOutTask): number {
  const losses = new Float64Array(ridges.length)
  let foldCount = 0
  for (const inner of innerFolds(trained)) {
    const test = inner.test.filter((k) => labels[k]! >= 0),
      train = inner.train.filter((k) => labels[k]! >= 0)
    if (test.length === 0 || new Set(train.map((k) => labels[k]!)).size < 2) continue
    interrupt()
    foldCount++
    const scale = fitScaling(chosenPoints(points, train), uniform, interrupt)
    const scaledTrain = scale(chosenPoints(points, train)),
      scaledTest = scale(chosenPoints(points, test))
    const trainLabels = train.map((k) => labels[k]!),
      testLabels = test.map((k) => labels[k]!)
    let model: LogisticModel | undefined
    ridges.forEach((ridge, at) => {
      model = fitLogistic(scaledTrain, trainLabels, { classCount, ridge, from: model })
      losses[at]! += logLoss(logisticProbabilities(model, scaledTest), testLabels, classCount)
    })
  }
  if (foldCount === 0) return 1
  return ridges[losses.reduce((best, loss, at) => (loss < losses[best]! ? at : best), 0)]!
}
