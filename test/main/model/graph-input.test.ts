import fc from 'fast-check'
import { expect, test } from 'vitest'
import { entryCountOf, rowFeaturesOf, vertexGraphsOf } from '../../../src/main/model/graph-input.ts'
import { simulatedGraphs } from '../simulated-graphs.ts'

const cases = fc.record({
  channelCount: fc.integer({ min: 1, max: 9 }),
  snapshotCount: fc.integer({ min: 1, max: 4 }),
  seed: fc.integer({ min: 1, max: 999 }),
})

test('Ã has a unit diagonal, both directions of each edge and the history node in every row, in ascending order', () => {
  fc.assert(
    fc.property(cases, fc.boolean(), (size, historyNode) => {
      const { edges, channelCount: n } = simulatedGraphs(size),
        graphs = vertexGraphsOf(edges, n, historyNode),
        v = graphs.vertexCount
      for (const [t, pairs] of edges.entries()) {
        const joined = (i: number, j: number): boolean => {
          if (i === j || i === n || j === n) return true
          const low = Math.min(i, j),
            high = Math.max(i, j)
          return pairs.some((_, at) => at % 2 === 0 && pairs[at] === low && pairs[at + 1] === high)
        }
        for (let i = 0; i < v; i++) {
          const row = [...graphs.columns.subarray(graphs.rowStart[t * (v + 1) + i]!, graphs.rowStart[t * (v + 1) + i + 1]!)]
          expect(row).toEqual(Array.from({ length: v }, (_, j) => j).filter((j) => joined(i, j)))
          expect(graphs.scale[t * v + i]).toBe(Math.fround(1 / Math.sqrt(row.length)))
        }
      }
      const edgeCount = edges.reduce((sum, pairs) => sum + pairs.length / 2, 0)
      expect(graphs.columns.length).toBe(entryCountOf({ ...size, edgeCount }, historyNode))
    }),
  )
})

test('rows are |r|, symmetric, with ones on the diagonal and at the history node', () => {
  const r = [Int16Array.of(-32767, 0, 16384), Int16Array.of(3277, 100, -100)]
  const half = Math.fround(16384 / 32767),
    tenth = Math.fround(3277 / 32767),
    small = Math.fround(100 / 32767)
  expect([...rowFeaturesOf(r, 3, true)]).toEqual([
    1,
    1,
    0,
    1,
    1,
    1,
    half,
    1,
    0,
    half,
    1,
    1,
    1,
    1,
    1,
    1,
    1,
    tenth,
    small,
    1,
    tenth,
    1,
    small,
    1,
    small,
    small,
    1,
    1,
    1,
    1,
    1,
    1,
  ])
  expect([...rowFeaturesOf([r[0]!], 3, false)]).toEqual([1, 1, 0, 1, 1, half, 0, half, 1])
})
