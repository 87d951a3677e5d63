import type { ImportSetting, ImportWarning } from './inspection.ts'
import type { Layout, Region } from './region.ts'

/** Regions as drawn so far, and places for the channels where an array was chosen: null leaves those of the recording. */
export type DrawnLayout = Layout & { positionsUm: Float64Array | null; warnings: ImportWarning[] }

export const drawnLayout = (layout: Layout): DrawnLayout => ({ ...layout, positionsUm: null, warnings: [] })

/** A layout read for these channels on what is drawn: regions stay where it brings none. */
export function takeLayout(
  drawn: DrawnLayout,
  read: { layout: Layout; positionsUm: Float64Array | null; warnings: ImportWarning[] },
): DrawnLayout {
  const { layout, positionsUm, warnings } = read
  return { ...(layout.regions.length > 0 ? layout : drawn), positionsUm: positionsUm ?? drawn.positionsUm, warnings }
}

/** A layout without regions. */
export const emptyLayout = (channelCount: number): Layout => ({
  name: 'layout',
  regions: [],
  regionOfChannel: new Int16Array(channelCount).fill(-1),
})

/** @param name gets the first number that is free */
export function addRegion<Drawn extends Layout>(layout: Drawn, name: string): Drawn {
  const taken = new Set(layout.regions.map((region) => region.name))
  let number = 1
  while (taken.has(`${name} ${number}`)) number++
  return { ...layout, regions: [...layout.regions, { name: `${name} ${number}`, role: 'other', side: null, paddle: null }] }
}

export function changeRegion<Drawn extends Layout>(layout: Drawn, regionIndex: number, changes: Partial<Region>): Drawn {
  return { ...layout, regions: layout.regions.map((region, index) => (index === regionIndex ? { ...region, ...changes } : region)) }
}

/** Takes a region away; its channels are then without one. */
export function removeRegion<Drawn extends Layout>(layout: Drawn, regionIndex: number): Drawn {
  return {
    ...layout,
    regions: layout.regions.filter((_, index) => index !== regionIndex),
    regionOfChannel: layout.regionOfChannel.map((index) => (index === regionIndex ? -1 : index > regionIndex ? index - 1 : index)),
  }
}

/** @param regionIndex −1 takes the channels out of their regions */
export function assignChannels<Drawn extends Layout>(layout: Drawn, channelIndexes: Iterable<number>, regionIndex: number): Drawn {
  const regionOfChannel = layout.regionOfChannel.slice()
  for (const channel of channelIndexes) if (channel >= 0 && channel < regionOfChannel.length) regionOfChannel[channel] = regionIndex
  return { ...layout, regionOfChannel }
}

/** @returns [regions], and at the end the channels without a region */
export function channelCounts(layout: Layout): number[] {
  const counts = new Array<number>(layout.regions.length + 1).fill(0)
  for (const index of layout.regionOfChannel) counts[index < 0 ? layout.regions.length : index]!++
  return counts
}

/** Names that stand twice, or are empty: a layout is kept only without them. */
export function wrongNames(layout: Layout): number[] {
  const names = layout.regions.map((region) => region.name.trim())
  return names.flatMap((name, index) => (name === '' || names.indexOf(name) !== index ? [index] : []))
}

/** Whether the columns chosen of a layout file say where channels are, or in which region. */
export function saysPlaces(settings: readonly ImportSetting[]): boolean {
  const has = (name: string): boolean => (settings.find((setting) => setting.name === name)?.value ?? 'none') !== 'none'
  return (has('layoutX') && has('layoutY')) || (has('layoutChannel') && has('regionColumn'))
}
