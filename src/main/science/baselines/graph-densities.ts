import type { Role } from '../../../shared/domain/region.ts'
import type { SnapshotGraph } from '../evaluation/rewired-graph.ts'

/** How dense one graph is, in all and between and within the roles; NaN where a share has no pairs. */
export type Densities = {
  /** share of all pairs that are edges */
  density: number
  /** share among sensory × motor pairs, and among pairs of one role */
  crossRole: number
  withinRole: number
  meanAbsoluteR: number
  crossRoleR: number
  withinRoleR: number
}

/**
 * @param roles of the channels, [channelCount]
 * @source model spec 5
 */
export function densitiesOf({ edges, r }: SnapshotGraph, roles: readonly Role[]): Densities {
  const channelCount = roles.length
  const kindOf = (i: number, j: number): 'cross' | 'within' | 'other' =>
    roles[i] === 'other' || roles[j] === 'other' ? 'other' : roles[i] === roles[j] ? 'within' : 'cross'
  const pairs = { cross: 0, within: 0, other: 0 },
    found = { cross: 0, within: 0, other: 0 },
    strength = { cross: 0, within: 0, other: 0 }
  for (let i = 0, pair = 0; i < channelCount; i++) {
    for (let j = i + 1; j < channelCount; j++, pair++) {
      const kind = kindOf(i, j)
      pairs[kind]++
      strength[kind] += Math.abs(r[pair]!) / 32767
    }
  }
  for (let e = 0; e < edges.length; e += 2) found[kindOf(edges[e]!, edges[e + 1]!)]++
  const all = pairs.cross + pairs.within + pairs.other,
    allStrength = strength.cross + strength.within + strength.other
  return {
    density: edges.length / 2 / all,
    crossRole: found.cross / pairs.cross,
    withinRole: found.within / pairs.within,
    meanAbsoluteR: allStrength / all,
    crossRoleR: strength.cross / pairs.cross,
    withinRoleR: strength.within / pairs.within,
  }
}
