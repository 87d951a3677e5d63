import { degreeProducts, linkScores, productScores, type LinkScores } from './link-scores.ts'
import type { SnapshotGraph } from './rewired-graph.ts'

/** Forecasts of the next snapshot's edges, by name: the model's prior, and four that look back only. */
export type NextSnapshotScores = Record<
  'prior' | 'copy' | 'correlation' | 'runningMean' | 'degreeProduct',
  { all: LinkScores; fresh: LinkScores }
>

/**
 * How well snapshot t + 1 is foretold from snapshots 0 … t: for all pairs, and for pairs without an edge at t (new edges).
 * Copying the last snapshot is hard to beat over all pairs, and says nothing of new ones.
 * @param graphs of all snapshots
 * @param priorMean μ′ of every snapshot, [snapshotCount, channelCount, latentCount]; null for a model without a prior
 * @returns one per t = 0 … T − 2
 * @source model spec 6.4
 */
export function nextSnapshotScores(
  graphs: readonly SnapshotGraph[],
  channelCount: number,
  priorMean: { values: ArrayLike<number>; latentCount: number } | null,
  interrupt: () => void = () => {},
): (Omit<NextSnapshotScores, 'prior'> & { prior: NextSnapshotScores['prior'] | null })[] {
  const pairs = allPairs(channelCount),
    sum = new Float64Array(pairs.length / 2)
  let now = edgeFlags(graphs[0]!.edges, channelCount)
  return graphs.slice(1).map(({ edges }, t) => {
    interrupt()
    const isEdge = edgeFlags(edges, channelCount),
      { r } = graphs[t]!
    now.forEach((one, pair) => {
      sum[pair]! += one
    })
    const degree = new Float64Array(channelCount)
    for (const channel of graphs[t]!.edges) degree[channel]!++
    const was = now
    const both = (scores: ArrayLike<number>): { all: LinkScores; fresh: LinkScores } => {
      const absent = Array.from(was.keys()).filter((pair) => was[pair] === 0)
      return {
        all: linkScores(scores, { isEdge }),
        fresh: linkScores(
          absent.map((pair) => scores[pair]!),
          { isEdge: Uint8Array.from(absent, (pair) => isEdge[pair]!) },
        ),
      }
    }
    const forecasts = {
      prior: priorMean
        ? both(
            productScores(
              Float64Array.from(
                { length: channelCount * priorMean.latentCount },
                (_, at) => priorMean.values[(t + 1) * channelCount * priorMean.latentCount + at]!,
              ),
              priorMean.latentCount,
              pairs,
            ),
          )
        : null,
      copy: both(was),
      correlation: both(r.map(Math.abs)),
      runningMean: both(sum),
      degreeProduct: both(degreeProducts(degree, pairs)),
    }
    now = isEdge
    return forecasts
  })
}

/** Pairs i < j by rows, [2 · pairCount]. */
export function allPairs(channelCount: number): Uint16Array {
  const pairs = new Uint16Array(channelCount * (channelCount - 1))
  for (let i = 0, written = 0; i < channelCount; i++) {
    for (let j = i + 1; j < channelCount; j++) {
      pairs[written++] = i
      pairs[written++] = j
    }
  }
  return pairs
}

/** 1 for each pair that is an edge, upper triangle by rows. */
export function edgeFlags(edges: Uint16Array, channelCount: number): Uint8Array {
  const flags = new Uint8Array((channelCount * (channelCount - 1)) / 2)
  for (let e = 0; e < edges.length; e += 2) {
    const i = edges[e]!,
      j = edges[e + 1]!
    flags[i * channelCount - (i * (i + 1)) / 2 + j - i - 1] = 1
  }
  return flags
}
