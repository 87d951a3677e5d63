/**
 * Arrays that many laboratories have, as grids of electrodes; where one is, and how it is numbered, is told by the importer of the
 * same name. The title is what makers and laboratories call it, in any language. The first pitch is the usual one; electrodes of `dishbrain` stand where they were routed, not on a grid.
 */
export const arrayTemplates = {
  dishbrain: { title: 'DishBrain', electrodeCount: 900, pitchesUm: [], numberings: ['channels'] },
  'mcs-60': { title: 'MCS 60MEA', electrodeCount: 60, pitchesUm: [200, 100, 500, 30], numberings: ['printed', 'by-column', 'amplifier'] },
  'axion-12': { title: 'Axion 12-well', electrodeCount: 64, pitchesUm: [200], numberings: ['printed', 'by-column'] },
  'axion-48': { title: 'Axion 48-well', electrodeCount: 16, pitchesUm: [350], numberings: ['printed', 'by-column'] },
  '3brain-64x64': { title: '3Brain 64 × 64', electrodeCount: 4096, pitchesUm: [42, 81, 60], numberings: ['printed', 'by-row'] },
  maxwell: { title: 'MaxWell MaxOne', electrodeCount: 26_400, pitchesUm: [17.5], numberings: ['by-row'] },
} as const satisfies Record<string, { title: string; electrodeCount: number; pitchesUm: readonly number[]; numberings: readonly string[] }>

export type ArrayTemplateName = keyof typeof arrayTemplates
export const arrayTemplateNames = Object.keys(arrayTemplates) as ArrayTemplateName[]

/** How an array's electrodes are counted where channels are numbers alone. */
export const arrayNumberings = ['channels', 'printed', 'by-column', 'by-row', 'amplifier'] as const
export type ArrayNumbering = (typeof arrayNumberings)[number]
