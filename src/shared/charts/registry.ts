import type { EChartsOption } from 'echarts'
import type { FigureData, FigureName } from '../domain/figure.ts'
import { alignmentSeriesHeightPx, alignmentSeriesOption } from './alignment-series.ts'
import { cohortHeightPx, cohortOption } from './cohort.ts'
import { confusionHeightPx, confusionOption } from './confusion.ts'
import { densityHeightPx, densityOption } from './density.ts'
import { electrodeMapHeightPx, electrodeMapOption, electrodeMapRing } from './electrode-map.ts'
import { embeddingHeightPx, embeddingOption, embeddingRing } from './embedding.ts'
import { lossHeightPx, lossOption } from './loss.ts'
import type { Look } from './look.ts'
import { modelsHeightPx, modelsOption } from './models.ts'
import { rasterHeightPx, rasterOption, rasterRing } from './raster.ts'
import { splitHeightPx, splitOption } from './split.ts'
import { tracesHeightPx, tracesOption, tracesRing } from './traces.ts'

type DataOf<Name extends FigureName> = Extract<FigureData, { figure: Name }>
type Chart<Data> = {
  draw: (data: Data, look: Look) => EChartsOption
  /** height that suits the look's width; its height is not read */
  heightPx: (data: Data, look: Look) => number
  /** marks a channel by its label; to be merged into what `draw` gave */
  ring?: (data: Data, look: Look, label: string | null) => EChartsOption
}

const charts: { [Name in FigureName]: Chart<DataOf<Name>> } = {
  raster: { draw: rasterOption, heightPx: rasterHeightPx, ring: rasterRing },
  traces: { draw: tracesOption, heightPx: tracesHeightPx, ring: tracesRing },
  'electrode-map': { draw: electrodeMapOption, heightPx: electrodeMapHeightPx, ring: electrodeMapRing },
  density: { draw: densityOption, heightPx: densityHeightPx },
  loss: { draw: lossOption, heightPx: lossHeightPx },
  embedding: { draw: embeddingOption, heightPx: embeddingHeightPx, ring: embeddingRing },
  'alignment-map': { draw: electrodeMapOption, heightPx: electrodeMapHeightPx, ring: electrodeMapRing },
  'alignment-series': { draw: alignmentSeriesOption, heightPx: alignmentSeriesHeightPx },
  cohort: { draw: cohortOption, heightPx: cohortHeightPx },
  models: { draw: modelsOption, heightPx: modelsHeightPx },
  confusion: { draw: confusionOption, heightPx: confusionHeightPx },
  split: { draw: splitOption, heightPx: splitHeightPx },
}

/** the pairing of data and chart is by name, which the types cannot follow through a lookup */
const chartOf = (data: FigureData): Chart<FigureData> => charts[data.figure] as unknown as Chart<FigureData>

/** A figure's drawing: the screen and the export draw the same. */
export const figureOption = (data: FigureData, look: Look): EChartsOption => chartOf(data).draw(data, look)

/** Height in px that suits a figure at the look's width. */
export const figureHeightPx = (data: FigureData, look: Look): number => chartOf(data).heightPx(data, look)

/** The mark of a channel, to be merged into the drawing; null takes it away. Nothing where a figure has no channels. */
export const figureRing = (data: FigureData, look: Look, label: string | null): EChartsOption =>
  chartOf(data).ring?.(data, look, label) ?? {}
