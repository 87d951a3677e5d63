import { expect, test } from 'vitest'
import { arrayTorusOf } from '../../../../src/main/science/alignment/array-torus.ts'
import type { ConnectedVectors } from '../../../../src/main/science/alignment/connected-vectors.ts'
import { couplingOf } from '../../../../src/main/science/alignment/coupling.ts'
import { labelNullOf, type LabelNull } from '../../../../src/main/science/alignment/label-null.ts'
import type { Labels } from '../../../../src/main/science/alignment/labels.ts'
import { neighbourhoodsOf, purityOf } from '../../../../src/main/science/alignment/mixing.ts'
import { strataOf } from '../../../../src/main/science/alignment/strata.ts'
import { twoSided } from '../../../../src/main/science/alignment/two-sided.ts'
import { normalDraws } from '../../../../src/main/science/draws.ts'
import { alignmentRecipe } from '../../../../src/shared/domain/alignment.ts'
import { uniformSequence } from '../../../../src/shared/domain/random.ts'

const columns = 12,
  rows = 8,
  count = columns * rows,
  dimensionCount = 3,
  draws = 200,
  permutations = 150,
  /** Kolmogorov and Smirnov: uniform numbers are farther from it once in 10,000 times */
  bar = 2.225 / Math.sqrt(draws)
const xOf = (c: number): number => c % columns,
  yOf = (c: number): number => Math.floor(c / columns)

/** Places of a grid of 100 µm, each moved by up to so much. */
function places(jitterUm: number): Float64Array {
  const uniform = uniformSequence(3, 'simulate')
  return Float64Array.from({ length: 2 * count }, (_, at) => 100 * (at % 2 === 0 ? xOf : yOf)(at >> 1) + jitterUm * uniform())
}

/** Regions by place; the first `sensoryCount` of them are sensory, the others motor. */
function labelled(regionOf: (x: number, y: number) => number, sensoryCount: number): Labels {
  const regions = Int16Array.from({ length: count }, (_, c) => regionOf(xOf(c), yOf(c)))
  return { regions, roles: Int8Array.from(regions, (region) => (region < sensoryCount ? 0 : 1)) }
}
const patches = labelled((x, y) => (x < 5 && y < 6 ? 0 : x > 7 && y > 4 ? 1 : x + y < 12 ? 2 : 3), 2)
const halves = labelled((x, y) => 2 * Number(x >= columns / 2) + Number(y >= rows / 2), 2)

const vectorsOf = (data: Float64Array): ConnectedVectors => ({
  channels: Int32Array.from({ length: count }, (_, c) => c),
  data,
  dimensionCount,
})

/** Vectors that are alike in neighbours, and whose chances are the same wherever on the torus one stands: random waves, and noise. */
function waves(positionsUm: Float64Array, draw: number): ConnectedVectors {
  const uniform = uniformSequence(77, 'simulate', [1, draw]),
    normal = normalDraws(uniform),
    torus = arrayTorusOf(positionsUm)
  if (!torus) throw new Error('no torus')
  const data = Float64Array.from({ length: count * dimensionCount }, () => 0.3 * normal())
  for (let wave = 0; wave < 6; wave++) {
    const cycles = [Math.floor(3 * uniform()), Math.floor(5 * uniform()) - 2],
      phase = uniform(),
      weights = Array.from({ length: dimensionCount }, normal)
    for (let at = 0; at < data.length; at++) {
      const c = Math.floor(at / dimensionCount),
        turns = [0, 1].reduce((sum, axis) => sum + (cycles[axis]! * torus.placesUm[2 * c + axis]!) / torus.periodUm[axis]!, phase)
      data[at]! += weights[at % dimensionCount]! * Math.cos(2 * Math.PI * turns)
    }
  }
  return vectorsOf(data)
}

const degreeOf = (draw: number): Float64Array =>
  Float64Array.from({ length: count }, uniformSequence(78, 'simulate', [1, draw])).map((share) => 1 + Math.floor(30 * share))

/** Vectors that only know the stratum of their channel, which shows strongly, and noise. */
function strataVectors(positionsUm: Float64Array, draw: number): ConnectedVectors {
  const normal = normalDraws(uniformSequence(79, 'simulate', [1, draw])),
    data = Float64Array.from({ length: count * dimensionCount }, normal)
  for (const members of strataOf(degreeOf(draw), arrayTorusOf(positionsUm))) {
    const own = Array.from({ length: dimensionCount }, () => 3 * normal())
    for (const c of members) for (let d = 0; d < dimensionCount; d++) data[c * dimensionCount + d]! += own[d]!
  }
  return vectorsOf(data)
}

const measures = {
  coupling: couplingOf,
  purity: (vectors: ConnectedVectors) => {
    const near = neighbourhoodsOf(vectors, 5, () => {})
    if (!near) throw new Error('no neighbours')
    return purityOf(near)
  },
}

/** The largest distance of a sorted sample from the uniform distribution. */
const kolmogorovSmirnov = (sorted: readonly number[]): number =>
  Math.max(...sorted.map((p, k) => Math.max(Math.abs(p - k / sorted.length), Math.abs(p - (k + 1) / sorted.length))))

// On irregular places moves are no group, and p is uniform nearly: of 3,000 draws 6 % were below 0.05, and coupling 0.032 away.
test.each([
  { layout: 'a grid', kind: 'moved', positionsUm: places(0), labels: patches, vectors: waves },
  { layout: 'irregular places', kind: 'moved', positionsUm: places(40), labels: patches, vectors: waves },
  { layout: 'halves, too symmetric to be moved', kind: 'strata', positionsUm: places(0), labels: halves, vectors: strataVectors },
])('p of vectors that know no labels is uniform under the null of $layout', ({ kind, positionsUm, labels, vectors }) => {
  const found: Record<keyof typeof measures, number[]> = { coupling: [], purity: [] }
  const nullOf = (seed: number): LabelNull =>
    labelNullOf({ labels, positionsUm, recipe: alignmentRecipe.parse({ permutations, seed }), column: 0 }, () => {})
  const one = nullOf(0)
  for (let draw = 0; draw < draws; draw++) {
    // moved maps are the same for all snapshots of a column, strata are permuted anew for each
    const labelNull = kind === 'moved' ? nullOf(draw) : one,
      maps = labelNull.labelsOf(draw, degreeOf(draw)),
      given = vectors(positionsUm, draw)
    expect([labelNull.kind, maps?.length]).toEqual([kind, permutations])
    for (const measure of ['coupling', 'purity'] as const) {
      const statistic = measures[measure](given)
      found[measure].push(twoSided(statistic(labels), Float64Array.from(maps ?? [], statistic)).p)
    }
  }
  for (const [measure, all] of Object.entries(found)) {
    const sorted = all.toSorted((a, b) => a - b)
    expect(sorted[0], measure).toBeGreaterThanOrEqual(1 / (1 + permutations))
    expect(kolmogorovSmirnov(sorted), measure).toBeLessThan(bar)
  }
})
