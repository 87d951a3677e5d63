import type { Draw } from '../draws.ts'
import type { Points } from '../projection/neighbours.ts'

const hidden = 32,
  stepCount = 500,
  rate = 1e-2,
  decay = 1e-4

/**
 * Probabilities of the classes by a perceptron with one hidden layer of 32 rectified units, full-batch Adam for 500 steps
 * at 10⁻² with weight decay 10⁻⁴ (added to the gradient of weights, not of biases); the mean over several random starts.
 * @param labels class of each training point, from 0
 * @returns [test points, classCount]
 * @source model spec 6.2
 */
export function perceptronProbabilities(
  train: Points,
  labels: ArrayLike<number>,
  test: Points,
  {
    classCount,
    uniform,
    startCount = 5,
    interrupt = () => {},
  }: { classCount: number; uniform: Draw; startCount?: number; interrupt?: () => void },
): Float64Array {
  const mean = new Float64Array(test.pointCount * classCount)
  for (let start = 0; start < startCount; start++) {
    const net = startNet(train.dimensionCount, classCount, uniform)
    descend(net, train, labels, interrupt)
    forward(net, test).probabilities.forEach((value, at) => {
      mean[at]! += value / startCount
    })
  }
  return mean
}

/** All weights in one array: W [D, 32], b [32], V [32, C], c [C]. */
type Net = { D: number; C: number; weights: Float64Array }

function startNet(D: number, C: number, uniform: Draw): Net {
  const weights = new Float64Array(D * hidden + hidden + hidden * C + C),
    second = D * hidden + hidden
  const within = (limit: number): number => (2 * uniform() - 1) * limit
  for (let at = 0; at < D * hidden; at++) weights[at] = within(Math.sqrt(6 / (D + hidden)))
  for (let at = second; at < second + hidden * C; at++) weights[at] = within(Math.sqrt(6 / (hidden + C)))
  return { D, C, weights }
}

function forward({ D, C, weights }: Net, { data, pointCount }: Points): { active: Float64Array; probabilities: Float64Array } {
  const active = new Float64Array(pointCount * hidden),
    probabilities = new Float64Array(pointCount * C),
    second = D * hidden + hidden
  for (let k = 0; k < pointCount; k++) {
    const own = k * hidden
    for (let j = 0; j < hidden; j++) active[own + j] = weights[D * hidden + j]!
    for (let d = 0; d < D; d++) {
      const x = data[k * D + d]!,
        row = d * hidden
      for (let j = 0; j < hidden; j++) active[own + j]! += x * weights[row + j]!
    }
    const at = k * C
    for (let c = 0; c < C; c++) probabilities[at + c] = weights[second + hidden * C + c]!
    for (let j = 0; j < hidden; j++) {
      const value = active[own + j]!
      if (value <= 0) {
        active[own + j] = 0
        continue
      }
      for (let c = 0; c < C; c++) probabilities[at + c]! += value * weights[second + j * C + c]!
    }
    let highest = -Infinity,
      sum = 0
    for (let c = 0; c < C; c++) highest = Math.max(highest, probabilities[at + c]!)
    for (let c = 0; c < C; c++) sum += probabilities[at + c] = Math.exp(probabilities[at + c]! - highest)
    for (let c = 0; c < C; c++) probabilities[at + c]! /= sum
  }
  return { active, probabilities }
}

function descend(net: Net, points: Points, labels: ArrayLike<number>, interrupt: () => void): void {
  const { D, C, weights } = net,
    { data, pointCount } = points,
    second = D * hidden + hidden
  const gradient = new Float64Array(weights.length),
    mean = new Float64Array(weights.length),
    square = new Float64Array(weights.length),
    back = new Float64Array(hidden)
  for (let step = 1; step <= stepCount; step++) {
    if (step % 20 === 0) interrupt()
    const { active, probabilities } = forward(net, points)
    for (let at = 0; at < weights.length; at++) {
      const isBias = (at >= D * hidden && at < second) || at >= second + hidden * C
      gradient[at] = isBias ? 0 : decay * weights[at]!
    }
    for (let k = 0; k < pointCount; k++) {
      back.fill(0)
      for (let c = 0; c < C; c++) {
        const excess = (probabilities[k * C + c]! - (labels[k] === c ? 1 : 0)) / pointCount
        gradient[second + hidden * C + c]! += excess
        for (let j = 0; j < hidden; j++) {
          gradient[second + j * C + c]! += excess * active[k * hidden + j]!
          back[j]! += excess * weights[second + j * C + c]!
        }
      }
      for (let j = 0; j < hidden; j++) {
        if (active[k * hidden + j]! > 0) gradient[D * hidden + j]! += back[j]!
        else back[j] = 0
      }
      for (let d = 0; d < D; d++) {
        const x = data[k * D + d]!,
          row = d * hidden
        for (let j = 0; j < hidden; j++) gradient[row + j]! += x * back[j]!
      }
    }
    const first = 1 - 0.9 ** step,
      secondMoment = 1 - 0.999 ** step
    for (let at = 0; at < weights.length; at++) {
      mean[at] = 0.9 * mean[at]! + 0.1 * gradient[at]!
      square[at] = 0.999 * square[at]! + 0.001 * gradient[at]! ** 2
      weights[at]! -= (rate * mean[at]!) / first / (Math.sqrt(square[at]! / secondMoment) + 1e-8)
    }
  }
}
