/** The screens. */
export type ViewName = 'start' | 'import' | 'recording' | 'regions' | 'snapshots' | 'train' | 'embedding' | 'figures' | 'settings'
