import { fail } from '../../shared/contract/errors.ts'
import type { ImportWarning, Inspection } from '../../shared/domain/inspection.ts'
import { checkPositions, named, warning } from './checks.ts'
import { jumpsInTimes } from './clock-jumps.ts'
import type { CountReading, ReadProgress, TraceReading, TraceRecording } from './importer.ts'
import { eventsWithin, inspectionOf, windowOf, withLayout, type Surroundings, type Zoned } from './reading-frame.ts'
import { previewOf } from './trace-preview.ts'

/** Steps that differ by less than this share of their median count as even. */
const evenShare = 1e-3
const saturatedShare = 0.05
const fewestChannels = 20
const interruptEvery = 64

/** Traces with everything known about them but their fate; N channels, S samples. */
export type AssembledTraces = TraceReading &
  Zoned & {
    counted: boolean
    startS: number
    endS: number
    /** [N] of what the file holds, missing values left out */
    sums: Float64Array
  }

/** Times of samples at an even rate from `startS`; [S]. */
export function evenTimes(sampleCount: number, samplingRateHz: number, startS = 0): Float64Array {
  return Float64Array.from({ length: sampleCount }, (_, s) => startS + s / samplingRateHz)
}

/** Counts as traces: each stands in the middle of its bin. */
export function tracesOfCounts({ binMs, startS = 0, ...reading }: CountReading): TraceReading {
  const binCount = reading.channelLabels.length > 0 ? reading.values.length / reading.channelLabels.length : 0
  const timesS = binMs === null ? null : Float64Array.from({ length: binCount }, (_, b) => startS + ((b + 0.5) * binMs) / 1000)
  return { ...reading, modality: 'traces', timesS, samplingRateHz: binMs === null ? null : 1000 / binMs }
}

/**
 * Joins the layout, checks times and values, finds the window.
 * @throws import/no-samples, import/counts-disagree, import/times-backwards, import/not-a-number, import/duration-too-short
 */
export function* assembleTraces(given: TraceReading | CountReading, around: Surroundings): Generator<ReadProgress, AssembledTraces> {
  const { file, interrupt } = around
  const counted = given.modality === 'counts'
  const read = withLayout(counted ? tracesOfCounts(given) : given, around.layout)
  const channelCount = read.channelLabels.length
  const sampleCount = channelCount > 0 ? read.values.length / channelCount : 0
  if (sampleCount < 2) throw fail('import/no-samples', { file })
  if (!Number.isInteger(sampleCount) || (read.timesS && read.timesS.length !== sampleCount)) {
    throw fail('import/counts-disagree', { file, dataset: 'time', expected: sampleCount, found: read.timesS?.length ?? 0 })
  }
  yield { done: 0, total: 1, phase: 'check' }
  const stepping = read.timesS ? stepsOf(read.timesS, file) : null
  const timed = stepping !== null && read.needs.length === 0
  const stepS = stepping?.medianS ?? 0
  const guess = { startS: read.timesS?.[0] ?? 0, endS: (read.timesS?.[sampleCount - 1] ?? 0) + stepS }
  if (counted) {
    guess.startS = given.startS ?? 0
    guess.endS = guess.startS + (sampleCount * (given.binMs ?? 0)) / 1000
  }
  const window = timed ? windowOf(guess, around) : { startS: 0, endS: 0, settings: [] }
  const { sums, warnings } = yield* checkValues(read, { file, interrupt })
  return {
    ...read,
    counted,
    samplingRateHz: read.samplingRateHz ?? (stepping?.even ? 1 / stepping.meanS : null),
    startS: window.startS,
    endS: window.endS,
    sums,
    settings: [...read.settings, ...window.settings],
    warnings: [
      ...read.warnings,
      ...(stepping?.warnings ?? []),
      ...warnings,
      ...(channelCount < fewestChannels ? [warning('few-channels', { count: channelCount, needed: fewestChannels })] : []),
      ...checkPositions(read.positionsUm, read.channelLabels),
      ...(timed ? eventsWithin({ file, taskEvents: read.taskEvents ?? [], intervals: read.intervals ?? [] }, window).warnings : []),
    ],
  }
}

type Steps = { medianS: number; meanS: number; even: boolean; warnings: ImportWarning[] }

/** @throws import/times-backwards, import/not-a-number */
function stepsOf(timesS: Float64Array, file: string): Steps {
  const steps = new Float64Array(timesS.length - 1)
  if (!Number.isFinite(timesS[0])) throw fail('import/not-a-number', { file, place: 'time 1', found: String(timesS[0]) })
  let repeated = 0
  for (let s = 1; s < timesS.length; s++) {
    const step = timesS[s]! - timesS[s - 1]!
    if (!Number.isFinite(step)) throw fail('import/not-a-number', { file, place: `time ${s + 1}`, found: String(timesS[s]) })
    if (step < 0) throw fail('import/times-backwards', { file, place: `time ${s + 1}`, before: timesS[s - 1]!, after: timesS[s]! })
    if (step === 0) repeated += 1
    steps[s - 1] = step
  }
  steps.sort()
  const medianS = steps[steps.length >> 1]!
  const smallest = steps[0]!
  const largest = steps[steps.length - 1]!
  const meanS = (timesS[timesS.length - 1]! - timesS[0]!) / steps.length
  if (meanS === 0) throw fail('import/times-backwards', { file, place: 'time 2', before: timesS[0]!, after: timesS[1]! })
  // Times written with few digits jitter by half of the last one.
  const even = largest - smallest <= evenShare * medianS
  return {
    medianS: medianS > 0 ? medianS : meanS,
    meanS,
    even,
    warnings: [
      ...(even ? [] : [warning('uneven-step', { smallestS: tidy(smallest), largestS: tidy(largest), medianS: tidy(medianS) })]),
      ...(repeated > 0 ? [warning('times-repeated', { count: repeated })] : []),
      ...(even || medianS <= 0 ? [] : jumpsInTimes(timesS, medianS)),
    ],
  }
}

const tidy = (value: number): number => Number(value.toPrecision(4))

/** @throws import/not-a-number for an infinite value */
function* checkValues(
  { values, channelLabels }: TraceReading,
  { file, interrupt }: { file: string; interrupt: () => void },
): Generator<ReadProgress, { sums: Float64Array; warnings: ImportWarning[] }> {
  const channelCount = channelLabels.length
  const sampleCount = values.length / channelCount
  const sums = new Float64Array(channelCount)
  const flat: string[] = []
  const empty: string[] = []
  const saturated: string[] = []
  let missing = 0
  for (let c = 0; c < channelCount; c++) {
    let sum = 0
    let low = Infinity
    let high = -Infinity
    let atHigh = 0
    let finite = 0
    for (let s = c * sampleCount; s < (c + 1) * sampleCount; s++) {
      const value = values[s]!
      if (Number.isNaN(value)) continue
      if (!Number.isFinite(value)) {
        throw fail('import/not-a-number', { file, place: `${channelLabels[c]}, ${s - c * sampleCount + 1}`, found: String(value) })
      }
      finite += 1
      sum += value
      if (value < low) low = value
      if (value > high) {
        high = value
        atHigh = 1
      } else if (value === high) atHigh += 1
    }
    sums[c] = sum
    missing += sampleCount - finite
    const label = channelLabels[c] ?? ''
    if (finite === 0) empty.push(label)
    else if (low === high) flat.push(label)
    // Counts and deconvolved traces rest at their lowest value; only a ceiling is a sign of a full scale.
    else if (atHigh > saturatedShare * finite && atHigh > 3 && !isWhole(values, c * sampleCount, sampleCount)) saturated.push(label)
    if (c % interruptEvery === 0) {
      interrupt()
      yield { done: c, total: channelCount, phase: 'check' }
    }
  }
  return {
    sums,
    warnings: [
      ...(flat.length > 0 ? [warning('flat-traces', { count: flat.length, channels: named(flat) })] : []),
      ...(empty.length > 0 ? [warning('empty-traces', { count: empty.length, channels: named(empty) })] : []),
      ...(missing > 0 ? [warning('missing-values', { count: missing })] : []),
      ...(saturated.length > 0 ? [warning('saturated-traces', { count: saturated.length, channels: named(saturated) })] : []),
    ],
  }
}

function isWhole(values: Float32Array | Float64Array, first: number, count: number): boolean {
  for (let s = first; s < first + count; s++) if (!Number.isNaN(values[s]!) && !Number.isInteger(values[s]!)) return false
  return true
}

export function inspectTraces(found: AssembledTraces, format: string): Inspection {
  const { timesS, channelLabels } = found
  const timed = found.needs.length === 0 && timesS !== null
  const samples = found.values.length / channelLabels.length
  return {
    ...inspectionOf(format, found, found.counted ? 'counts' : 'traces'),
    channels: channelLabels.length,
    samples,
    samplingRateHz: found.samplingRateHz,
    firstS: timed ? (timesS[0] ?? null) : null,
    lastS: timed ? (timesS[samples - 1] ?? null) : null,
    durationS: timed ? found.endS - found.startS : null,
    startS: timed ? found.startS : null,
    endS: timed ? found.endS : null,
    channelLabels,
    traceSums: found.sums,
    positionsUm: found.positionsUm,
    regions: found.regions,
    regionOfChannel: found.regions.length > 0 ? found.regionOfChannel : null,
    traces: timed ? previewOf(found.values, timesS) : null,
  }
}

/** @throws import/needs-setting, import/no-samples where fewer than two samples lie in the window */
export function keepTraces(found: AssembledTraces, { format, file }: Surroundings): TraceRecording {
  const [need] = found.needs
  if (need) throw fail('import/needs-setting', { file, setting: need.name })
  if (!found.timesS) throw fail('import/needs-setting', { file, setting: 'samplingRateHz' })
  const { startS, endS, samplingRateHz, channelLabels, positionsUm, regions, regionOfChannel, layoutName } = found
  const within = eventsWithin({ file, taskEvents: found.taskEvents ?? [], intervals: found.intervals ?? [] }, found)
  const { values, timesS } = cutTraces(found.values, found.timesS, { startS, endS })
  if (timesS.length < 2) throw fail('import/no-samples', { file })
  for (let c = 0; c < channelLabels.length; c++) fillGaps(values.subarray(c * timesS.length, (c + 1) * timesS.length), timesS)
  return {
    modality: 'traces',
    countBinMs: found.counted && samplingRateHz !== null ? 1000 / samplingRateHz : null,
    format,
    startS,
    endS,
    samplingRateHz,
    channelLabels,
    positionsUm,
    values,
    timesS,
    regions,
    regionOfChannel,
    layoutName,
    taskEvents: within.taskEvents,
    intervals: within.intervals,
    warnings: [...found.warnings],
  }
}

/** The samples of [startS, endS) as float32. */
function cutTraces(
  values: Float32Array | Float64Array,
  timesS: Float64Array,
  { startS, endS }: { startS: number; endS: number },
): { values: Float32Array; timesS: Float64Array } {
  const sampleCount = timesS.length
  let first = 0
  while (first < sampleCount && timesS[first]! < startS) first += 1
  let end = sampleCount
  while (end > first && timesS[end - 1]! >= endS) end -= 1
  const kept = end - first
  const channelCount = values.length / sampleCount
  const cut = new Float32Array(channelCount * kept)
  for (let c = 0; c < channelCount; c++) cut.set(values.subarray(c * sampleCount + first, c * sampleCount + end), c * kept)
  return { values: cut, timesS: timesS.slice(first, end) }
}

/** Draws missing values straight between their neighbours in time, in place; a trace without any value is 0. */
function fillGaps(trace: Float32Array, timesS: Float64Array): void {
  let before = -1
  for (let s = 0; s <= trace.length; s++) {
    if (s < trace.length && Number.isNaN(trace[s]!)) continue
    if (s - before > 1) {
      const left = before >= 0 ? trace[before]! : (trace[s] ?? 0)
      const right = s < trace.length ? trace[s]! : left
      const fromS = timesS[Math.max(0, before)]!
      const lengthS = timesS[Math.min(s, trace.length - 1)]! - fromS
      for (let gap = before + 1; gap < s; gap++) {
        const share = lengthS > 0 ? (timesS[gap]! - fromS) / lengthS : 0
        trace[gap] = left + share * (right - left)
      }
    }
    before = s
  }
}
