/** The screens. */
export type ViewName =
  | 'start'
  | 'import'
  | 'recording'
  | 'regions'
  | 'snapshots'
  | 'train'
  | 'embedding'
  | 'alignment'
  | 'states'
  | 'cohort'
  | 'figures'
  | 'settings'
