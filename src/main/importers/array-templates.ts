import { fail } from '../../shared/contract/errors.ts'
import { arrayTemplates, type ArrayNumbering, type ArrayTemplateName } from '../../shared/domain/array-template.ts'
import type { ImportWarning } from '../../shared/domain/inspection.ts'
import { named, warning } from './checks.ts'
import { tidyLabel } from './labels.ts'
import type { LayoutTable } from './layout-table.ts'

type Grid = { electrodes: Electrode[]; pitchUm: number }
/** `column` and `row` count from 1; `y` upwards, in pitches. */
type Electrode = { column: number; row: number; y: number }

/** What one electrode is called in each way of counting; numbers from 0. */
type Names = Partial<Record<ArrayNumbering, string[]>>

/**
 * An array as a layout table, in the way of counting that names most of the recording's channels; equal counts keep the first way.
 * Numbers may count from 0 or from 1, and names may have a word before the number (`E12`, `A1_12`).
 * @param channelLabels [N] of the recording; empty: the array by itself, as printed
 * @param pitchUm null: the usual one
 * @throws layouts/template-not-joined where fewer than half of the recording's channels are on the array
 * @throws layouts/several-wells where the channels are of more than one well of a plate
 */
export function templateTable(
  name: Exclude<ArrayTemplateName, 'dishbrain'>,
  channelLabels: readonly string[],
  { pitchUm, numbering }: { pitchUm: number | null; numbering: ArrayNumbering | null },
): LayoutTable {
  const grid = gridOf(name, pitchUm ?? arrayTemplates[name].pitchesUm[0])
  const { title } = arrayTemplates[name]
  const core = withoutPrefix(channelLabels)
  if (name.startsWith('axion')) refuseSeveralWells(channelLabels)
  const ways = Object.entries(namesOf(name, grid.electrodes)).flatMap(([way, names]) => {
    if (numbering !== null && way !== numbering) return []
    const fromOne = names.map((label) => String(Number(label) + 1))
    return way === 'printed' || name === 'maxwell' ? [names] : [names, fromOne]
  })
  const counts = ways.map((names) => {
    const known = new Set(names)
    return core.filter((label) => known.has(label)).length
  })
  const best = Math.max(0, ...counts)
  if (channelLabels.length > 0 && best < channelLabels.length / 2) {
    throw fail('layouts/template-not-joined', {
      template: title,
      found: named(channelLabels, 5),
      expected: named(ways[0] ?? [], 5),
      electrodes: grid.electrodes.length,
    })
  }
  const channel = channelLabels[0]
  const warnings: ImportWarning[] = []
  if (channel !== undefined && numbering === null && counts.filter((count) => count === best).length > 1) {
    warnings.push(warning('template-numbering-guessed', { template: title, channel }))
  }
  // Amplifier channels of MaxWell are routed to electrodes at will, and only its own files say how.
  if (channel !== undefined && name === 'maxwell') warnings.push(warning('template-electrode-numbers', { template: title, channel }))
  const names = ways[counts.indexOf(best)] ?? ways[0] ?? []
  const ownName = new Map(core.map((label, c) => [label, channelLabels[c] ?? label]))
  return {
    name,
    file: title,
    channelLabels: names.map((label) => ownName.get(label) ?? (name === '3brain-64x64' && label.includes('.') ? `Ch${label}` : label)),
    positionsUm: Float64Array.from(grid.electrodes.flatMap(({ column, y }) => [(column - 1) * grid.pitchUm, y * grid.pitchUm])),
    regions: [],
    regionOfChannel: new Int16Array(grid.electrodes.length).fill(-1),
    settings: [],
    warnings,
  }
}

/**
 * - `mcs-60`: 60MEA, 8 × 8 without its corners, electrode `47` is column 4, row 7, row 1 on top.
 * - `axion-12`, `axion-48`: one well, 8 × 8 or 4 × 4 electrodes, `31` is column 3, row 1, row 1 at the bottom.
 * - `3brain-64x64`: electrode `Ch3.1` is row 3, column 1, as the importers of BrainWave files name it.
 * - `maxwell`: 120 rows of 220 electrodes, electrode number = row · 220 + column.
 * @source Multi Channel Systems, MEA manual (60MEA200/30); MEA-NAP, getCoordsFromLayout.m (MCS60, Axion64); Axion's plates of 12 and 48
 *   wells; 3Brain's chips (42 µm Arena and Accura, 81 µm, 60 µm); MaxWell's MaxOne (26,400 electrodes, 17.5 µm)
 */
function gridOf(name: Exclude<ArrayTemplateName, 'dishbrain'>, pitchUm: number): Grid {
  const cells = (columns: number, rows: number, yOf: (row: number) => number, byRow: boolean): Electrode[] =>
    Array.from({ length: columns * rows }, (_, i) => {
      const [column, row] = byRow ? [(i % columns) + 1, Math.floor(i / columns) + 1] : [Math.floor(i / rows) + 1, (i % rows) + 1]
      return { column, row, y: yOf(row) }
    })
  const upwards = (row: number): number => row - 1
  switch (name) {
    case 'mcs-60': {
      const isCorner = ({ column, row }: Electrode): boolean => (column === 1 || column === 8) && (row === 1 || row === 8)
      return { pitchUm, electrodes: cells(8, 8, (row) => 8 - row, false).filter((electrode) => !isCorner(electrode)) }
    }
    case 'axion-12':
      return { pitchUm, electrodes: cells(8, 8, upwards, false) }
    case 'axion-48':
      return { pitchUm, electrodes: cells(4, 4, upwards, false) }
    case '3brain-64x64':
      return { pitchUm, electrodes: cells(64, 64, upwards, true) }
    case 'maxwell':
      return { pitchUm, electrodes: cells(220, 120, upwards, true) }
  }
}

/** Electrodes of a 60MEA in the order of MC_Rack's channels. @source MEA-NAP, getCoordsFromLayout.m (MCS60) */
const amplifierOrder60 =
  '47 48 46 45 38 37 28 36 27 17 26 16 35 25 15 14 24 34 13 23 12 22 33 21 32 31 44 43 41 42 52 51 53 54 61 62 71 63 72 82 73 83 64 74 84 85 75 65 86 76 87 77 66 78 67 68 55 56 58 57'.split(
    ' ',
  )

function namesOf(name: Exclude<ArrayTemplateName, 'dishbrain'>, electrodes: Electrode[]): Names {
  const inOrder = electrodes.map((_, i) => String(i))
  const digits = electrodes.map(({ column, row }) => `${column}${row}`)
  switch (name) {
    case 'mcs-60':
      return { printed: digits, 'by-column': inOrder, amplifier: digits.map((label) => String(amplifierOrder60.indexOf(label))) }
    case 'axion-12':
    case 'axion-48':
      return { printed: digits, 'by-column': inOrder }
    case '3brain-64x64':
      return { printed: electrodes.map(({ column, row }) => `${row}.${column}`), 'by-row': inOrder }
    case 'maxwell':
      return { 'by-row': inOrder }
  }
}

const wellPrefix = /^[A-H]\d{1,2}(?=_)/

/** Labels without the word all have before their number: `E12` is 12, `A1_12` is 12, `Ch3.1` is 3.1. */
function withoutPrefix(labels: readonly string[]): string[] {
  const parts = labels.map((label) => /^(.*?)[\s_.-]*(\d+(?:\.\d+)?)$/.exec(tidyLabel(label)))
  const prefix = parts[0]?.[1]
  const isShared = parts.every((part) => part !== null && part[1] === prefix)
  return labels.map((label, c) => (isShared ? (parts[c]?.[2] ?? label) : tidyLabel(label)).replace(/^0+(?=\d)/, ''))
}

function refuseSeveralWells(labels: readonly string[]): void {
  const wells = [...new Set(labels.flatMap((label) => wellPrefix.exec(label)?.[0] ?? []))]
  if (wells.length > 1) throw fail('layouts/several-wells', { count: wells.length, wells: named(wells, 6) })
}
