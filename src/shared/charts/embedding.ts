import type { EChartsOption } from 'echarts'
import type { EmbeddingData } from '../domain/figure.ts'
import { counted } from '../locales/counted.ts'
import { channelGroups, shareOf, valueRange } from './channels.ts'
import {
  colourBar,
  colourBarWidthPx,
  equalAspect,
  frame,
  gridAt,
  heading,
  hiddenAxis,
  key,
  keyWidthPx,
  ringSeries,
  markTooltip,
  type Box,
  type ColourBar,
} from './frame.ts'
import type { Look } from './look.ts'
import { mix, sequentialColour } from './palette.ts'
import { elided, readable } from './text.ts'
import { finiteRange, niceTicks } from './ticks.ts'
import { windowText } from './windows.ts'

const levels = 24
const keyLimitPx = 150

type Part = { id: string; name: string; colour: string; points: Point[] }
/** x, y, channel, snapshot */
type Point = [number, number, number, number]

/**
 * All channels in all snapshots, equal aspect, without ticks. One series a colour, so that twenty thousand points stay
 * quick: regions; snapshots in the order of time; rates in 24 steps. With a snapshot chosen the others stay as a pale ground.
 */
export function embeddingOption(data: EmbeddingData, look: Look): EChartsOption {
  const plan = planOf(data, look)
  const { box } = plan
  const aside = { left: box.left + box.width + look.textPx, top: plan.head.heightPx }
  const parts = partsOf(data, look)
  const drawn = parts.reduce((sum, part) => sum + part.points.length, 0)
  const symbolSize = pointSizePx(drawn, box) * (data.snapshotIndex === null ? 1 : 0.75)
  const bar = barOf(data, look)
  // drawn at large, points are quick but square
  const isLarge = (part: Part): boolean => look.medium === 'screen' && (part.id === 'context' || drawn > 4000)
  return {
    ...frame(look),
    ...markTooltip(look, (point) => describePoint(data, point[2] ?? 0, point[3] ?? 0, look)),
    grid: gridAt(box),
    xAxis: hiddenAxis(plan.extent.minX, plan.extent.maxX),
    yAxis: hiddenAxis(plan.extent.minY, plan.extent.maxY),
    series: [...contextPart(data, look), ...parts].map((part) => ({
      type: 'scatter',
      id: part.id,
      name: part.name,
      data: part.points,
      symbol: 'circle',
      progressive: 0,
      cursor: 'default',
      emphasis: { scale: false },
      symbolSize: part.id === 'context' ? Math.max(1, symbolSize * 0.5) : symbolSize,
      itemStyle: { color: part.colour, opacity: part.id === 'context' ? 0.7 : drawn > 6000 ? 0.65 : drawn > 1500 ? 0.8 : 0.9 },
      silent: part.id === 'context',
      large: isLarge(part),
      largeThreshold: 400,
    })),
    graphic: [
      ...plan.head.elements,
      ...(bar ? colourBar(bar, { ...aside, width: 0, height: box.height }, look) : key(groupEntries(data, look), aside, look)),
    ],
  } as EChartsOption
}

/** A ring around a channel: in the snapshot drawn, or in all of them joined in the order of time. */
export function embeddingRing(data: EmbeddingData, look: Look, label: string | null): EChartsOption {
  const channel = label === null ? -1 : data.channelLabels.indexOf(label)
  const points =
    channel < 0
      ? []
      : snapshotsDrawn(data).flatMap((snapshot) => {
          const point = pointOf(data, channel, snapshot)
          return point ? [point] : []
        })
  return {
    series: [ringSeries(points, look, { sizePx: look.textPx * (points.length > 1 ? 0.75 : 1), joined: points.length > 1 })],
  } as EChartsOption
}

/** Name, region, rate and snapshot of a point, in lines. */
export function describePoint(data: EmbeddingData, channel: number, snapshot: number, look: Look): string[] {
  const region = data.regions[data.regionOfChannel[channel] ?? -1]
  const rateHz = data.rateHz[snapshot * data.channelLabels.length + channel] ?? NaN
  return [
    data.channelLabels[channel] ?? '',
    ...(region ? [region.name] : []),
    `${look.translate('charts.value.rate')}: ${readable(rateHz)}`,
    windowText(data, snapshot, look),
  ]
}

/** Points that have coordinates, of all snapshots: what a figure of all snapshots draws. */
export function finitePoints(data: EmbeddingData): Point[] {
  return Array.from(data.windowStartS.keys()).flatMap((snapshot) => pointsOfSnapshot(data, snapshot))
}

/** Height at which the points fill the width; never more than a square. */
export function embeddingHeightPx(data: EmbeddingData, look: Look): number {
  const { head, room, extent } = roomOf(data, look)
  const aspect = (extent.maxY - extent.minY) / (extent.maxX - extent.minX)
  return head.heightPx + room.width * Math.min(1, Math.max(0.6, aspect)) + look.textPx * 0.3
}

/** Smaller as there are more: about a third of the area if all lay apart. */
function pointSizePx(points: number, box: Box): number {
  return Math.max(1.4, Math.min(7, Math.sqrt((box.width * box.height * 0.22) / Math.max(1, points))))
}

function planOf(data: EmbeddingData, look: Look): { head: ReturnType<typeof heading>; extent: Extent; box: Box } {
  const { head, room, extent } = roomOf(data, look)
  const { box } = equalAspect({ width: extent.maxX - extent.minX, height: extent.maxY - extent.minY }, room)
  box.top = head.heightPx
  return { head, extent, box }
}

function roomOf(data: EmbeddingData, look: Look): { head: ReturnType<typeof heading>; extent: Extent; room: Box } {
  const head = heading([methodText(data, look), ...nText(data, look)], look)
  const bar = barOf(data, look)
  const asideNeeds = bar
    ? colourBarWidthPx(bar, look)
    : keyWidthPx(
        groupEntries(data, look).map((entry) => entry.label),
        look,
      )
  const room = {
    left: 1,
    top: head.heightPx,
    width: Math.max(20, look.size.widthPx - 1 - (asideNeeds > 0 ? asideNeeds + look.textPx * 1.5 : 1)),
    height: Math.max(20, look.size.heightPx - head.heightPx - 1),
  }
  return { head, extent: extentOf(data), room }
}

/** Three decimals; what is not quite perfect is never rounded to 1. */
export const trustworthinessText = (value: number): string => (value < 1 && value >= 0.9995 ? '> 0.999' : value.toFixed(3))

/** "t-SNE, perplexity 30, trustworthiness 0.98" */
export function methodText(data: EmbeddingData, look: Look): string {
  return look.translate(`charts.embedding.${data.method}`, {
    neighbourhood: data.neighbourhood ?? '',
    trustworthiness: trustworthinessText(data.trustworthiness),
    share: readable((data.explainedVariance ?? 0) * 100),
  })
}

function nText(data: EmbeddingData, look: Look): string[] {
  const { translate } = look
  const n = translate('charts.embedding.n', {
    channels: counted(translate, 'channels', data.channelLabels.length),
    snapshots: counted(translate, 'snapshots', data.windowStartS.length),
  })
  return data.snapshotIndex === null ? [n] : [windowText(data, data.snapshotIndex, look), `${n}${translate('charts.embedding.context')}`]
}

function snapshotsDrawn(data: EmbeddingData): number[] {
  return data.snapshotIndex === null ? Array.from(data.windowStartS.keys()) : [data.snapshotIndex]
}

function pointOf(data: EmbeddingData, channel: number, snapshot: number): Point | null {
  const at = 2 * (snapshot * data.channelLabels.length + channel)
  const x = data.coordinates[at]
  const y = data.coordinates[at + 1]
  return x !== undefined && y !== undefined && Number.isFinite(x) && Number.isFinite(y) ? [x, y, channel, snapshot] : null
}

function pointsOfSnapshot(data: EmbeddingData, snapshot: number): Point[] {
  const points: Point[] = []
  for (let channel = 0; channel < data.channelLabels.length; channel++) {
    const point = pointOf(data, channel, snapshot)
    if (point) points.push(point)
  }
  return points
}

function contextPart(data: EmbeddingData, look: Look): Part[] {
  if (data.snapshotIndex === null) return []
  const points = finitePoints(data).filter((point) => point[3] !== data.snapshotIndex)
  return [{ id: 'context', name: '', colour: look.colours.context, points }]
}

function partsOf(data: EmbeddingData, look: Look): Part[] {
  const points = snapshotsDrawn(data).flatMap((snapshot) => pointsOfSnapshot(data, snapshot))
  if (data.colour === 'snapshot') {
    const last = Math.max(1, data.windowStartS.length - 1)
    return snapshotsDrawn(data).map((snapshot) => ({
      id: `snapshot ${snapshot}`,
      name: windowText(data, snapshot, look),
      colour: sequentialColour(snapshot / last, look.ground),
      points: points.filter((point) => point[3] === snapshot),
    }))
  }
  if (data.colour === 'region') {
    return channelGroups(data.regions, data.regionOfChannel, look).map((group) => ({
      id: `region ${group.regionIndex}`,
      name: group.label,
      colour: group.colour,
      points: points.filter((point) => (data.regionOfChannel[point[2]] ?? -1) === group.regionIndex),
    }))
  }
  const range = valueRange(data.rateHz)
  const steps: Part[] = Array.from({ length: levels }, (_, level) => ({
    id: `rate ${level}`,
    name: look.translate('charts.value.rate'),
    colour: sequentialColour((level + 0.5) / levels, look.ground),
    points: [],
  }))
  const unknown: Part = {
    id: 'rate unknown',
    name: look.translate('charts.withoutValue'),
    colour: mix(look.colours.context, look.colours.background, 0.2),
    points: [],
  }
  for (const point of points) {
    const rateHz = data.rateHz[point[3] * data.channelLabels.length + point[2]] ?? NaN
    const level = Math.min(levels - 1, Math.max(0, Math.floor(shareOf(rateHz, range) * levels)))
    ;(steps[level] ?? unknown).points.push(point)
  }
  return [unknown, ...steps].filter((part) => part.points.length > 0)
}

const groupEntries = (data: EmbeddingData, look: Look): { label: string; colour: string }[] =>
  channelGroups(data.regions, data.regionOfChannel, look)
    .filter((group) => group.label !== '')
    .map((group) => ({ ...group, label: elided(group.label, keyLimitPx, look) }))

/** null: regions have a key instead */
function barOf(data: EmbeddingData, look: Look): ColourBar | null {
  if (data.colour === 'region') return null
  if (data.colour === 'rate') return { ...valueRange(data.rateHz), title: look.translate('charts.bar.rate') }
  const min = (data.windowStartS[0] ?? 0) / 60
  const max = (data.windowStartS.at(-1) ?? 0) / 60
  const ticks = max > min ? niceTicks(min, max, 4) : [min]
  return { min, max, ticks, title: look.translate('charts.bar.snapshot') }
}

type Extent = { minX: number; maxX: number; minY: number; maxY: number }

/** over all snapshots, whichever is drawn, with room for half a point */
function extentOf(data: EmbeddingData): Extent {
  const points = finitePoints(data)
  const x = finiteRange(points.map((point) => point[0])) ?? { min: 0, max: 1 }
  const y = finiteRange(points.map((point) => point[1])) ?? { min: 0, max: 1 }
  const pad = Math.max(x.max - x.min, y.max - y.min, 1e-9) * 0.02
  return { minX: x.min - pad, maxX: x.max + pad, minY: y.min - pad, maxY: y.max + pad }
}
