import { leadingEigenpairs } from '../leading-eigenpairs.ts'
import type { Draw } from '../draws.ts'
import type { SnapshotGraph } from '../evaluation/rewired-graph.ts'

/** How many numbers a channel gets. */
export const centralityCount = 4

/**
 * Degree Σ_j A_ij, strength Σ_j |r_ij|, clustering coefficient (share of a channel's neighbours that are neighbours of each
 * other) and eigenvector centrality (entries of A's leading eigenvector, length 1, made positive) of every channel.
 * @returns [channelCount, 4]; coefficient 0 with fewer than two neighbours, centrality 0 in an empty graph
 * @source model spec 5
 */
export function channelCentrality({ edges, r }: SnapshotGraph, channelCount: number, uniform: Draw): Float64Array {
  const values = new Float64Array(channelCount * centralityCount)
  const neighbours = neighboursOf(edges, channelCount)
  neighbours.forEach((own, i) => {
    values[i * centralityCount] = own.length
    values[i * centralityCount + 2] = clustering(own, neighbours)
  })
  for (let i = 0, pair = 0; i < channelCount; i++) {
    for (let j = i + 1; j < channelCount; j++, pair++) {
      const strength = Math.abs(r[pair]!) / 32767
      values[i * centralityCount + 1]! += strength
      values[j * centralityCount + 1]! += strength
    }
  }
  if (edges.length === 0) return values
  const multiply = (vector: Float64Array): Float64Array => {
    const product = new Float64Array(channelCount)
    for (let e = 0; e < edges.length; e += 2) {
      product[edges[e]!]! += vector[edges[e + 1]!]!
      product[edges[e + 1]!]! += vector[edges[e]!]!
    }
    return product
  }
  const { vectors } = leadingEigenpairs({ size: channelCount, multiply }, 1, uniform)
  for (let i = 0; i < channelCount; i++) values[i * centralityCount + 3] = Math.abs(vectors[i]!)
  return values
}

/** The channels each channel has an edge with. */
function neighboursOf(edges: Uint16Array, channelCount: number): number[][] {
  const neighbours: number[][] = Array.from({ length: channelCount }, () => [])
  for (let e = 0; e < edges.length; e += 2) {
    neighbours[edges[e]!]!.push(edges[e + 1]!)
    neighbours[edges[e + 1]!]!.push(edges[e]!)
  }
  return neighbours
}

function clustering(own: readonly number[], neighbours: readonly (readonly number[])[]): number {
  if (own.length < 2) return 0
  const isOwn = new Uint8Array(neighbours.length)
  for (const j of own) isOwn[j] = 1
  let closed = 0
  for (const j of own) for (const k of neighbours[j]!) closed += isOwn[k]!
  return closed / (own.length * (own.length - 1))
}
