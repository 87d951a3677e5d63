import type { ImportWarning } from '../../shared/domain/inspection.ts'
import { roles as allRoles, type Role } from '../../shared/domain/region.ts'
import { named, warning } from './checks.ts'

/** Alignment is measured between these. */
const aligned: readonly Role[] = ['sensory', 'motor']

/**
 * The roles of a file's regions: as its words say; else, where it has no word for a region, as the region's name tells.
 * @param regions with all words that stand beside channels of theirs
 * @param column of the roles; null where there is none
 * @returns a role for each region; words that are none, regions with two, what was guessed, and what is missing for an alignment
 */
export function rolesOf(
  regions: readonly { name: string; role: readonly string[] }[],
  { file, column }: { file: string; column: string | null },
): { roles: Role[]; warnings: ImportWarning[] } {
  const warnings: ImportWarning[] = []
  const roles = regions.map(({ name, role: words }): Role => {
    if (words.length === 0) return roleInName(name)
    const known = new Set(words.flatMap((word) => knownRole(word) ?? [])),
      strange = words.filter((word) => knownRole(word) === undefined),
      place = { file, column: column ?? '', region: name }
    if (strange.length > 0) warnings.push(warning('role-unclear', { ...place, found: named(strange) }))
    if (known.size > 1) warnings.push(warning('region-of-two-roles', { ...place, found: named([...known]) }))
    const [only] = known
    return only !== undefined && known.size === 1 && strange.length === 0 ? only : 'other'
  })
  const guessed = regions.flatMap(({ name, role }, r) => (role.length === 0 ? [{ name, role: roles[r] ?? 'other' }] : []))
  if (guessed.some(({ role }) => role !== 'other'))
    warnings.push(warning('roles-guessed', { file, regions: named(guessed.map(({ name, role }) => `${name}: ${role}`)) }))
  const missing = aligned.filter((role) => !roles.includes(role))
  if (regions.length > 0 && missing.length > 0) warnings.push(warning('roles-missing', { file, roles: named(missing) }))
  return { roles, warnings }
}

const knownRole = (word: string): Role | undefined => allRoles.find((role) => role === word.toLowerCase())

const roleInName = (name: string): Role => (/sens/i.test(name) ? 'sensory' : /motor/i.test(name) ? 'motor' : 'other')
