import type { EChartsOption } from 'echarts'
import { lineHeightPx, type Look } from './look.ts'
import { niceBelow } from './ticks.ts'
import { broken, tickLabel, readable, textWidthPx } from './text.ts'
import { sequentialColour } from './palette.ts'

/** A drawing's rectangle inside the figure. */
export type Box = { left: number; top: number; width: number; height: number }
type GraphicElement = Record<string, unknown>

/** What all figures share: no animation, one typeface, the ground. */
export function frame(look: Look): EChartsOption {
  return {
    animation: false,
    backgroundColor: look.colours.background,
    textStyle: { fontFamily: look.fontFamily, fontSize: look.textPx, color: look.colours.text },
  }
}

/** A grid at exact pixels: ECharts must not move it for the labels' sake. */
export const gridAt = (box: Box): Record<string, unknown> => ({ ...box, containLabel: false, outerBoundsMode: 'none' })

export type AxisLimits = { min: number; max: number; ticks: number[]; title: string }

/** An axis with a line, outward ticks at the given numbers and its title along the middle. */
export function valueAxis(
  limits: AxisLimits,
  look: Look,
  more: { gridIndex?: number; nameGap?: number; labels?: boolean; label?: (value: number) => string } = {},
): Record<string, unknown> {
  const { ticks } = limits
  const shown = more.labels ?? true
  return {
    type: 'value',
    gridIndex: more.gridIndex ?? 0,
    min: limits.min,
    max: limits.max,
    name: shown ? limits.title : '',
    nameLocation: 'middle',
    nameGap: more.nameGap ?? lineHeightPx(look) * 1.5,
    nameMoveOverlap: false,
    nameTextStyle: { color: look.colours.text, fontSize: look.textPx, fontFamily: look.fontFamily },
    axisLine: { show: true, onZero: false, lineStyle: { color: look.colours.axis, width: look.linePx } },
    axisTick: { show: true, length: look.textPx * 0.35, customValues: ticks, lineStyle: { color: look.colours.axis, width: look.linePx } },
    axisLabel: {
      show: shown,
      customValues: ticks,
      color: look.colours.text,
      fontSize: look.textPx,
      fontFamily: look.fontFamily,
      margin: look.textPx * 0.6,
      hideOverlap: true,
      formatter: (value: number) => (more.label ?? ((tick: number) => tickLabel(tick, ticks)))(value),
    },
    splitLine: { show: false },
    axisPointer: { label: { show: false } },
  }
}

/** An axis that only places points: arrays and embeddings. */
export const hiddenAxis = (min: number, max: number): Record<string, unknown> => ({ type: 'value', min, max, show: false, scale: true })

/**
 * The largest box with equal scales in both directions, at the left and in the middle of the room there is.
 * @returns box in px and the scale in px per unit
 */
export function equalAspect(extent: { width: number; height: number }, room: Box): { box: Box; scale: number } {
  const scale = Math.min(room.width / extent.width, room.height / extent.height)
  const width = extent.width * scale
  const height = extent.height * scale
  return { box: { left: room.left, top: room.top + (room.height - height) / 2, width, height }, scale }
}

/** A line of text at a place; its top left corner. */
export function textAt(
  text: string,
  left: number,
  top: number,
  look: Look,
  more: { colour?: string; weight?: 'bold' | 'normal'; align?: 'left' | 'center' | 'right'; middle?: boolean; rotation?: number } = {},
): GraphicElement {
  return {
    type: 'text',
    silent: true,
    z: 5,
    x: left,
    y: top,
    rotation: more.rotation ?? 0,
    style: {
      text,
      fill: more.colour ?? look.colours.text,
      fontSize: look.textPx,
      // else it is the width of a Chinese letter, which a machine without Chinese fonts does not have
      lineHeight: look.textPx,
      fontFamily: look.fontFamily,
      fontWeight: more.weight ?? 'normal',
      textAlign: more.align ?? 'left',
      textVerticalAlign: more.middle ? 'middle' : 'top',
    },
  }
}

/** The lines above a figure: what it shows, how many of what. Lines that are too long are broken. */
export function heading(lines: readonly string[], look: Look): { elements: GraphicElement[]; heightPx: number } {
  const { text, secondary } = look.colours
  const rows = lines.flatMap((line, index) =>
    broken(line, look.size.widthPx - 2, look).map((words) => ({ words, colour: index === 0 ? text : secondary })),
  )
  const elements = rows.map(({ words, colour }, row) =>
    textAt(words, 1, (row + 0.5) * lineHeightPx(look) + 1, look, { colour, middle: true }),
  )
  return { elements, heightPx: rows.length * lineHeightPx(look) + look.textPx * 0.6 }
}

export type ColourBar = {
  title: string
  min: number
  max: number
  ticks: number[]
  /** the top colour also stands for everything above */ open?: boolean
  /** colour of a share of the bar; the sequential map where none is named */
  colour?: (share: number, ground: Look['ground']) => string
}

/** Width that a colour bar with its title and labels needs. */
export function colourBarWidthPx(bar: ColourBar, look: Look): number {
  const labels = Math.max(...bar.ticks.map((tick) => textWidthPx(`≥ ${tickLabel(tick, bar.ticks)}`, look)))
  return Math.ceil(Math.max(look.textPx * 1.4 + labels, Math.max(...titleLines(bar.title).map((line) => textWidthPx(line, look)))))
}

const titleHeightPx = (bar: ColourBar, look: Look): number => titleLines(bar.title).length * lineHeightPx(look) + look.textPx * 0.4

/** Height of a colour bar with its title in a room of some height: the ticks need a least one, also beside a flat array. */
export function colourBarHeightPx(bar: ColourBar, roomPx: number, look: Look): number {
  const title = titleHeightPx(bar, look)
  return title + Math.max(look.textPx * 4, Math.min(look.textPx * 12, roomPx - title - look.textPx * 0.6))
}

/** A vertical colour bar: title with unit, three to five ticks. */
export function colourBar(bar: ColourBar, place: Box, look: Look): GraphicElement[] {
  const titles = titleLines(bar.title)
  const top = place.top + titleHeightPx(bar, look)
  const height = colourBarHeightPx(bar, place.height, look) - titleHeightPx(bar, look)
  const width = look.textPx * 0.9
  const stops = Array.from({ length: 17 }, (_, k) => ({ offset: k / 16, color: (bar.colour ?? sequentialColour)(k / 16, look.ground) }))
  const elements: GraphicElement[] = titles.map((line, row) => textAt(line, place.left, place.top + row * lineHeightPx(look), look))
  elements.push({
    type: 'rect',
    silent: true,
    z: 5,
    shape: { x: place.left, y: top, width, height },
    style: { fill: { type: 'linear', x: 0, y: 1, x2: 0, y2: 0, colorStops: stops } },
  })
  for (const tick of bar.ticks) {
    const y = top + height - (height * (tick - bar.min)) / (bar.max - bar.min || 1)
    elements.push({
      type: 'line',
      silent: true,
      z: 5,
      shape: { x1: place.left + width, y1: y, x2: place.left + width + look.textPx * 0.3, y2: y },
      style: { stroke: look.colours.axis, lineWidth: look.linePx },
    })
    const above = bar.open && tick === bar.ticks.at(-1) ? '≥ ' : ''
    elements.push(textAt(above + tickLabel(tick, bar.ticks), place.left + width + look.textPx * 0.5, y, look, { middle: true }))
  }
  return elements
}

const titleLines = (title: string): string[] => title.split('\n')

/** A bar of a round length in µm under an array. */
export function scaleBar(pxPerUm: number, box: Box, look: Look): GraphicElement[] {
  const lengthUm = niceBelow(Math.max(box.width * 0.3, 24) / pxPerUm)
  const lengthPx = lengthUm * pxPerUm
  const y = box.top + box.height + look.textPx * 0.8
  const label = lengthUm >= 1000 ? `${readable(lengthUm / 1000)} mm` : `${readable(lengthUm)} µm`
  return [
    {
      type: 'rect',
      silent: true,
      z: 5,
      shape: { x: box.left, y: y - look.linePx, width: lengthPx, height: look.linePx * 2 },
      style: { fill: look.colours.text },
    },
    textAt(label, box.left + lengthPx + look.textPx * 0.5, y, look, { middle: true }),
  ]
}
/** Height that a scale bar takes under its array. */
export const scaleBarHeightPx = (look: Look): number => look.textPx * 1.8

/** A key of categories: a dot and a word each, in the order of the data. */
export function key(
  entries: readonly { label: string; colour: string; hollow?: boolean }[],
  place: { left: number; top: number },
  look: Look,
  title = '',
): GraphicElement[] {
  const row = lineHeightPx(look)
  const elements: GraphicElement[] = title ? [textAt(title, place.left, place.top, look)] : []
  const top = place.top + (title ? row * 1.1 : 0)
  const radius = look.textPx * 0.32
  entries.forEach((entry, k) => {
    const y = top + (k + 0.5) * row
    elements.push({
      type: 'circle',
      silent: true,
      z: 5,
      shape: { cx: place.left + radius + 0.5, cy: y, r: radius },
      style: entry.hollow ? { fill: 'none', stroke: entry.colour, lineWidth: look.linePx } : { fill: entry.colour },
    })
    elements.push(textAt(entry.label, place.left + look.textPx * 1.1, y, look, { middle: true }))
  })
  return elements
}
/** The same entries side by side, on as many lines as the width takes. */
export function flowingKey(
  entries: readonly { label: string; colour: string; hollow?: boolean }[],
  place: { left: number; top: number; width: number },
  look: Look,
): { elements: GraphicElement[]; heightPx: number } {
  let left = place.left,
    line = 0
  const elements = entries.flatMap((entry) => {
    const width = keyWidthPx([entry.label], look) + look.textPx
    if (left > place.left && left + width - look.textPx > place.left + place.width) {
      left = place.left
      line++
    }
    const at = { left, top: place.top + line * lineHeightPx(look) }
    left += width
    return key([entry], at, look)
  })
  return { elements, heightPx: entries.length === 0 ? 0 : (line + 1) * lineHeightPx(look) }
}

/** Width of such a key. */
export const keyWidthPx = (labels: readonly string[], look: Look): number =>
  labels.length === 0 ? 0 : Math.ceil(look.textPx * 1.4 + Math.max(...labels.map((label) => textWidthPx(label, look))))

/** The ring around a hovered channel: one series that can be set again without the rest. */
export function ringSeries(
  points: readonly (readonly number[])[],
  look: Look,
  more: { sizePx?: number; joined?: boolean } = {},
): Record<string, unknown> {
  return {
    id: 'ring',
    type: 'line',
    data: points,
    silent: true,
    z: 10,
    animation: false,
    symbol: 'circle',
    showSymbol: true,
    symbolSize: more.sizePx ?? look.textPx * 1.1,
    itemStyle: { color: 'transparent', borderColor: look.colours.text, borderWidth: look.linePx * 1.6 },
    lineStyle: { color: look.colours.text, width: more.joined ? look.linePx * 0.8 : 0, opacity: 0.5 },
  }
}

/** A tooltip's ground and letters. Plain text: file and channel names are never read as HTML, and the page's content policy holds. */
export function tooltipBox(look: Look): Record<string, unknown> {
  return {
    renderMode: 'richText',
    confine: true,
    transitionDuration: 0,
    backgroundColor: look.colours.background,
    borderColor: look.colours.grid,
    borderWidth: 1,
    padding: 8,
    textStyle: { color: look.colours.text, fontSize: look.textPx, fontFamily: look.fontFamily },
  }
}

/** What a mark says when it is pointed at; its value holds the place first, then the index of its channel. */
export function markTooltip(look: Look, lines: (value: readonly number[]) => string[]): EChartsOption {
  if (look.medium === 'paper') return {}
  const formatter = (hovered: { value?: unknown }): string =>
    Array.isArray(hovered.value) ? lines(hovered.value as number[]).join('\n') : ''
  return { tooltip: { trigger: 'item', ...tooltipBox(look), formatter } } as EChartsOption
}

type Hovered = { dataIndex: number; value: number[]; seriesId?: string }

/** What all lines say at the place pointed at. */
export function axisTooltip(look: Look, lines: (hovered: Hovered) => string[]): EChartsOption {
  if (look.medium === 'paper') return {}
  const formatter = (hovered: Hovered | Hovered[]): string => {
    const first = Array.isArray(hovered) ? hovered[0] : hovered
    return first ? lines(first).join('\n') : ''
  }
  return {
    axisPointer: { link: [{ xAxisIndex: 'all' }], lineStyle: { color: look.colours.grid, width: 1 } },
    tooltip: { trigger: 'axis', ...tooltipBox(look), formatter },
  } as EChartsOption
}

/**
 * Names at the right end of lines, pushed apart where they would lie on each other.
 * @param lines the height of each line's end as a share of the box, 0 at the bottom
 */
export function endLabels(lines: readonly { name: string; colour: string; share: number }[], box: Box, look: Look): GraphicElement[] {
  const placed = lines.map((line) => ({ ...line, y: box.top + box.height * (1 - line.share) })).sort((a, b) => a.y - b.y)
  const row = lineHeightPx(look) * 0.95
  placed.forEach((label, k) => {
    label.y = Math.max(label.y, (placed[k - 1]?.y ?? -Infinity) + row)
  })
  placed.reverse().forEach((label, k) => {
    label.y = Math.min(label.y, (placed[k - 1]?.y ?? box.top + box.height + row) - row)
  })
  return placed.map((label) =>
    textAt(label.name, box.left + box.width + look.textPx * 0.6, label.y, look, { middle: true, colour: label.colour }),
  )
}

/** The last finite number of a line; null where there is none. */
export const lastFinite = (values: ArrayLike<number>): number | null =>
  Array.from(values).findLast((value) => Number.isFinite(value)) ?? null

/** A number for a line's data: ECharts leaves a gap at '-'. */
export const finiteOrGap = (value: number | undefined): number | '-' => (value !== undefined && Number.isFinite(value) ? value : '-')
