import type { Region } from '../../shared/domain/region.ts'

/** An array with its regions; N channels. */
export type SimulatedArray = {
  /** [N] */
  channelLabels: string[]
  /** [N, 2], NaN where a channel has no position */
  positionsUm: Float64Array | null
  regions: Region[]
  /** [N], index into regions, −1 without */
  regionOfChannel: Int16Array
}

const pitchUm = 100
const sensoryColumns = 6,
  motorColumns = 3

/** The four motor blocks: which paddle they move, and in which columns and which half of the rows they lie. */
const motorBlocks = [
  { name: 'L_down', side: 'left', paddle: 'down', firstColumn: 6, half: 1 },
  { name: 'L_up', side: 'left', paddle: 'up', firstColumn: 6, half: 0 },
  { name: 'R_down', side: 'right', paddle: 'down', firstColumn: 9, half: 1 },
  { name: 'R_up', side: 'right', paddle: 'up', firstColumn: 9, half: 0 },
] as const

/**
 * A grid of 12 columns, 100 µm apart: sensory in the left six, the motor subregions as four blocks in the right six. A
 * motor subregion has an eighth of the channels; of 120 that is 60 sensory and 4 × 15 motor channels.
 * @source model spec 8.1
 */
export function madeUpArray(channelCount: number): SimulatedArray {
  const motorCount = Math.floor(channelCount / 8),
    sensoryCount = channelCount - 4 * motorCount
  const blockRows = Math.ceil(motorCount / motorColumns)
  const places = Array.from({ length: sensoryCount }, (_, i) => ({
    column: i % sensoryColumns,
    row: Math.floor(i / sensoryColumns),
    region: 0,
  }))
  motorBlocks.forEach(({ firstColumn, half }, block) => {
    for (let i = 0; i < motorCount; i++) {
      places.push({ column: firstColumn + (i % motorColumns), row: half * blockRows + Math.floor(i / motorColumns), region: block + 1 })
    }
  })
  return {
    channelLabels: places.map((_, channel) => String(channel)),
    positionsUm: Float64Array.from(places.flatMap(({ column, row }) => [pitchUm * column, pitchUm * row])),
    regions: [
      { name: 'sensory', role: 'sensory', side: null, paddle: null },
      ...motorBlocks.map(({ name, side, paddle }) => ({ name, role: 'motor' as const, side, paddle })),
    ],
    regionOfChannel: Int16Array.from(places, ({ region }) => region),
  }
}
