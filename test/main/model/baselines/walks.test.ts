import { expect, test } from 'vitest'
import { neighboursOf } from '../../../../src/main/model/baselines/adjacency-rows.ts'
import { walkFrom } from '../../../../src/main/model/baselines/walks.ts'

/** A triangle 0, 1, 2 with a tail 2, 3; nobody knows 4. */
const edges = Uint16Array.of(0, 1, 0, 2, 1, 2, 2, 3),
  neighbours = neighboursOf({ channelCount: 5, snapshotCount: 1, edges: [edges], r: [] })
const walk = (start: number, key: number, bias = { p: 1, q: 1 }, length = 16): number[] =>
  Array.from(walkFrom(start, neighbours, { snapshot: 0, length, bias, seed: 3, key: [key, 1] }))

test('a walk goes along edges, depends on its key alone, and stays where there is no edge', () => {
  for (let key = 0; key < 50; key++) {
    const way = walk(key % 4, key)
    expect(way).toEqual(walk(key % 4, key))
    way.slice(1).forEach((channel, k) => expect(Array.from(neighbours.of(0, way[k]!))).toContain(channel))
  }
  expect(walk(0, 1)).not.toEqual(walk(0, 2))
  expect(walk(4, 1)).toEqual(Array.from({ length: 16 }, () => 4))
})

test('from 2 after 1, walks go back, on within the triangle, and out to the tail as 1/p : 1 : 1/q', () => {
  const counts = new Map<number, number>()
  for (let key = 0; key < 4000; key++) {
    const [first, second, third] = walk(1, key, { p: 4, q: 0.5 }, 3)
    if (first === 1 && second === 2) counts.set(third!, (counts.get(third!) ?? 0) + 1)
  }
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0)
  // back to 1: 1/4, to 0, which 1 knows: 1, to 3, which 1 does not know: 2
  for (const [channel, weight] of [
    [1, 0.25],
    [0, 1],
    [3, 2],
  ] as const)
    expect(counts.get(channel)! / total).toBeCloseTo(weight / 3.25, 1)
})
