import type { FigureData } from '../../shared/domain/figure.ts'
import { drawFigure, type DrawingOptions } from '../figures/draw.ts'
import type { Interrupt, StepNotice } from './step.ts'

/** Draws a figure away from the main thread: twenty thousand points take seconds, and a route must not wait for them. */
export function* draw(
  { data, options }: { data: FigureData; options: DrawingOptions },
  interrupt: Interrupt,
): Generator<StepNotice, Uint8Array> {
  interrupt()
  return drawFigure(data, options)
}
