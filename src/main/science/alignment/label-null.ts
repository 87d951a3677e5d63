import type { AlignmentReason, AlignmentRecipe } from '../../../shared/domain/alignment.ts'
import { uniformSequence } from '../../../shared/domain/random.ts'
import { arrayTorusOf, type ArrayTorus } from './array-torus.ts'
import { dealtLabels, distinctRoleMaps, type Labels } from './labels.ts'
import { moveLabels } from './moved-labels.ts'
import { permuteWithin, strataOf } from './strata.ts'

/** With fewer distinct maps of roles there is no p. @source model spec 7.3 */
const leastMaps = 100

/** Relabellings of one snapshot after another. */
export type LabelNull = {
  kind: 'moved' | 'strata' | null
  /** why there is none, or why it is not the one that was asked for */
  reason: AlignmentReason | null
  /**
   * @param degree of the snapshot, [channelCount]
   * @returns null where there are too few distinct ones
   */
  labelsOf: (snapshot: number, degree: Float64Array) => Labels[] | null
  /** distinct maps of roles so far: the least of a snapshot */
  distinctMapCount: () => number
}

export type LabelNullInput = {
  labels: Labels
  /** [channelCount, 2] */
  positionsUm: Float64Array
  recipe: Pick<AlignmentRecipe, 'roleNull' | 'permutations' | 'seed'>
  /** each has random numbers of its own */
  column: number
}

/**
 * The null of one snapshot (model spec 7.3): labels moved in space, or permuted within strata of degree and place.
 * `automatic` moves them unless positions are missing or the layout is so regular that few maps differ.
 */
export function labelNullOf(input: LabelNullInput, interrupt: () => void): LabelNull {
  const { labels, positionsUm, recipe, column } = input,
    { permutations, roleNull, seed } = recipe
  if (permutations === 0) return none('no-null-asked')
  const torus = arrayTorusOf(positionsUm)
  if (roleNull === 'strata') return strataNull(input, torus, null)
  if (!torus) return roleNull === 'moved' ? none('no-positions') : strataNull(input, torus, 'no-positions')
  const uniform = uniformSequence(seed, 'permutation', [2, column])
  const moved = Array.from({ length: permutations }, (_, k) => {
    if (k % 64 === 0) interrupt()
    return dealtLabels(labels, moveLabels(torus, labels.roles.length, uniform))
  })
  const distinct = distinctRoleMaps(moved)
  if (distinct < leastMaps && roleNull === 'automatic') return strataNull(input, torus, 'too-few-maps')
  return {
    kind: 'moved',
    reason: distinct < leastMaps ? 'too-few-maps' : null,
    labelsOf: () => (distinct < leastMaps ? null : moved),
    distinctMapCount: () => distinct,
  }
}

const none = (reason: AlignmentReason): LabelNull => ({ kind: null, reason, labelsOf: () => null, distinctMapCount: () => 0 })

function strataNull({ labels, recipe, column }: LabelNullInput, torus: ArrayTorus | null, because: AlignmentReason | null): LabelNull {
  let least = Infinity
  return {
    kind: 'strata',
    reason: because,
    labelsOf: (snapshot, degree) => {
      const strata = strataOf(degree, torus),
        uniform = uniformSequence(recipe.seed, 'permutation', [3 + column, snapshot])
      const permuted = Array.from({ length: recipe.permutations }, () =>
        dealtLabels(labels, permuteWithin(strata, labels.roles.length, uniform)),
      )
      const distinct = distinctRoleMaps(permuted)
      least = Math.min(least, distinct)
      return distinct < leastMaps ? null : permuted
    },
    distinctMapCount: () => (least === Infinity ? 0 : least),
  }
}
