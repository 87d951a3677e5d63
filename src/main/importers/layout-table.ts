import { fail } from '../../shared/contract/errors.ts'
import type { ImportSetting, ImportWarning } from '../../shared/domain/inspection.ts'
import type { Region } from '../../shared/domain/region.ts'
import { named, warning } from './checks.ts'
import { inNaturalOrder, isWholeNumber } from './labels.ts'
import type { SpikeTrains } from './spike-trains.ts'

/** Positions and regions of an array's channels, read from files of their own; L channels. */
export type LayoutTable = {
  /** the file it came from, without its ending */
  name: string
  file: string
  /** [L], all different */
  channelLabels: string[]
  /** [L, 2], NaN where a channel has no position */
  positionsUm: Float64Array | null
  regions: Region[]
  /** [L], index into regions, −1 without */
  regionOfChannel: Int16Array
  settings: ImportSetting[]
  warnings: ImportWarning[]
}

/** A layout on the N channels of a recording. */
export type JoinedLayout = {
  name: string
  regions: Region[]
  /** [N], index into regions, −1 without */
  regionOfChannel: Int16Array
  /** [N, 2], NaN where a channel has no position; null where the layout has none */
  positionsUm: Float64Array | null
  warnings: ImportWarning[]
}

/**
 * Finds each channel of a recording in a layout: by its label, else by its label as a number (`007` is 7), else by its
 * place in the recording where the layout counts channels and the recording names them; the last is said in a warning.
 * Channels that only one of the two has are named in warnings.
 * @throws import/channels-not-joined where nothing fits
 */
export function joinLayout(layout: LayoutTable, channelLabels: string[]): JoinedLayout {
  const { rows, warnings } = findRows(layout, channelLabels)
  const used = new Set(rows)
  const without = channelLabels.filter((_, c) => rows[c] === -1),
    unused = layout.channelLabels.filter((_, row) => !used.has(row))
  if (without.length > 0)
    warnings.push(warning('layout-lacks-channels', { file: layout.file, count: without.length, channels: named(without) }))
  if (unused.length > 0)
    warnings.push(warning('layout-channels-not-recorded', { file: layout.file, count: unused.length, channels: named(unused) }))
  const { positionsUm } = layout
  return {
    name: layout.name,
    regions: layout.regions,
    regionOfChannel: Int16Array.from(rows, (row) => (row < 0 ? -1 : layout.regionOfChannel[row]!)),
    positionsUm:
      positionsUm &&
      Float64Array.from({ length: 2 * rows.length }, (_, i) => {
        const row = rows[i >> 1] ?? -1
        return row < 0 ? NaN : positionsUm[2 * row + (i & 1)]!
      }),
    warnings,
  }
}

function findRows(layout: LayoutTable, channelLabels: string[]): { rows: number[]; warnings: ImportWarning[] } {
  const byLabel = new Map(layout.channelLabels.map((label, row) => [label, row]))
  const exact = channelLabels.map((label) => byLabel.get(label) ?? -1)
  if (exact.some((row) => row >= 0)) return { rows: exact, warnings: [] }
  if (layout.channelLabels.every(isWholeNumber)) {
    const byNumber = new Map(layout.channelLabels.map((label, row) => [Number(label), row]))
    if (channelLabels.every(isWholeNumber)) {
      const numbered = channelLabels.map((label) => byNumber.get(Number(label)) ?? -1)
      if (numbered.some((row) => row >= 0)) return { rows: numbered, warnings: [] }
    } else {
      // Arrays count from 0, some from 1: from 1 only where there is no 0 and the last channel's number exists.
      const first = !byNumber.has(0) && byNumber.has(channelLabels.length) ? 1 : 0
      const placed = channelLabels.map((_, c) => byNumber.get(c + first) ?? -1)
      const example = placed.findIndex((row) => row >= 0)
      if (example >= 0) {
        return {
          rows: placed,
          warnings: [
            warning('layout-joined-by-place', { file: layout.file, number: example + first, channel: channelLabels[example] ?? '' }),
          ],
        }
      }
    }
  }
  throw fail('import/channels-not-joined', { file: layout.file, found: named(layout.channelLabels, 5), expected: named(channelLabels, 5) })
}

/** Channels that only the layout knows are silent ones of a recording whose file lists spikes alone. */
export function completeChannels<Reading extends { channelLabels: string[]; trains: SpikeTrains }>(
  reading: Reading,
  layout: LayoutTable,
): Reading {
  const present = new Map(reading.channelLabels.map((label, row) => [label, row]))
  if (!layout.channelLabels.some((label) => present.has(label))) return reading
  const listed = new Set(layout.channelLabels)
  const channelLabels = inNaturalOrder([...layout.channelLabels, ...reading.channelLabels.filter((label) => !listed.has(label))])
  const { timesS, offsets } = reading.trains
  const completed = new Float64Array(timesS.length)
  const completedOffsets = new Uint32Array(channelLabels.length + 1)
  channelLabels.forEach((label, c) => {
    const row = present.get(label)
    const train = row === undefined ? timesS.subarray(0, 0) : timesS.subarray(offsets[row], offsets[row + 1])
    completed.set(train, completedOffsets[c]!)
    completedOffsets[c + 1] = completedOffsets[c]! + train.length
  })
  return { ...reading, channelLabels, trains: { timesS: completed, offsets: completedOffsets } }
}

/** A region owns its rectangle when at least this share of the channels in it are its own. */
const ownShare = 0.9

/**
 * Channels that lie inside the rectangle of a region that is not theirs. Only a rectangle that nearly all belongs to
 * its region counts: one that spans others, as that of scattered electrodes does, says nothing about who is in it.
 */
export function findMisplaced({
  channelLabels,
  positionsUm,
  regions,
  regionOfChannel,
}: LayoutTable): { channel: string; own: string; inside: string }[] {
  if (!positionsUm) return []
  const misplaced: { channel: string; own: string; inside: string }[] = []
  regions.forEach((region, r) => {
    const inside = channelsInRectangle(positionsUm, boundsOf(positionsUm, regionOfChannel, r))
    const strangers = inside.filter((c) => regionOfChannel[c] !== r && regionOfChannel[c] !== -1)
    if (strangers.length > (1 - ownShare) * inside.length) return
    for (const c of strangers)
      misplaced.push({ channel: channelLabels[c] ?? '', own: regions[regionOfChannel[c] ?? -1]?.name ?? '', inside: region.name })
  })
  return misplaced
}

type Bounds = { left: number; right: number; top: number; bottom: number }

function boundsOf(positionsUm: Float64Array, regionOfChannel: Int16Array, region: number): Bounds {
  const bounds = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity }
  regionOfChannel.forEach((own, c) => {
    const x = positionsUm[2 * c]!
    const y = positionsUm[2 * c + 1]!
    if (own !== region || Number.isNaN(x + y)) return
    bounds.left = Math.min(bounds.left, x)
    bounds.right = Math.max(bounds.right, x)
    bounds.top = Math.min(bounds.top, y)
    bounds.bottom = Math.max(bounds.bottom, y)
  })
  return bounds
}

function channelsInRectangle(positionsUm: Float64Array, { left, right, top, bottom }: Bounds): number[] {
  const inside: number[] = []
  for (let c = 0; 2 * c < positionsUm.length; c++) {
    const x = positionsUm[2 * c]!
    const y = positionsUm[2 * c + 1]!
    if (x >= left && x <= right && y >= top && y <= bottom) inside.push(c)
  }
  return inside
}
