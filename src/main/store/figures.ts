import type { FigureFormat, FigureSpec } from '../../shared/domain/figure.ts'
import type { WritableDB } from './open.ts'

/** Notes that a figure was handed out: what it drew and how. */
export function noteFigure(
  db: WritableDB,
  figure: { spec: FigureSpec; format: FigureFormat; widthMm: number; dpi: number; madeAt: string },
): void {
  db.prepare('INSERT INTO figure (spec, format, width_mm, dpi, made_at) VALUES (?, ?, ?, ?, ?)').run(
    JSON.stringify(figure.spec),
    figure.format,
    figure.widthMm,
    figure.dpi,
    figure.madeAt,
  )
}
