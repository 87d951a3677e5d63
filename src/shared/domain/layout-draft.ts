import type { Layout, Region } from './region.ts'

/** A layout without regions. */
export const emptyLayout = (channelCount: number): Layout => ({
  name: 'layout',
  regions: [],
  regionOfChannel: new Int16Array(channelCount).fill(-1),
})

/** @param name gets the first number that is free */
export function addRegion(layout: Layout, name: string): Layout {
  const taken = new Set(layout.regions.map((region) => region.name))
  let number = 1
  while (taken.has(`${name} ${number}`)) number++
  return { ...layout, regions: [...layout.regions, { name: `${name} ${number}`, role: 'other', side: null, paddle: null }] }
}

export function changeRegion(layout: Layout, regionIndex: number, changes: Partial<Region>): Layout {
  return { ...layout, regions: layout.regions.map((region, index) => (index === regionIndex ? { ...region, ...changes } : region)) }
}

/** Takes a region away; its channels are then without one. */
export function removeRegion(layout: Layout, regionIndex: number): Layout {
  return {
    ...layout,
    regions: layout.regions.filter((_, index) => index !== regionIndex),
    regionOfChannel: layout.regionOfChannel.map((index) => (index === regionIndex ? -1 : index > regionIndex ? index - 1 : index)),
  }
}

/** @param regionIndex −1 takes the channels out of their regions */
export function assignChannels(layout: Layout, channelIndexes: Iterable<number>, regionIndex: number): Layout {
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
