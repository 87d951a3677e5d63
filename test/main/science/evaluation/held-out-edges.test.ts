import fc from 'fast-check'
import { expect, test } from 'vitest'
import { holdOutEdges } from '../../../../src/main/science/evaluation/held-out-edges.ts'
import { withoutPairs } from '../../../../src/main/model/graph-input.ts'
import { simulatedGraphs } from '../../simulated-graphs.ts'
import '../../../property-seed.ts'

const graphs = simulatedGraphs({ channelCount: 30, snapshotCount: 3, seed: 4 })
const keysOf = (pairs: Uint16Array): string[] => Array.from({ length: pairs.length / 2 }, (_, e) => `${pairs[2 * e]}-${pairs[2 * e + 1]}`)

test('a share of the edges and as many other pairs are drawn, no pair twice, the same by the same seed', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1e6 }),
      fc.constantFrom(0.05, 0.1, 0.5),
      fc.integer({ min: 0, max: 2 }),
      (seed, share, snapshot) => {
        const edges = graphs.edges[snapshot]!,
          settings = { channelCount: 30, snapshot, share, seed }
        const { pairs, isEdge } = holdOutEdges(edges, settings),
          known = new Set(keysOf(edges)),
          keys = keysOf(pairs)
        const wanted = Math.max(1, Math.round((share * edges.length) / 2))
        expect(new Set(keys).size).toBe(keys.length)
        expect(isEdge.reduce((sum, one) => sum + one, 0)).toBe(wanted)
        expect(keys).toHaveLength(2 * wanted)
        keys.forEach((key, k) => expect(known.has(key)).toBe(isEdge[k] === 1))
        for (const key of keys) expect(Number(key.split('-')[0])).toBeLessThan(Number(key.split('-')[1]))
        expect(holdOutEdges(edges, settings).pairs).toEqual(pairs)
      },
    ),
  )
})

test('snapshots and seeds draw their own pairs, and every edge has its turn', () => {
  const edges = graphs.edges[0]!,
    of = (snapshot: number, seed: number) => holdOutEdges(edges, { channelCount: 30, snapshot, share: 0.1, seed })
  expect(of(1, 1).pairs).not.toEqual(of(0, 1).pairs)
  expect(of(0, 2).pairs).not.toEqual(of(0, 1).pairs)
  const seen = new Set<string>()
  for (let seed = 0; seed < 200; seed++) keysOf(of(0, seed).pairs).forEach((key) => seen.add(key))
  for (const key of keysOf(edges)) expect(seen).toContain(key)
  expect(seen.size).toBe((30 * 29) / 2)
})

test('an empty graph has nothing to hold out, a full one no others', () => {
  const all = Uint16Array.from(Array.from({ length: 5 }, (_, i) => Array.from({ length: 4 - i }, (__, k) => [i, i + k + 1])).flat(2))
  expect(holdOutEdges(new Uint16Array(0), { channelCount: 5, snapshot: 0, share: 0.1, seed: 1 }).pairs).toHaveLength(0)
  expect([...holdOutEdges(all, { channelCount: 5, snapshot: 0, share: 0.2, seed: 1 }).isEdge]).toEqual([1, 1])
})

test('what is held out leaves no trace in graph or features, and both directions are told', () => {
  const pairs = graphs.edges.map((edges, snapshot) => holdOutEdges(edges, { channelCount: 30, snapshot, share: 0.2, seed: 3 }).pairs)
  const seen = withoutPairs(graphs, pairs)
  const changed = structuredClone(graphs)
  changed.r.forEach((values, t) => {
    for (let e = 0; e < pairs[t]!.length / 2; e++) {
      const i = pairs[t]![2 * e]!,
        j = pairs[t]![2 * e + 1]!
      let at = 0
      for (let a = 0; a < i; a++) at += 29 - a
      values[at + j - i - 1] = 1234
    }
  })
  expect(changed.r).not.toEqual(graphs.r)
  expect(withoutPairs(changed, pairs)).toEqual(seen)
  seen.graphs.edges.forEach((edges, t) => {
    const held = new Set(keysOf(pairs[t]!))
    expect(keysOf(edges)).toEqual(keysOf(graphs.edges[t]!).filter((key) => !held.has(key)))
  })
  const { heldRowStart, heldColumns } = seen.held
  for (let t = 0; t < 3; t++) {
    const told = Array.from({ length: 30 }, (_, i) =>
      Array.from(heldColumns.subarray(heldRowStart[t * 31 + i], heldRowStart[t * 31 + i + 1]), (j) => `${i}-${j}`),
    ).flat()
    expect(new Set(told)).toEqual(new Set(keysOf(pairs[t]!).flatMap((key) => [key, key.split('-').reverse().join('-')])))
  }
})
