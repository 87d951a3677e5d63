import { CodedError, fail } from '../../shared/contract/errors.ts'
import type { Interval } from '../../shared/domain/interval.ts'
import type { Role } from '../../shared/domain/region.ts'
import { recipeConflict } from '../../shared/domain/snapshot.ts'
import type { LeftOut, Snapshot, SnapshotRecipe } from '../../shared/domain/snapshot.ts'
import { asOccupancy, binSpikes } from '../science/bins.ts'
import type { SpikeTrains } from '../science/bins.ts'
import { toFixedPoint } from '../science/correlation.ts'
import { edgesOf, significantEdges } from '../science/edges.ts'
import type { Edges } from '../science/edges.ts'
import { meanStrengths, nodeStatisticCount, trainStatistics } from '../science/node-statistics.ts'
import { longerSegment, matchRates, shortageOf } from '../science/rate-matching.ts'
import { activeShares, degrees, silentChannelCounts, unchangingRowCounts, windowMeans, windowRatesHz } from '../science/rates.ts'
import { rowsOfCounts } from '../science/rows.ts'
import { smoothRows } from '../science/smoothing.ts'
import { trainTimes } from '../science/spike-train-times.ts'
import type { TrainTimes } from '../science/spike-train-times.ts'
import { binTraces, trainsOfCounts } from '../science/trace-bins.ts'
import type { Traces } from '../science/trace-bins.ts'
import { slidingPlan, windowsByInterval, windowsByLength } from '../science/windows.ts'
import type { WindowPlan } from '../science/windows.ts'
import { associations } from './associations.ts'
import type { BinValues, WindowAssociation } from './associations.ts'
import type { Interrupt, StepNotice } from './step.ts'

export const leastChannels = 3
const histogramBins = 100

export type SnapshotsInput = {
  signal:
    | { kind: 'spikes'; trains: SpikeTrains }
    /** samples in the middle of their bins */
    | ({ kind: 'counts'; countBinMs: number } & Traces)
    | ({ kind: 'traces' } & Traces)
  /** the recording covers [startS, endS) on the clock of the signal */
  startS: number
  endS: number
  /** channels that are not excluded, [channelCount] */
  channelIndexes: Int32Array
  /** laps, trials, visits on the clock of the signal: for windows by interval */
  intervals: readonly Interval[]
  /** of every channel of the recording: its region's role; null without one */
  roles: readonly (Role | null)[]
  recipe: SnapshotRecipe
  /** leaves out r and the edges, which are large */
  previewOnly: boolean
}

export type SnapshotsResult = {
  /** in the order of time; times are from the start of the recording */
  snapshots: Snapshot[]
  /** the channels that are vertices, [channelCount]: those that came in, or fewer where rates are matched */
  channelIndexes: Int32Array
  leftOut: LeftOut
  /** per snapshot: pairs i < j of indexes into channelIndexes, sorted, [2·edgeCount]; none in a preview */
  edges: Uint16Array[]
  /** per snapshot: 16-bit fixed point (value/32767), upper triangle by rows; none in a preview */
  r: Int16Array[]
  /** spikes per second, whatever the recipe's values; of traces, the mean of the values; [snapshotCount, channelCount] */
  rateHz: Float32Array
  /** `nodeStatistics` of science/node-statistics.ts, NaN where undefined, [snapshotCount, channelCount, 6] */
  nodeStatistics: Float32Array
  /** [snapshotCount, channelCount] */
  degree: Int32Array
  /** pairs of all windows by r, 100 equal bins over [from, to], 1 in the last */
  rHistogram: { from: number; to: number; counts: Float64Array }
}

/**
 * From spikes or traces to the graphs of all windows (model spec 1.2 to 1.6).
 * @throws recordings/too-few-channels, snapshots/…: a window, a step or an interval that does not fit, settings that do not go
 *   together or with the signal, rates that cannot be matched, a bin without a sample
 */
export function* makeSnapshots(input: SnapshotsInput, interrupt: Interrupt): Generator<StepNotice, SnapshotsResult> {
  const { recipe, previewOnly } = input,
    { binMs, edges: rule } = recipe,
    found = input.channelIndexes.length
  if (found < leastChannels) throw fail('recordings/too-few-channels', { found, needed: leastChannels })
  const conflict = recipeConflict(recipe, input.signal.kind)
  if (conflict !== null) throw new CodedError(conflict.code, conflict.details)
  if (input.signal.kind === 'counts') refuseBrokenBins(input.signal.countBinMs, binMs)
  const plan = planOf(input),
    { spans } = plan,
    windowCount = spans.length

  yield { kind: 'progress', done: 0, total: 1, phase: 'bins' }
  const signal = binned(input, plan, interrupt),
    { channelIndexes, values, trains, rateHz, silent, active } = signal,
    channelCount = channelIndexes.length
  interrupt()
  yield { kind: 'progress', done: 1, total: 1, phase: 'bins' }

  const snapshots: Snapshot[] = [],
    edges: Uint16Array[] = [],
    r: Int16Array[] = []
  const degree = new Int32Array(windowCount * channelCount),
    nodeStatistics = new Float32Array(windowCount * channelCount * nodeStatisticCount),
    histogram = new Float64Array(histogramBins)
  yield { kind: 'progress', done: 0, total: windowCount, phase: 'correlation' }
  for (const window of associations({ values, trains, plan, recipe }, interrupt)) {
    const index = snapshots.length,
      { firstBin, binCount, label } = spans[index]!,
      startS = (firstBin * binMs) / 1000,
      endS = ((firstBin + binCount) * binMs) / 1000
    interrupt()
    if (rule.rule === 'significance') yield { kind: 'progress', done: index, total: windowCount, phase: 'null' }
    const edgesHere = edgesOfWindow(window, channelCount, rule)
    interrupt()
    const edgeCount = edgesHere.pairs.length / 2,
      ofWindow = <Values extends Float32Array | Int32Array>(all: Values): Values =>
        all.subarray(index * channelCount, (index + 1) * channelCount) as Values
    snapshots.push({
      index,
      startS,
      endS,
      edgeCount,
      density: edgeCount / window.r.length,
      thresholdR: edgesHere.thresholdR,
      meanAbsoluteR: addToHistogram(histogram, window.r) / window.r.length,
      meanRateHz: mean(ofWindow(rateHz)),
      silentChannelCount: silent[index]!,
      testedShare: rule.rule === 'significance' ? window.testedCount / window.r.length : null,
      label,
    })
    degree.set(degrees(edgesHere.pairs, channelCount), index * channelCount)
    if (!previewOnly) {
      edges.push(edgesHere.pairs)
      r.push(toFixedPoint(window.r))
      // how counts are spread within their bins is not known
      const { cv, fano } = trains === null || input.signal.kind === 'counts' ? noTrains : trainStatistics(trains, startS * 1e9, endS * 1e9),
        strengths = meanStrengths(window.r, channelCount)
      for (let c = 0; c < channelCount; c++) {
        const rate = rateHz[index * channelCount + c]!
        nodeStatistics.set(
          [
            Math.log1p(Math.max(0, rate)),
            cv[c] ?? NaN,
            fano[c] ?? NaN,
            strengths[c]!,
            degree[index * channelCount + c]! / (channelCount - 1),
            active === null ? NaN : active[index * channelCount + c]!,
          ],
          (index * channelCount + c) * nodeStatisticCount,
        )
      }
    }
    interrupt()
    yield { kind: 'progress', done: index + 1, total: windowCount, phase: index + 1 < windowCount ? 'correlation' : 'edges' }
  }
  const leftOut = { channelIndexes: signal.leftOut, intervals: plan.dropped },
    rHistogram = { from: -1, to: 1, counts: histogram }
  return { snapshots, channelIndexes, leftOut, edges, r, rateHz, degree, nodeStatistics, rHistogram }
}

/** @throws snapshots/bins-not-of-counts */
function refuseBrokenBins(countBinMs: number, binMs: number): void {
  const times = binMs / countBinMs
  if (Math.round(times) < 1 || Math.abs(times - Math.round(times)) > 1e-6 * times)
    throw fail('snapshots/bins-not-of-counts', { binMs, countBinMs: Number(countBinMs.toPrecision(6)) })
}

const noTrains = { cv: new Float32Array(0), fano: new Float32Array(0) }

function planOf({ recipe, intervals, startS, endS }: SnapshotsInput): WindowPlan {
  const { windows, binMs } = recipe
  return windows.by === 'interval'
    ? windowsByInterval(intervals, windows.labels, { startS, endS, binMs })
    : slidingPlan(windowsByLength({ startS, endS }, recipe))
}

function edgesOfWindow({ r, p }: WindowAssociation, channelCount: number, rule: SnapshotRecipe['edges']): Edges {
  return rule.rule === 'significance' ? significantEdges(r, p(rule.alpha), channelCount, rule.alpha) : edgesOf(r, channelCount, rule)
}

type Binned = {
  channelIndexes: Int32Array
  /** channels that could not be rate-matched */
  leftOut: number[]
  values: BinValues
  trains: TrainTimes | null
  /** [windowCount, channelCount] */
  rateHz: Float32Array
  /** per window */
  silent: Int32Array
  /** share of bins with a spike, [windowCount, channelCount]; null of traces */
  active: Float32Array | null
}

/** The signal in bins, as the recipe wants it. */
function binned(input: SnapshotsInput, plan: WindowPlan, interrupt: Interrupt): Binned {
  const { signal, recipe, startS, endS } = input,
    { binMs, smoothingMs } = recipe,
    { spans } = plan,
    span = { startS, endS, binMs }
  if (signal.kind === 'traces') {
    const { channelIndexes } = input,
      rows = binTraces(signal, channelIndexes, { span, overBaseline: recipe.normalise === 'running-baseline' }, interrupt)
    return {
      channelIndexes,
      leftOut: [],
      values: { kind: 'rows', rows: smoothingMs === null ? rows : smoothRows(rows, smoothingMs / binMs, interrupt) },
      trains: null,
      rateHz: windowMeans(rows, spans),
      silent: unchangingRowCounts(rows, spans),
      active: null,
    }
  }
  const { trains, channelIndexes, leftOut } = chosenSpikes(
      { ...input, trains: signal.kind === 'counts' ? trainsOfCounts(signal) : signal.trains },
      plan,
      interrupt,
    ),
    counts = binSpikes(trains, channelIndexes, span, interrupt),
    rateHz = windowRatesHz(counts, spans, binMs),
    values = recipe.values === 'occupancy' ? asOccupancy(counts) : counts
  return {
    channelIndexes,
    leftOut,
    values:
      smoothingMs === null
        ? { kind: 'counts', counts: values }
        : { kind: 'rows', rows: smoothRows(rowsOfCounts(values, 0, values.binCount), smoothingMs / binMs, interrupt) },
    trains: trainTimes(trains, channelIndexes, startS, interrupt),
    rateHz,
    silent: silentChannelCounts(rateHz, channelIndexes.length),
    active: activeShares(counts, spans),
  }
}

/** The bins of which the snapshots of a recipe are made, [binCount, channelCount], and those of every window. */
export function binsOfWindows(
  input: SnapshotsInput,
  interrupt: Interrupt,
): { values: Float32Array; channelCount: number; windows: WindowPlan['spans'] } {
  const plan = planOf(input),
    { values } = binned(input, plan, interrupt),
    { rows, rowCount, columnCount } = values.kind === 'rows' ? values.rows : rowsOfCounts(values.counts, 0, values.counts.binCount)
  const byBin = new Float32Array(rows.length)
  for (let c = 0; c < rowCount; c++) for (let b = 0; b < columnCount; b++) byBin[b * rowCount + c] = rows[c * columnCount + b]!
  return { values: byBin, channelCount: rowCount, windows: plan.spans }
}

/** All spikes of all channels, or, where the recipe matches rates, one thinning of those that can be matched. */
function chosenSpikes(
  { trains, channelIndexes, roles, startS, endS, recipe }: Omit<SnapshotsInput, 'signal'> & { trains: SpikeTrains },
  { sliding }: WindowPlan,
  interrupt: Interrupt,
): { trains: SpikeTrains; channelIndexes: Int32Array; leftOut: number[] } {
  if (recipe.rateMatching === null || sliding === null) return { trains, channelIndexes, leftOut: [] }
  const { binMs, windowS, stepS } = recipe,
    { lengthBins, stepBins } = sliding
  if (lengthBins % stepBins !== 0) throw fail('snapshots/step-not-in-window', { windowS, stepS })
  const span = { startS, endS, binMs },
    matched = matchRates(trains, channelIndexes, { span, segmentBins: stepBins, seed: recipe.rateMatching.seed }, interrupt),
    shortage = shortageOf(matched.channelIndexes, channelIndexes, roles)
  if (shortage !== null) {
    const longer = longerSegment(trains, channelIndexes, { span, segmentBins: stepBins, windowBins: lengthBins, roles }, interrupt),
      details = { ...shortage, stepS }
    if (longer === null) throw fail('snapshots/never-rate-matched', details)
    throw fail('snapshots/too-few-rate-matched', { ...details, longerStepS: (longer * binMs) / 1000 })
  }
  return { trains: matched.spikes, channelIndexes: matched.channelIndexes, leftOut: Array.from(matched.leftOut) }
}

const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** Adds the pairs of one window; returns Σ|r|. */
function addToHistogram(histogram: Float64Array, r: Float64Array): number {
  let sum = 0
  for (let pair = 0; pair < r.length; pair++) {
    const value = r[pair]!
    sum += Math.abs(value)
    histogram[Math.min(histogramBins - 1, Math.floor(((value + 1) / 2) * histogramBins))]!++
  }
  return sum
}
