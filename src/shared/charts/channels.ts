import type { Region } from '../domain/region.ts'
import type { Look } from './look.ts'
import { regionColours, withoutRegion } from './palette.ts'
import { finiteRange, niceMax, niceTicks } from './ticks.ts'

export type ChannelGroup = { label: string; colour: string; regionIndex: number }

/**
 * Regions that have channels, in the layout's order with their colours; channels without one last.
 * Without any region there is a single group in the accent colour, with an empty label.
 */
export function channelGroups(regions: readonly Region[], regionOfChannel: ArrayLike<number>, look: Look): ChannelGroup[] {
  const used = new Set(Array.from(regionOfChannel))
  const colours = regionColours(regions)
  const groups = regions.flatMap((region, index) =>
    used.has(index) ? [{ label: region.name, colour: colours[index] ?? withoutRegion, regionIndex: index }] : [],
  )
  if (!used.has(-1) && groups.length > 0) return groups
  if (groups.length === 0) return [{ label: '', colour: look.colours.accent, regionIndex: -1 }]
  return [...groups, { label: look.translate('charts.noRegion'), colour: withoutRegion, regionIndex: -1 }]
}

export type ValueRange = { min: number; max: number; ticks: number[]; open: boolean }

/**
 * The range of a colour bar, from 0, over all values there are: every snapshot of a set gets the same.
 * Where few values lie far above all others the bar ends at the 99th percentile and is marked open.
 */
export function valueRange(...parts: readonly ArrayLike<number>[]): ValueRange {
  const finite: number[] = []
  for (const part of parts) for (let i = 0; i < part.length; i++) if (Number.isFinite(part[i])) finite.push(part[i]!)
  const whole = finiteRange(finite)
  if (!whole || whole.max <= 0) return { min: Math.min(0, whole?.min ?? 0), max: 1, ticks: niceTicks(0, 1, 2), open: false }
  finite.sort((a, b) => a - b)
  const high = finite[Math.min(finite.length - 1, Math.floor(0.99 * finite.length))] ?? whole.max
  const open = high > 0 && whole.max > 1.5 * high
  const min = Math.min(0, whole.min)
  const max = niceMax(open ? high : whole.max, 4)
  return { min, max, ticks: barTicks(min, max), open: open && whole.max > max }
}

/** A range with zero in its middle; `limit` where the number has natural ends, as correlations do. */
export function symmetricRange(limit: number | null, ...parts: readonly ArrayLike<number>[]): ValueRange {
  let largest = 0
  for (const part of parts)
    for (let i = 0; i < part.length; i++) if (Number.isFinite(part[i])) largest = Math.max(largest, Math.abs(part[i]!))
  const max = limit ?? niceMax(largest, 4)
  return { min: -max, max, ticks: [-max, -max / 2, 0, max / 2, max], open: false }
}

function barTicks(min: number, max: number): number[] {
  for (const wanted of [4, 3, 5, 2]) {
    const ticks = niceTicks(min, max, wanted)
    if (ticks.length >= 3 && ticks.length <= 5 && ticks.at(-1) === max) return ticks
  }
  return [min, (min + max) / 2, max]
}

/** Place of a value on the colour bar, 0 to 1. */
export const shareOf = (value: number, range: ValueRange): number => (value - range.min) / (range.max - range.min)
