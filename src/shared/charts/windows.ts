import type { Look } from './look.ts'
import { readable } from './text.ts'

/** Snapshot k of T with its window in minutes. */
export function windowText(windows: { windowStartS: Float64Array; windowEndS: Float64Array }, index: number, look: Look): string {
  return look.translate('charts.snapshotOf', {
    index: index + 1,
    count: windows.windowStartS.length,
    from: readable((windows.windowStartS[index] ?? 0) / 60),
    to: readable((windows.windowEndS[index] ?? 0) / 60),
  })
}

/** Middle of every window, min. */
export const windowCentresMin = (windows: { windowStartS: Float64Array; windowEndS: Float64Array }): number[] =>
  Array.from(windows.windowStartS, (start, k) => (start + (windows.windowEndS[k] ?? start)) / 120)
