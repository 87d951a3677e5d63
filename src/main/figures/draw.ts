import type { FigureData } from '../../shared/domain/figure.ts'
import { translator, type Language } from '../../shared/locales/translate.ts'
import { fontsFor, rasterise, withResolution } from './png.ts'
import { pageLook, pageSvg, vectorSvg } from './svg.ts'

export type DrawingOptions = {
  format: 'svg' | 'png'
  widthMm: number
  /** of a PNG, and of the picture layer of an SVG with many marks */
  dpi: number
  language: Language
  /** folder with IBMPlexSans-Regular.ttf and -Bold.ttf */
  fontsDir: string
}

/**
 * A figure as a file for a paper: text 7 pt, lines 0.75 pt, white ground.
 * @returns the bytes of an SVG page sized in mm, or of a PNG of widthMm / 25.4 · dpi pixels that says its dpi
 */
export function drawFigure(data: FigureData, options: DrawingOptions): Uint8Array {
  const look = pageLook(data, options.widthMm, translator(options.language))
  if (options.format === 'svg') return new TextEncoder().encode(pageSvg(data, look, options))
  const widthPx = Math.round((options.widthMm / 25.4) * options.dpi)
  // whole pixels in height too, so that nothing is cut off or left blank at the lower edge
  const scale = widthPx / look.size.widthPx
  const size = { ...look.size, heightPx: Math.floor(look.size.heightPx * scale) / scale }
  const svg = vectorSvg(data, { ...look, size })
  return withResolution(rasterise(svg, { widthPx, ...fontsFor(svg, options.fontsDir) }), options.dpi)
}
