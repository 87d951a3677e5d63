import type { Access, Step } from './step.ts'
import type { Place } from './layout.ts'

/** Steps over the same items without a barrier between them: a block of items goes through all of them at once. */
export type Group = {
  readonly items: number
  readonly unit: number
  readonly block: number
  readonly isApart: boolean
  readonly steps: Step[]
}
/** Groups that need no barrier between them; there is one after each segment. */
export type Segment = { readonly groups: Group[] }

/** Segments that are looked back over for an earlier place. */
const lookBack = 200

type Met = { access: Access; place: Place }
type Placed = { segment: Segment; met: { group: Group; met: Met[] }[] }

/**
 * Deals steps into as few segments as their memory allows. A step goes into the earliest segment that holds a group of the
 * same items and comes after, or shares only its own rows with, everything whose memory it meets. The result depends on
 * the program alone, never on the number of threads.
 */
export function schedule(steps: readonly Step[], placeOf: (view: Access['view']) => Place): Segment[] {
  const placed: Placed[] = []
  for (const step of steps) {
    const met = step.accesses.map((access) => ({ access, place: placeOf(access.view) }))
    const earliest = earliestPlace(placed, step, met)
    const at = placed.findIndex((one, index) => index >= earliest && one.met.some(({ group }) => isAlike(group, step)))
    const home = at >= 0 ? placed[at]! : (placed[earliest] ?? addSegment(placed)),
      same = home.met.find(({ group }) => isAlike(group, step))
    if (same !== undefined) {
      same.group.steps.push(step)
      same.met.push(...met)
    } else {
      const { items, unit, block, isApart } = step,
        group = { items, unit, block, isApart, steps: [step] }
      home.segment.groups.push(group)
      home.met.push({ group, met })
    }
  }
  return placed.map(({ segment }) => segment)
}

function addSegment(placed: Placed[]): Placed {
  const made: Placed = { segment: { groups: [] }, met: [] }
  placed.push(made)
  return made
}

const isAlike = (group: Group, step: Step): boolean =>
  !group.isApart && !step.isApart && group.items === step.items && group.unit === step.unit && group.block === step.block

function earliestPlace(placed: readonly Placed[], step: Step, met: readonly Met[]): number {
  for (let index = placed.length - 1; index >= Math.max(0, placed.length - lookBack); index--) {
    let sharesRows = false
    for (const { group, met: others } of placed[index]!.met) {
      const isOwn = isAlike(group, step)
      for (const one of met) {
        for (const other of others) {
          if (!meet(one, other)) continue
          if (!isOwn || !(group.items <= group.unit || staysWithin(one, other))) return index + 1
          sharesRows = true
        }
      }
    }
    if (sharesRows) return index
  }
  return Math.max(0, placed.length - lookBack)
}

/** Whether two steps may not run at the same time because of this memory. */
function meet(a: Met, b: Met): boolean {
  if (!a.access.writes && !b.access.writes) return false
  if (a.place.address >= b.place.end || b.place.address >= a.place.end) return false
  if (a.place.stride !== b.place.stride || a.place.row % a.place.stride !== b.place.row % b.place.stride) return true
  return a.place.firstByte < b.place.lastByte && b.place.firstByte < a.place.lastByte
}

/** Whether item i of both meets the same rows, and no others. */
const staysWithin = (a: Met, b: Met): boolean =>
  a.access.meets !== 'all' && a.access.meets === b.access.meets && a.place.row === b.place.row && a.place.stride === b.place.stride
