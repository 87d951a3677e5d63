import { fail } from '../../shared/contract/errors.ts'
import type { SnapshotGraphs } from './graph-input.ts'

/** Numbers per channel and snapshot: log(1 + rate), CV of intervals, Fano factor, mean |r|, degree, share of active bins. */
export const nodeFeatureCount = 6
/** Those that follow from the graph, and are counted anew: pairs that are held out must not show in them. */
const meanStrengthAt = 3,
  degreeAt = 4

/**
 * Node statistics of every vertex, each scaled by its mean and SD over the channels of the training snapshots; 0 where
 * undefined or without any spread, and of the history node.
 * @returns [T, V, 6]
 * @throws model-runs/no-node-statistics where the snapshots carry none
 * @source model spec 1.7
 */
export function nodeFeaturesOf(graphs: SnapshotGraphs, historyNode: boolean): Float32Array {
  const { channelCount, snapshotCount, nodeStatistics } = graphs,
    vertexCount = channelCount + (historyNode ? 1 : 0),
    training = graphs.trainingSnapshots ?? Array.from({ length: snapshotCount }, (_, t) => t)
  if (!nodeStatistics) throw fail('model-runs/no-node-statistics', {})
  if (nodeStatistics.length !== snapshotCount * channelCount * nodeFeatureCount) throw new RangeError('node statistics of other snapshots')
  const values = withGraphNumbers(graphs, nodeStatistics),
    features = new Float32Array(snapshotCount * vertexCount * nodeFeatureCount)
  for (let f = 0; f < nodeFeatureCount; f++) {
    const at = (t: number, c: number): number => values[(t * channelCount + c) * nodeFeatureCount + f]!
    let count = 0,
      sum = 0,
      squares = 0
    const overTraining = (add: (value: number) => void): void => {
      for (const t of training) for (let c = 0; c < channelCount; c++) if (!Number.isNaN(at(t, c))) add(at(t, c))
    }
    overTraining((value) => {
      count++
      sum += value
    })
    const mean = sum / count
    overTraining((value) => {
      squares += (value - mean) ** 2
    })
    const deviation = Math.sqrt(squares / count)
    if (!(deviation > 1e-9)) continue
    for (let t = 0; t < snapshotCount; t++) {
      for (let c = 0; c < channelCount; c++) {
        const score = (at(t, c) - mean) / deviation
        features[(t * vertexCount + c) * nodeFeatureCount + f] = Number.isNaN(score) ? 0 : score
      }
    }
  }
  return features
}

/** The statistics with mean |r| and degree as the graphs now have them. */
function withGraphNumbers({ channelCount: n, edges, r }: SnapshotGraphs, statistics: Float32Array): Float64Array {
  const values = Float64Array.from(statistics)
  edges.forEach((pairs, t) => {
    const strength = new Float64Array(n),
      degree = new Float64Array(n),
      own = r[t]!
    for (let i = 0, pair = 0; i < n; i++) {
      for (let j = i + 1; j < n; j++, pair++) {
        const value = Math.abs(own[pair]!) / 32767
        strength[i]! += value
        strength[j]! += value
      }
    }
    for (const channel of pairs) degree[channel]!++
    for (let c = 0; c < n; c++) {
      values[(t * n + c) * nodeFeatureCount + meanStrengthAt] = strength[c]! / (n - 1)
      values[(t * n + c) * nodeFeatureCount + degreeAt] = degree[c]! / (n - 1)
    }
  })
  return values
}
