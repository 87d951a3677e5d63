import type { Region, Role } from '../../../shared/domain/region.ts'

/** Codes of the roles that alignment is about; −1 is every other channel. */
export const sensory = 0
export const motor = 1

/** What each channel is: its role's code, and its region's index or −1; [channelCount]. */
export type Labels = { roles: Int8Array; regions: Int16Array }

/** A number that a snapshot gives for labels; NaN where it cannot be computed. */
export type LabelStatistic = (labels: Labels) => number

const codeOf = (role: Role | undefined): number => (role === 'sensory' ? sensory : role === 'motor' ? motor : -1)

/** Labels of some channels of a recording, in the order of `channelIndexes`. */
export function labelsOf(regions: readonly Region[], regionOfChannel: Int16Array, channelIndexes: Int32Array): Labels {
  const own = Int16Array.from(channelIndexes, (index) => regionOfChannel[index] ?? -1)
  return { roles: Int8Array.from(own, (region) => codeOf(regions[region]?.role)), regions: own }
}

/**
 * The labels that a map deals out.
 * @param from channel c gets the label of channel from[c], [channelCount]
 */
export function dealtLabels({ roles, regions }: Labels, from: Uint16Array): Labels {
  const dealt: Labels = { roles: new Int8Array(from.length), regions: new Int16Array(from.length) }
  for (let c = 0; c < from.length; c++) {
    dealt.roles[c] = roles[from[c]!]!
    dealt.regions[c] = regions[from[c]!]!
  }
  return dealt
}

/** How many different maps of roles there are. */
export function distinctRoleMaps(all: readonly Labels[]): number {
  const seen = new Set<string>()
  const text = new TextDecoder('latin1')
  for (const { roles } of all) seen.add(text.decode(roles))
  return seen.size
}
