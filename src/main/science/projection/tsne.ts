import { uniformSequence } from '../../../shared/domain/random.ts'
import { jointProbabilities } from './affinities.ts'
import type { Affinities, ConditionalProbabilities } from './affinities.ts'
import type { Neighbours, Points, Progress } from './neighbours.ts'
import { principalComponents } from './pca.ts'
import { createQuadtree } from './quadtree.ts'

export type TsneOptions = { perplexity: number; iterations: number; seed: number }
export type TsneResult = {
  /** centred, [pointCount, 2] */
  coordinates: Float64Array
  /** Kullback–Leibler divergence Σ p_ij log(p_ij/q_ij), Barnes–Hut sums in q */
  kl: number
}

const theta = 0.5
const exaggeration = 12
const longestExaggeration = 250
const startSpread = 1e-4
/** Parts points that coincide; small against the start, so it chooses no other picture. */
const startNoise = 1e-6
const leastGain = 0.01
const iterationsBetweenYields = 5

/** The first two principal components, the first scaled to a standard deviation of 10⁻⁴, with seeded noise of 10⁻⁶. */
function start(points: Points, seed: number): Float64Array {
  const { coordinates } = principalComponents(points),
    uniform = uniformSequence(seed, 'projection')
  let squares = 0
  for (let i = 0; i < points.pointCount; i++) squares += coordinates[2 * i]! * coordinates[2 * i]!
  const scale = squares > 0 ? startSpread / Math.sqrt(squares / points.pointCount) : 0
  return coordinates.map((value) => value * scale + (uniform() - 0.5) * startNoise)
}

/** Adds factor · Σ_j p_ij w (y_i − y_j) to the forces, w = 1/(1 + |y_i − y_j|²). */
function addAttraction({ rowStarts, columns, values }: Affinities, y: Float64Array, factor: number, forces: Float64Array): void {
  for (let i = 0; i < rowStarts.length - 1; i++) {
    const x0 = y[2 * i]!,
      y0 = y[2 * i + 1]!
    let forceX = 0,
      forceY = 0
    for (let e = rowStarts[i]!; e < rowStarts[i + 1]!; e++) {
      const j = 2 * columns[e]!,
        dx = x0 - y[j]!,
        dy = y0 - y[j + 1]!,
        pull = values[e]! / (1 + dx * dx + dy * dy)
      forceX += pull * dx
      forceY += pull * dy
    }
    forces[2 * i]! += factor * forceX
    forces[2 * i + 1]! += factor * forceY
  }
}

function divergence({ rowStarts, columns, values }: Affinities, y: Float64Array, normaliser: number): number {
  let kl = 0
  for (let i = 0; i < rowStarts.length - 1; i++) {
    for (let e = rowStarts[i]!; e < rowStarts[i + 1]!; e++) {
      const p = values[e]!,
        j = 2 * columns[e]!,
        dx = y[2 * i]! - y[j]!,
        dy = y[2 * i + 1]! - y[j + 1]!
      if (p > 0) kl += p * Math.log(p * normaliser * (1 + dx * dx + dy * dy))
    }
  }
  return kl
}

function centre(y: Float64Array): void {
  for (let axis = 0; axis < 2; axis++) {
    let mean = 0
    for (let at = axis; at < y.length; at += 2) mean += y[at]! / (y.length / 2)
    for (let at = axis; at < y.length; at += 2) y[at]! -= mean
  }
}

export type StepSettings = { exaggeration: number; momentum: number; learningRate: number }

/** Points on their way down; where they are and how fast is its own. */
export type Descent = {
  /** Goes so many steps along the gradient. */
  go: (steps: number, settings: StepSettings, interrupt: () => void) => void
  /** Where the points are, [pointCount, 2] */
  read: () => Float64Array
  /** Σ_i Σ_j w there */
  normaliser: (interrupt: () => void) => number
}

/** @param start [pointCount, 2] */
export type StartDescent = (affinities: Affinities, start: Float64Array, theta: number) => Descent

/** The plain loops: a step is y += update, update = momentum · update − rate · gain · force, all points at once. */
const startPlainDescent: StartDescent = (affinities, start, theta) => {
  const y = start.slice(),
    tree = createQuadtree(y.length / 2)
  const forces = new Float64Array(y.length),
    update = new Float64Array(y.length),
    gains = new Float64Array(y.length).fill(1)
  const normaliser = (interrupt: () => void): number => {
    tree.build(y)
    return tree.repulsion(theta, forces, interrupt)
  }
  const step = ({ exaggeration, momentum, learningRate }: StepSettings, interrupt: () => void): void => {
    const sum = normaliser(interrupt)
    for (let at = 0; at < forces.length; at++) forces[at]! *= -1 / sum
    addAttraction(affinities, y, exaggeration, forces)
    interrupt()
    for (let at = 0; at < y.length; at++) {
      const force = forces[at]!,
        turns = update[at]! * force < 0
      gains[at] = turns ? gains[at]! + 0.2 : Math.max(gains[at]! * 0.8, leastGain)
      update[at] = momentum * update[at]! - learningRate * gains[at]! * force
      y[at]! += update[at]!
    }
  }
  return {
    go: (steps, settings, interrupt) => {
      for (let done = 0; done < steps; done++) step(settings, interrupt)
    },
    read: () => y.slice(),
    normaliser,
  }
}

/** Faster loops of the same definition; the plain ones where they are left out. */
export type TsneKernels = { conditional?: ConditionalProbabilities; startDescent?: StartDescent }

/**
 * Barnes–Hut t-SNE with θ = 0.5: starts from the principal components, exaggerates 12-fold for the first third (at most 250
 * iterations, momentum 0.5, then 0.8), learning rate n/12, at least 200, with gains. Bit-equal for equal input and seed.
 * @param neighbours of all points, `neighbourCountOf(perplexity, pointCount)` each
 * @param interrupt called at least every 0.3 s
 * @returns yields progress over iterations
 * @source van der Maaten 2014; learning rate and start: Belkina et al. 2019, Kobak & Berens 2019
 */
export function* tsne(
  points: Points,
  neighbours: Neighbours,
  { perplexity, iterations, seed }: TsneOptions,
  interrupt: () => void,
  { conditional, startDescent = startPlainDescent }: TsneKernels = {},
): Generator<Progress, TsneResult> {
  yield { done: 0, total: iterations }
  const affinities = jointProbabilities(neighbours, perplexity, interrupt, conditional),
    descent = startDescent(affinities, start(points, seed), theta)
  const exaggerated = Math.min(longestExaggeration, Math.floor(iterations / 3)),
    learningRate = Math.max(200, points.pointCount / exaggeration)
  for (let done = 0; done < iterations;) {
    const isEarly = done < exaggerated,
      steps = Math.min(iterationsBetweenYields - (done % iterationsBetweenYields), (isEarly ? exaggerated : iterations) - done)
    descent.go(steps, { exaggeration: isEarly ? exaggeration : 1, momentum: isEarly ? 0.5 : 0.8, learningRate }, interrupt)
    done += steps
    if (done % iterationsBetweenYields === 0) yield { done, total: iterations }
  }
  const coordinates = descent.read()
  centre(coordinates)
  return { coordinates, kl: divergence(affinities, coordinates, descent.normaliser(interrupt)) }
}
