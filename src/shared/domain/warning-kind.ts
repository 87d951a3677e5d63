/** Something that the import leaves out; something it puts right; something for the person to look at. */
export type WarningKind = 'look' | 'mended' | 'leftOut'

const leftOut: readonly string[] = [
  'spikes-outside',
  'spikes-before-start',
  'spikes-before-frames',
  'spikes-not-routed',
  'spikes-without-unit',
  'noise-spikes-left-out',
  'units-left-out',
  'empty-cells',
  'cells-not-accepted',
  'events-outside',
  'events-without-time',
  'intervals-outside',
  'files-left-out',
  'layout-channels-left-out',
  'layout-channels-not-recorded',
  'positions-not-joined',
  'other-streams',
  'task-log-left',
  'series-left',
  'positions-left',
  'variables-left-out',
  'datasets-unreadable',
  'sync-channels-left-out',
  'index-column',
  'columns-left-out',
  'electrodes-unnamed',
  'planes-cut',
  'linked-elsewhere',
]
const mended: readonly string[] = [
  'unsorted-times',
  'labels-repeated',
  'missing-values',
  'empty-traces',
  'flat-traces',
  'silent-channels',
  'several-rates',
]

/** What a warning of an import is about, by its code. */
export function kindOfWarning(code: string): WarningKind {
  if (leftOut.includes(code)) return 'leftOut'
  return mended.includes(code) ? 'mended' : 'look'
}
