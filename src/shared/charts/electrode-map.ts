import type { EChartsOption } from 'echarts'
import type { AlignmentMapData, ElectrodeMapData } from '../domain/figure.ts'
import { counted } from '../locales/counted.ts'
import { channelGroups, shareOf, symmetricRange, valueRange, type ChannelGroup } from './channels.ts'
import {
  colourBar,
  colourBarHeightPx,
  colourBarWidthPx,
  equalAspect,
  frame,
  gridAt,
  heading,
  hiddenAxis,
  key,
  keyWidthPx,
  ringSeries,
  scaleBar,
  scaleBarHeightPx,
  markTooltip,
  type Box,
  type ColourBar,
} from './frame.ts'
import type { Look } from './look.ts'
import { divergingColour, sequentialColour } from './palette.ts'
import { count, elided, readable } from './text.ts'
import { windowText } from './windows.ts'

const keyLimitPx = 150

/** A number or a region per channel on the array, of the recording or of an alignment. */
type MapData = ElectrodeMapData | AlignmentMapData
/** Numbers that may lie on either side of zero. */
const isSigned = (data: MapData): boolean => data.figure === 'alignment-map' && data.value !== 'level'
const colourOf = (data: MapData): typeof sequentialColour => (isSigned(data) ? divergingColour : sequentialColour)

/** The array at its true proportions: a marker a channel, coloured by region or by a number; hollow where there is none. */
export function electrodeMapOption(data: MapData, look: Look): EChartsOption {
  const { translate } = look
  const plan = planOf(data, look)
  const values = drawnValues(data)
  const range = electrodeRange(data)
  const groups = channelGroups(data.regions, data.regionOfChannel, look)
  const outline = { opacity: 1, borderColor: look.colours.grid, borderWidth: Math.min(look.linePx * 0.5, plan.markerPx * 0.12) }
  const marked = { opacity: 1, borderColor: look.colours.text, borderWidth: Math.max(look.linePx * 1.4, plan.markerPx * 0.14) }
  const isMarked = (channel: number): boolean => data.figure === 'alignment-map' && data.outlined[channel] === 1
  const hollow = { opacity: 1, color: 'transparent', borderColor: look.colours.secondary, borderWidth: look.linePx * 0.7 }
  const filled: Mark[] = []
  const empty: Mark[] = []
  for (const channel of placedChannels(data)) {
    const mark: Mark = { value: [data.positionsUm[2 * channel]!, data.positionsUm[2 * channel + 1]!, channel] }
    const value = values[channel]!
    if (data.value === 'region')
      filled.push({ ...mark, itemStyle: { color: groupOf(groups, data.regionOfChannel[channel]!).colour, ...outline } })
    else if (Number.isFinite(value))
      filled.push({
        ...mark,
        itemStyle: { color: colourOf(data)(shareOf(value, range), look.ground), ...(isMarked(channel) ? marked : outline) },
      })
    else empty.push(mark)
  }
  const marker = {
    type: 'scatter',
    symbol: 'circle',
    symbolSize: plan.markerPx,
    progressive: 0,
    cursor: 'default',
    emphasis: { scale: false },
  }
  const { box } = plan
  const aside = { left: box.left + box.width + look.textPx, top: box.top }
  const hasKey = data.value === 'region',
    barRoomPx = box.height - (empty.length > 0 ? look.textPx * 2 : 0),
    // under the bar, which may be taller than a flat array
    emptyKeyTop = Math.max(
      box.top + box.height - look.textPx * 1.5,
      aside.top + colourBarHeightPx(barOf(data, look), barRoomPx, look) + look.textPx,
    )

  return {
    ...frame(look),
    ...markTooltip(look, (mark) => describeChannel(data, mark[2] ?? 0, look)),
    grid: gridAt(box),
    xAxis: hiddenAxis(plan.extent.minX, plan.extent.maxX),
    yAxis: hiddenAxis(plan.extent.minY, plan.extent.maxY),
    series: [
      { ...marker, id: 'channels', name: translate('charts.channels'), data: filled },
      { ...marker, id: 'without value', name: translate('charts.withoutValue'), data: empty, itemStyle: hollow },
    ],
    graphic: [
      ...plan.head.elements,
      ...scaleBar(plan.scale, box, look),
      ...(hasKey
        ? key(keyEntries(groups, look), aside, look)
        : colourBar(barOf(data, look), { ...aside, width: 0, height: barRoomPx }, look)),
      ...(!hasKey && empty.length > 0
        ? key(
            [{ label: translate('charts.withoutValue'), colour: look.colours.secondary, hollow: true }],
            { left: aside.left, top: emptyKeyTop },
            look,
          )
        : []),
    ],
  } as EChartsOption
}

type Mark = { value: [number, number, number]; itemStyle?: Record<string, unknown> }

/** A ring around a channel on the array. */
export function electrodeMapRing(data: MapData, look: Look, label: string | null): EChartsOption {
  const channel = label === null ? -1 : data.channelLabels.indexOf(label)
  const x = data.positionsUm[2 * channel]
  const y = data.positionsUm[2 * channel + 1]
  const point = x !== undefined && y !== undefined && Number.isFinite(x) && Number.isFinite(y) ? [[x, y, channel]] : []
  return { series: [ringSeries(point, look, { sizePx: planOf(data, look).markerPx + look.textPx * 0.5 })] } as EChartsOption
}

/** Name, region, value of a channel, in lines. */
export function describeChannel(data: MapData, channel: number, look: Look): string[] {
  const label = data.channelLabels[channel] ?? ''
  const lines = [/^(ch|通道)/i.test(label) ? label : look.translate('charts.channelNamed', { label })]
  const region = data.regions[data.regionOfChannel[channel] ?? -1]
  if (region) lines.push(region.name)
  if (data.value !== 'region') {
    const value = drawnValues(data)[channel] ?? NaN
    lines.push(
      `${look.translate(`charts.value.${data.value}`)}: ${Number.isFinite(value) ? readable(value) : look.translate(whyNone(data, channel))}`,
    )
  }
  return data.figure === 'alignment-map' ? [...lines, ...uncertaintyOf(data, channel, look)] : lines
}

/** Why a channel has no value, as far as its map tells; where nobody has one it is not the channel's doing. */
function whyNone(data: MapData, channel: number): string {
  if (data.figure !== 'alignment-map' || !drawnValues(data).some(Number.isFinite)) return 'charts.withoutValue'
  const role = data.regions[data.regionOfChannel[channel] ?? -1]?.role
  if (role !== 'sensory' && role !== 'motor') return 'charts.alignmentMap.none.role'
  return `charts.alignmentMap.none.${data.column}.${data.snapshotIndex === null ? 'overall' : 'window'}`
}

function uncertaintyOf({ q, windowSe, seedSe }: AlignmentMapData, channel: number, { translate }: Look): string[] {
  const said = (name: string, values: Float32Array): string[] =>
    Number.isFinite(values[channel]) ? [translate(`charts.alignmentMap.${name}`, { value: readable(values[channel]!) })] : []
  return [...said('q', q), ...said('windowSe', windowSe), ...said('seedSe', seedSe)]
}

/** The colour range of a map: over the whole recording's values and those of all snapshots, of an alignment in both columns. */
export function electrodeRange(data: MapData): ReturnType<typeof valueRange> {
  const values = [data.overall, data.perSnapshot, ...(data.figure === 'alignment-map' ? [data.otherColumn] : [])]
  return isSigned(data) ? symmetricRange(data.value === 'performance' ? 1 : null, ...values) : valueRange(...values)
}

/** What is drawn: the values of the snapshot, else the overall ones; [channels]. */
export function drawnValues(data: MapData): Float32Array {
  const channelCount = data.channelLabels.length
  if (data.snapshotIndex === null || data.perSnapshot.length === 0) return data.overall
  return data.perSnapshot.subarray(data.snapshotIndex * channelCount, (data.snapshotIndex + 1) * channelCount)
}

/** Channels that have a position: only they can be drawn. */
export function placedChannels(data: { channelLabels: readonly string[]; positionsUm: Float64Array }): number[] {
  return data.channelLabels.flatMap((_, channel) =>
    Number.isFinite(data.positionsUm[2 * channel]) && Number.isFinite(data.positionsUm[2 * channel + 1]) ? [channel] : [],
  )
}

/** Height at which the array fills the width. */
export function electrodeMapHeightPx(data: MapData, look: Look): number {
  const { room, extent, head } = roomOf(data, look)
  const arrayPx = (room.width * (extent.maxY - extent.minY)) / (extent.maxX - extent.minX)
  return head.heightPx + Math.min(look.size.widthPx * 1.1, Math.max(arrayPx, look.textPx * 11)) + scaleBarHeightPx(look)
}

function planOf(
  data: MapData,
  look: Look,
): { head: ReturnType<typeof heading>; extent: Extent; box: Box; scale: number; markerPx: number } {
  const { head, room, extent } = roomOf(data, look)
  const { box, scale } = equalAspect({ width: extent.maxX - extent.minX, height: extent.maxY - extent.minY }, room)
  box.top = head.heightPx
  return { head, extent, box, scale, markerPx: Math.max(1.5, Math.min(look.textPx * 1.6, extent.pitch * scale * 0.82)) }
}

function roomOf(data: MapData, look: Look): { head: ReturnType<typeof heading>; extent: Extent; room: Box } {
  const head = heading(headLines(data, look), look)
  const asideNeeds =
    data.value === 'region'
      ? keyWidthPx(
          keyEntries(channelGroups(data.regions, data.regionOfChannel, look), look).map((entry) => entry.label),
          look,
        )
      : Math.max(
          colourBarWidthPx(barOf(data, look), look),
          drawnValues(data).some((value) => !Number.isFinite(value)) ? keyWidthPx([look.translate('charts.withoutValue')], look) : 0,
        )
  const room = {
    left: 1,
    top: head.heightPx,
    width: Math.max(20, look.size.widthPx - 1 - (asideNeeds > 0 ? asideNeeds + look.textPx * 1.5 : 1)),
    height: Math.max(20, look.size.heightPx - head.heightPx - scaleBarHeightPx(look)),
  }
  return { head, extent: extentOf(data), room }
}

function headLines(data: MapData, look: Look): string[] {
  const { translate } = look
  const placed = placedChannels(data).length
  const missing = data.channelLabels.length - placed
  const n =
    missing > 0
      ? translate('charts.electrodeMap.nOf', { channels: counted(translate, 'channels', placed), missing: count(missing) })
      : translate('charts.electrodeMap.n', { channels: counted(translate, 'channels', placed) })
  if (data.value === 'region') return [n]
  if (data.figure === 'alignment-map') return alignmentLines(data, n, look)
  if (data.snapshotIndex !== null && data.perSnapshot.length > 0) return [windowText(data, data.snapshotIndex, look), n]
  return [
    translate(data.windowStartS.length > 0 ? 'charts.electrodeMap.mean' : 'charts.electrodeMap.whole', {
      snapshots: counted(translate, 'snapshots', data.windowStartS.length),
    }),
    n,
  ]
}

function alignmentLines(data: AlignmentMapData, n: string, look: Look): string[] {
  const { translate } = look,
    outlined = data.outlined.reduce((sum, one) => sum + one, 0)
  const when = data.snapshotIndex === null ? [] : [windowText(data, data.snapshotIndex, look)]
  return [
    translate(`charts.alignmentColumn.${data.column}`),
    ...when,
    translate('charts.alignmentMap.n', { n, tested: count(data.testedCount) }),
    ...(data.value === 'performance' ? [translate('charts.alignmentMap.outlined', { outlined: count(outlined) })] : []),
  ]
}

const barOf = (data: MapData, look: Look): ColourBar => ({
  ...electrodeRange(data),
  colour: colourOf(data),
  title: look.translate(`charts.bar.${data.value}`),
})

const keyEntries = (groups: readonly ChannelGroup[], look: Look): { label: string; colour: string }[] =>
  groups.filter((group) => group.label !== '').map((group) => ({ ...group, label: elided(group.label, keyLimitPx, look) }))

const groupOf = (groups: readonly ChannelGroup[], regionIndex: number): ChannelGroup =>
  groups.find((group) => group.regionIndex === regionIndex) ?? groups.at(-1) ?? { label: '', colour: '#808080', regionIndex: -1 }

type Extent = { minX: number; maxX: number; minY: number; maxY: number; pitch: number }

/** The array's rectangle with half a pitch around it; the pitch is the usual distance to the nearest neighbour. */
function extentOf(data: MapData): Extent {
  const placed = placedChannels(data)
  const xs = placed.map((channel) => data.positionsUm[2 * channel]!)
  const ys = placed.map((channel) => data.positionsUm[2 * channel + 1]!)
  const pitch = usualPitch(xs, ys)
  const bounds = (values: number[]): [number, number] =>
    values.length === 0
      ? [0, 1]
      : [values.reduce((a, b) => Math.min(a, b)) - pitch * 0.6, values.reduce((a, b) => Math.max(a, b)) + pitch * 0.6]
  const [minX, maxX] = bounds(xs)
  const [minY, maxY] = bounds(ys)
  return { minX, maxX, minY, maxY, pitch }
}

/** Median distance to the nearest neighbour of up to 200 channels. */
function usualPitch(xs: readonly number[], ys: readonly number[]): number {
  const stride = Math.max(1, Math.floor(xs.length / 200))
  const nearest: number[] = []
  for (let i = 0; i < xs.length; i += stride) {
    let best = Infinity
    for (let j = 0; j < xs.length; j++) {
      const distance = Math.hypot(xs[j]! - xs[i]!, ys[j]! - ys[i]!)
      if (distance > 0 && distance < best) best = distance
    }
    if (best < Infinity) nearest.push(best)
  }
  nearest.sort((a, b) => a - b)
  return nearest[Math.floor(nearest.length / 2)] ?? 100
}
