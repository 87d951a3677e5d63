import { expect, test } from 'vitest'
import { arrayTorusOf, type ArrayTorus } from '../../../../src/main/science/alignment/array-torus.ts'
import { dealtLabels, distinctRoleMaps, type Labels } from '../../../../src/main/science/alignment/labels.ts'
import { labelNullOf } from '../../../../src/main/science/alignment/label-null.ts'
import { moveLabels } from '../../../../src/main/science/alignment/moved-labels.ts'
import { permuteWithin, strataOf } from '../../../../src/main/science/alignment/strata.ts'
import { alignmentRecipe } from '../../../../src/shared/domain/alignment.ts'
import { uniformSequence } from '../../../../src/shared/domain/random.ts'

const grid = (columns: number, rows: number): Float64Array =>
  Float64Array.from({ length: 2 * columns * rows }, (_, at) => 100 * (at % 2 === 0 ? (at >> 1) % columns : Math.floor((at >> 1) / columns)))
const scattered = (count: number, seed: number): Float64Array => {
  const uniform = uniformSequence(seed, 'simulate')
  return Float64Array.from({ length: 2 * count }, () => 1000 * uniform())
}
const torusOf = (positionsUm: Float64Array): ArrayTorus => {
  const torus = arrayTorusOf(positionsUm)
  if (!torus) throw new Error('no torus')
  return torus
}
const isPermutation = (from: Uint16Array): boolean => new Set(from).size === from.length

test('a grid falls upon itself: columns move together and wrap around', () => {
  const torus = torusOf(grid(6, 4))
  expect(torus.periodUm).toEqual([600, 400])
  // no reflection, moved by 2.2 columns and 0.9 rows: two columns and one row
  const draws = [0.9, 0.9, 2.2 / 6, 0.9 / 4]
  const from = moveLabels(torus, 24, () => draws.shift()!)
  for (let c = 0; c < 24; c++) expect(from[c]).toBe(((Math.floor(c / 6) + 3) % 4) * 6 + (((c % 6) + 4) % 6))
})

test('a reflection turns the map over', () => {
  const draws = [0.1, 0.9, 0, 0]
  const from = moveLabels(torusOf(grid(6, 4)), 24, () => draws.shift()!)
  for (let c = 0; c < 24; c++) expect(from[c]).toBe(Math.floor(c / 6) * 6 + 5 - (c % 6))
})

test('every label is dealt as often as it was; a channel without a place keeps its own', () => {
  const positionsUm = scattered(50, 1)
  positionsUm[14] = NaN
  const uniform = uniformSequence(2, 'permutation')
  for (let k = 0; k < 50; k++) {
    const from = moveLabels(torusOf(positionsUm), 50, uniform)
    expect(isPermutation(from)).toBe(true)
    expect(from[7]).toBe(7)
  }
})

test('labels are dealt in the order of distance, as by looking at all pairs', () => {
  const positionsUm = scattered(40, 3),
    torus = torusOf(positionsUm)
  for (let k = 0; k < 10; k++) {
    const draws = Array.from({ length: 4 }, uniformSequence(k, 'permutation')),
      left = [...draws]
    expect([...moveLabels(torus, 40, () => left.shift()!)]).toEqual(dealtByAllPairs(torus, draws))
  }
})

/** The definition: all pairs sorted, no cells. */
function dealtByAllPairs({ placesUm, extentUm, periodUm }: ArrayTorus, draws: number[]): number[] {
  const count = placesUm.length / 2,
    moved = placesUm.map((place, at) => {
      const axis = at & 1,
        reflected = draws[axis]! < 0.5 ? extentUm[axis]! - place : place
      return (reflected + draws[2 + axis]! * periodUm[axis]!) % periodUm[axis]!
    })
  const gap = (c: number, l: number, axis: 0 | 1): number => {
    const apart = Math.abs(placesUm[2 * c + axis]! - moved[2 * l + axis]!)
    return Math.min(apart, periodUm[axis] - apart)
  }
  const pairs = Array.from({ length: count * count }, (_, k) => ({ c: Math.floor(k / count), l: k % count }))
    .map((pair) => ({ ...pair, distance: Math.hypot(gap(pair.c, pair.l, 0), gap(pair.c, pair.l, 1)) }))
    .sort((a, b) => a.distance - b.distance)
  const label = new Array<number>(count).fill(-1),
    gone = new Set<number>()
  for (const { c, l } of pairs) {
    if (label[c]! >= 0 || gone.has(l)) continue
    label[c] = l
    gone.add(l)
  }
  return label
}

test('strata keep degree quartile and place: labels stay within them', () => {
  const torus = torusOf(grid(12, 10)),
    degree = Int32Array.from({ length: 120 }, (_, c) => (c * 37) % 41)
  const strata = strataOf(degree, torus),
    stratumOf = new Int32Array(120).fill(-1)
  strata.forEach((members, s) => members.forEach((c) => (stratumOf[c] = s)))
  const from = permuteWithin(strata, 120, uniformSequence(1, 'permutation'))
  expect(isPermutation(from)).toBe(true)
  expect(from.some((source, c) => source !== c)).toBe(true)
  for (let c = 0; c < 120; c++) {
    if (degree[c] === 0 || stratumOf[c] === -1) expect(from[c]).toBe(c)
    else expect(stratumOf[from[c]!]).toBe(stratumOf[c])
  }
})

test('within a stratum every order is as likely as any other', () => {
  const counts = new Map<string, number>(),
    uniform = uniformSequence(4, 'permutation')
  for (let k = 0; k < 6000; k++) {
    const order = permuteWithin([Int32Array.of(0, 1, 2)], 3, uniform).join()
    counts.set(order, (counts.get(order) ?? 0) + 1)
  }
  expect(counts.size).toBe(6)
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(120)
})

const halves = (columns: number, count: number): Labels => ({
  roles: Int8Array.from({ length: count }, (_, c) => (c % columns < columns / 2 ? 0 : 1)),
  regions: new Int16Array(count),
})
const recipe = alignmentRecipe.parse({ permutations: 300 })

test('a layout of two halves has few maps of roles; automatic then permutes within strata and says why', () => {
  const labels = halves(12, 120),
    positionsUm = grid(12, 10)
  const moved = labelNullOf({ labels, positionsUm, recipe: { ...recipe, roleNull: 'moved' }, column: 0 }, () => {})
  expect(moved.distinctMapCount()).toBe(12)
  expect([moved.kind, moved.reason, moved.labelsOf(0, new Float64Array(120).fill(1))]).toEqual(['moved', 'too-few-maps', null])
  const automatic = labelNullOf({ labels, positionsUm, recipe, column: 0 }, () => {})
  expect([automatic.kind, automatic.reason]).toEqual(['strata', 'too-few-maps'])
  const permuted = automatic.labelsOf(
    0,
    Float64Array.from({ length: 120 }, (_, c) => 1 + (c % 7)),
  )
  expect(permuted).toHaveLength(300)
  expect(distinctRoleMaps(permuted ?? [])).toBe(automatic.distinctMapCount())
  for (const { roles } of permuted ?? []) expect(roles.reduce((sum, role) => sum + role, 0)).toBe(60)
})

test('without positions labels cannot be moved', () => {
  const input = { labels: halves(12, 120), positionsUm: new Float64Array(240).fill(NaN), column: 0 }
  expect(labelNullOf({ ...input, recipe: { ...recipe, roleNull: 'moved' } }, () => {})).toMatchObject({
    kind: null,
    reason: 'no-positions',
  })
  expect(labelNullOf({ ...input, recipe }, () => {})).toMatchObject({ kind: 'strata', reason: 'no-positions' })
  expect(labelNullOf({ ...input, recipe: { ...recipe, permutations: 0 } }, () => {})).toMatchObject({ kind: null, reason: 'no-null-asked' })
})

test('subregions move with their roles', () => {
  const labels: Labels = { roles: Int8Array.of(0, 0, 1, 1), regions: Int16Array.of(0, 1, 2, 3) }
  expect(dealtLabels(labels, Uint16Array.of(3, 2, 0, 1))).toEqual({ roles: Int8Array.of(1, 1, 0, 0), regions: Int16Array.of(3, 2, 0, 1) })
})
