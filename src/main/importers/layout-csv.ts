import { fail } from '../../shared/contract/errors.ts'
import type { ImportAnswers, ImportSetting, ImportWarning } from '../../shared/domain/inspection.ts'
import type { Region } from '../../shared/domain/region.ts'
import { refuseUnknownAnswers } from './answers.ts'
import { named, warning } from './checks.ts'
import { findTimeColumn } from './columns.ts'
import type { Importer } from './importer.ts'
import { channelLimit, tidyLabel } from './labels.ts'
import { columnSettingsOf, columnsOf, isNamed, layoutSettings, micrometresOf, noColumn, refuseUnknownColumns } from './layout-columns.ts'
import { findMisplaced, joinLayout, type JoinedLayout, type LayoutTable } from './layout-table.ts'
import { openFile, type OpenedFile } from './opened-file.ts'
import { rolesOf } from './region-roles.ts'
import { looksLikePositions } from './spike-table-looks.ts'
import { isBlankRow, rowsOf } from './table-rows.ts'
import { shapeOfTable, type TableShape } from './table-shape.ts'
import { toNumber } from './table-cells.ts'
import { isTrialTable } from './trial-columns.ts'

const format = 'layout-csv'
const regionLimit = 200
const namedChannelsAtMost = 200

/**
 * A row per channel: its position, its region, or both; the two may come in two files that share the channel. Columns are known by
 * their names, or as the answers say.
 */
export const layoutCsv: Importer = {
  format,
  settings: layoutSettings,
  detect(files, answers) {
    const found = files.filter((file) => {
      const shape = shapeOfTable(file)
      return shape !== null && (isLayout(shape) || isNamed(shape, answers))
    })
    return found.length === 0
      ? null
      : { confidence: 0.9, reasons: [{ code: 'columns', details: { file: found.map(({ name }) => name).join(', ') } }], files: found }
  },
  // eslint-disable-next-line require-yield -- a layout is small: it is read before anybody looks for progress
  async *read({ files, answers, interrupt }) {
    return { modality: 'layout', table: await readLayoutTable(files, { answers, interrupt }) }
  },
}

function isLayout(shape: TableShape): boolean {
  if (isTrialTable(shape)) return false
  if (!shape.hasHeader) return looksLikePositions(shape)
  const { channel, x, y, region } = columnsOf(shape, {})
  return findTimeColumn(shape.columns) < 0 && ((x >= 0 && y >= 0) || (channel >= 0 && region >= 0))
}

/**
 * Positions and regions for the channels of a recording that is there already.
 * @param path absolute path of a layout CSV: `channel,x_um,y_um,region,role,side,paddle`, or part of these columns
 * @param channelLabels [N]
 * @throws import/channels-not-joined where no channel is in both, import/column-missing, import/duplicate-channel,
 * import/cell-not-a-number and what opening a file throws
 */
export async function readLayout(path: string, channelLabels: string[], answers: ImportAnswers = {}): Promise<JoinedLayout> {
  refuseUnknownAnswers(answers, layoutCsv.settings)
  return onChannels(await readLayoutTable([await openFile(path)], { answers, interrupt: () => {} }), channelLabels)
}

/** A layout on a recording's channels, with what either lacks. */
export function onChannels(table: LayoutTable, channelLabels: string[]): JoinedLayout {
  const joined = joinLayout(table, channelLabels)
  return { ...joined, warnings: [...table.warnings, ...joined.warnings] }
}

const shownRows = 6

/**
 * A layout file as a table, for choosing its columns by example.
 * @returns its first rows, and the settings that say which column is what
 * @throws import/not-recognised for a file that is no table
 */
export async function lookAtLayout(
  path: string,
  answers: ImportAnswers,
): Promise<{ file: string; columns: string[]; rows: string[][]; settings: ImportSetting[] }> {
  const file = await openFile(path)
  const shape = shapeOfTable(file)
  if (!shape) throw fail('import/not-recognised', { file: file.name, formats: format })
  refuseUnknownColumns(shape.columns, answers)
  return {
    file: file.name,
    columns: shape.columns,
    rows: shape.sample.slice(0, shownRows),
    settings: columnSettingsOf(shape, columnsOf(shape, answers), answers),
  }
}

/** What one file says of its channels; L rows. */
type Part = {
  file: OpenedFile
  labels: string[]
  /** [L, 2] */
  positionsUm: Float64Array | null
  /** of each row: name of its region, and the other words about it; null without such a column */
  regions: { name: string; role: string; side: string; paddle: string }[] | null
  /** null where the file says no roles */
  roleColumn: string | null
  settings: ImportSetting[]
}

/**
 * Reads one layout out of one file or of several that share their channels.
 * @throws import/files-not-one-recording where two files give the same
 */
export async function readLayoutTable(
  files: OpenedFile[],
  { answers, interrupt }: { answers: ImportAnswers; interrupt: () => void },
): Promise<LayoutTable> {
  refuseUnknownColumns(
    files.flatMap((file) => shapeOfTable(file)?.columns ?? []),
    answers,
  )
  const parts: Part[] = []
  for (const file of files) parts.push(await readPart(file, answers, interrupt))
  const placed = parts.filter(({ positionsUm }) => positionsUm)
  const zoned = parts.filter(({ regions }) => regions)
  if (placed.length > 1 || zoned.length > 1)
    throw fail('import/files-not-one-recording', { files: files.map(({ name }) => name).join(', ') })
  const base = placed[0] ?? zoned[0]
  if (!base) throw fail('import/no-spikes', { file: files[0]?.name ?? '' })
  const warnings: ImportWarning[] = []
  const assigned = assignRegions(base, zoned[0], warnings)
  const table: LayoutTable = {
    name: (zoned[0] ?? base).file.name.replace(/\.[^.]*$/, ''),
    file: files.map(({ name }) => name).join(', '),
    channelLabels: base.labels,
    positionsUm: base.positionsUm,
    ...assigned,
    settings: joinedSettings(parts),
    warnings,
  }
  const misplaced = findMisplaced(table)
  if (misplaced.length > 0) {
    warnings.push(
      warning('channels-in-other-region', {
        count: misplaced.length,
        channels: named(misplaced.map(({ channel, own, inside }) => `${channel} (${own} → ${inside})`)),
      }),
    )
  }
  return table
}

/** Of two files that share a layout each column is told once: where there is one. */
function joinedSettings(parts: Part[]): ImportSetting[] {
  const all = parts.flatMap(({ settings }) => settings)
  return [...new Set(all.map(({ name }) => name))].flatMap((name) => {
    const same = all.filter((setting) => setting.name === name)
    return same.find(({ value }) => value !== noColumn) ?? same[0] ?? []
  })
}

async function readPart(file: OpenedFile, answers: ImportAnswers, interrupt: () => void): Promise<Part> {
  const shape = shapeOfTable(file)
  if (!shape) throw fail('import/not-recognised', { file: file.name, formats: format })
  const at = columnsOf(shape, answers)
  const hasPositions = at.x >= 0 && at.y >= 0
  if (!hasPositions && (at.channel < 0 || at.region < 0)) {
    throw fail('import/column-missing', { file: file.name, wanted: at.channel < 0 ? 'channel' : 'x, y', found: shape.columns.join(', ') })
  }
  const scale = [micrometresOf(shape, at.x, answers), micrometresOf(shape, at.y, answers)] as const
  const needed = Math.max(at.channel, at.x, at.y) + 1
  const labels: string[] = []
  const taken = new Set<string>()
  const places: number[] = []
  const regions: NonNullable<Part['regions']> = []
  for await (const { rows, firstLine } of rowsOf(file, shape)) {
    interrupt()
    for (const [r, row] of rows.entries()) {
      if (isBlankRow(row)) continue
      const line = firstLine + r
      if (row.length < needed) throw fail('import/row-too-short', { file: file.name, line, expected: needed, found: row.length })
      const label = at.channel < 0 ? String(labels.length) : tidyLabel(row[at.channel] ?? '')
      if (label === '') throw fail('import/cell-empty', { file: file.name, line, column: shape.columns[at.channel] ?? '' })
      if (taken.has(label)) throw fail('import/duplicate-channel', { file: file.name, line, channel: label })
      if (labels.length >= channelLimit) throw fail('import/too-many-channels', { file: file.name, limit: channelLimit })
      taken.add(label)
      labels.push(label)
      if (hasPositions) {
        places.push(scale[0] * coordinate(row, at.x, { file, shape, line }), scale[1] * coordinate(row, at.y, { file, shape, line }))
      }
      const word = (column: number): string => (column < 0 ? '' : (row[column] ?? '').trim())
      regions.push({
        name: word(at.region).slice(0, 80),
        role: word(at.role),
        side: word(at.side).slice(0, 40),
        paddle: word(at.paddle).slice(0, 40),
      })
    }
  }
  return {
    file,
    labels,
    settings: columnSettingsOf(shape, at, answers),
    positionsUm: hasPositions ? Float64Array.from(places) : null,
    regions: at.region < 0 ? null : regions,
    roleColumn: shape.columns[at.role] ?? null,
  }
}

/** NaN for an empty cell: the channel has no position. */
function coordinate(row: string[], column: number, { file, shape, line }: { file: OpenedFile; shape: TableShape; line: number }): number {
  const cell = (row[column] ?? '').trim()
  if (cell === '' || /^(nan|na|null)$/i.test(cell)) return NaN
  const value = toNumber(cell, shape.decimal)
  if (Number.isNaN(value))
    throw fail('import/cell-not-a-number', { file: file.name, line, column: shape.columns[column] ?? '', found: cell.slice(0, 40) })
  return value
}

/** Regions on the channels of `base`, out of the part that names them. */
function assignRegions(base: Part, zoned: Part | undefined, warnings: ImportWarning[]): { regions: Region[]; regionOfChannel: Int16Array } {
  const regionOfChannel = new Int16Array(base.labels.length).fill(-1)
  if (!zoned?.regions) return { regions: [], regionOfChannel }
  const rowOf = new Map(base.labels.map((label, row) => [label, row]))
  const words = new Map<string, { role: Set<string>; side: Set<string>; paddle: Set<string> }>()
  const unplaced: string[] = []
  zoned.regions.forEach(({ name, ...said }, r) => {
    const label = zoned.labels[r] ?? ''
    const row = rowOf.get(label)
    if (row === undefined) {
      unplaced.push(label)
      return
    }
    if (name === '') return
    if (!words.has(name)) words.set(name, { role: new Set(), side: new Set(), paddle: new Set() })
    const known = words.get(name)
    for (const key of ['role', 'side', 'paddle'] as const) if (said[key] !== '') known?.[key].add(said[key])
    regionOfChannel[row] = [...words.keys()].indexOf(name)
  })
  if (unplaced.length === zoned.labels.length)
    throw fail('import/channels-not-joined', { file: zoned.file.name, found: named(zoned.labels, 5), expected: named(base.labels, 5) })
  if (words.size > regionLimit) throw fail('import/too-many-regions', { file: zoned.file.name, found: words.size, limit: regionLimit })
  if (unplaced.length > 0) {
    warnings.push(
      warning('layout-channels-left-out', {
        count: unplaced.length,
        file: zoned.file.name,
        positionsFile: base.file.name,
        channels: named(unplaced, namedChannelsAtMost),
      }),
    )
  }
  const outside = base.labels.filter((_, row) => regionOfChannel[row] === -1)
  if (outside.length > 0) warnings.push(warning('channels-without-region', { count: outside.length, channels: named(outside) }))
  const only = (set: Set<string>): string | null => (set.size === 1 ? ([...set][0] ?? null) : null)
  const said = [...words].map(([name, { role, side, paddle }]) => ({ name, role: [...role], side: only(side), paddle: only(paddle) }))
  const { roles, warnings: aboutRoles } = rolesOf(said, { file: zoned.file.name, column: zoned.roleColumn })
  warnings.push(...aboutRoles)
  return { regions: said.map((region, r) => ({ ...region, role: roles[r] ?? 'other' })), regionOfChannel }
}
