import type { Inspection } from '../../shared/domain/inspection.ts'

const rowCount = 40
const widthS = 10
/** Slow signals show at least this many samples, fast ones at most the other. */
const fewestSamples = 200
const mostSamples = 2000

/**
 * A stretch of the 40 channels that vary most against their own noise, for a first look: 10 s, or 200 samples where that is longer.
 * Rows are in the channels' own order; of a fast signal every k-th sample is shown.
 * @param values [N, S], channel by channel; NaN is missing
 * @param timesS [S]
 */
export function previewOf(values: Float32Array | Float64Array, timesS: Float64Array): NonNullable<Inspection['traces']> {
  const sampleCount = timesS.length
  const channelCount = values.length / sampleCount
  const liveliness = Float64Array.from({ length: channelCount }, (_, c) =>
    livelinessOf(values.subarray(c * sampleCount, (c + 1) * sampleCount)),
  )
  const rows = [...liveliness.keys()]
    .toSorted((a, b) => liveliness[b]! - liveliness[a]!)
    .slice(0, rowCount)
    .toSorted((a, b) => a - b)
  const first = liveliestStart(values, rows, timesS)
  const last = endOf(timesS, first)
  const every = Math.max(1, Math.ceil((last - first) / mostSamples))
  const shown = Int32Array.from({ length: Math.ceil((last - first) / every) }, (_, i) => first + i * every)
  const picked = new Float32Array(rows.length * shown.length)
  rows.forEach((c, row) => shown.forEach((s, i) => (picked[row * shown.length + i] = values[c * sampleCount + s]!)))
  return { channelIndexes: Int32Array.from(rows), timesS: Float64Array.from(shown, (s) => timesS[s]!), values: picked }
}

/** Standard deviation over that of the differences between samples; 0 for a flat trace. */
export function livelinessOf(trace: Float32Array | Float64Array): number {
  const { deviation, step } = spread(trace)
  return deviation === 0 ? 0 : deviation / Math.max(step, 1e-12 * deviation)
}

function spread(trace: Float32Array | Float64Array): { deviation: number; step: number } {
  let count = 0
  let mean = 0
  let squares = 0
  let steps = 0
  let before = NaN
  for (let s = 0; s < trace.length; s++) {
    const value = trace[s]!
    if (!Number.isFinite(value)) continue
    count += 1
    const away = value - mean
    mean += away / count
    squares += away * (value - mean)
    if (!Number.isNaN(before)) steps += (value - before) ** 2
    before = value
  }
  return { deviation: Math.sqrt(squares / Math.max(1, count)), step: Math.sqrt(steps / Math.max(1, count - 1)) }
}

function endOf(timesS: Float64Array, first: number): number {
  let end = first
  while (end < timesS.length && (timesS[end]! < timesS[first]! + widthS || end - first < fewestSamples)) end += 1
  return end
}

/** Where the rows together change most; looked for in steps of a half stretch. */
function liveliestStart(values: Float32Array | Float64Array, rows: number[], timesS: Float64Array): number {
  const sampleCount = timesS.length
  const whole = rows.map((c) => spread(values.subarray(c * sampleCount, (c + 1) * sampleCount)).deviation)
  let best = { first: 0, sum: -1 }
  for (let first = 0; first < sampleCount;) {
    const end = endOf(timesS, first)
    let sum = 0
    rows.forEach((c, row) => {
      const { deviation } = spread(values.subarray(c * sampleCount + first, c * sampleCount + end))
      if (whole[row]! > 0) sum += deviation / whole[row]!
    })
    if (sum > best.sum && (end < sampleCount || best.sum < 0)) best = { first, sum }
    if (end >= sampleCount) break
    first += Math.max(1, (end - first) >> 1)
  }
  return best.first
}
