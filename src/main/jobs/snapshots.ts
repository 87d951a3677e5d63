import { fail } from '../../shared/contract/errors.ts'
import type { Role } from '../../shared/domain/region.ts'
import type { LeftOut, Snapshot, SnapshotRecipe } from '../../shared/domain/snapshot.ts'
import { startSymmetricProduct } from '../engine/cpu/symmetric-product.ts'
import { asOccupancy, binSpikes } from '../science/bins.ts'
import type { SpikeTrains } from '../science/bins.ts'
import { circularShiftP } from '../science/circular-null.ts'
import { correlations, toFixedPoint } from '../science/correlation.ts'
import { edgesOf, significantEdges } from '../science/edges.ts'
import { longerSegment, matchRates, shortageOf } from '../science/rate-matching.ts'
import { degrees, silentChannelCounts, windowRatesHz } from '../science/rates.ts'
import { addSymmetricProduct } from '../science/symmetric-product.ts'
import type { AddSymmetricProduct } from '../science/symmetric-product.ts'
import { windowsByLength } from '../science/windows.ts'
import type { Windows } from '../science/windows.ts'
import type { Interrupt, StepNotice } from './step.ts'

export const leastChannels = 3
const histogramBins = 100

export type SnapshotsInput = {
  spikes: SpikeTrains
  /** the recording covers [startS, endS) on the clock of the spikes */
  startS: number
  endS: number
  /** channels that are not excluded, [channelCount] */
  channelIndexes: Int32Array
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
  /** spikes per second, whatever the recipe's values, [snapshotCount, channelCount] */
  rateHz: Float32Array
  /** [snapshotCount, channelCount] */
  degree: Int32Array
  /** pairs of all windows by r, 100 equal bins over [from, to], 1 in the last */
  rHistogram: { from: number; to: number; counts: Float64Array }
}

/**
 * From spikes to the graphs of all windows (model spec 1.2 to 1.5).
 * @throws recordings/too-few-channels, snapshots/window-not-whole-bins, snapshots/window-too-few-bins,
 *   snapshots/window-longer-than-recording, snapshots/too-many-windows, snapshots/step-not-in-window,
 *   snapshots/too-few-rate-matched, snapshots/never-rate-matched
 */
export function* makeSnapshots(input: SnapshotsInput, interrupt: Interrupt): Generator<StepNotice, SnapshotsResult> {
  const { recipe, previewOnly, startS, endS } = input
  const { binMs } = recipe,
    found = input.channelIndexes.length
  if (found < leastChannels) throw fail('recordings/too-few-channels', { found, needed: leastChannels })
  const windows = windowsByLength({ startS, endS }, recipe),
    { windowCount, lengthBins, stepBins } = windows

  yield { kind: 'progress', done: 0, total: 1, phase: 'bins' }
  const { spikes, channelIndexes, leftOut } = chosenSpikes(input, windows, interrupt),
    channelCount = channelIndexes.length
  const counts = binSpikes(spikes, channelIndexes, { startS, endS, binMs }, interrupt)
  interrupt()
  const rateHz = windowRatesHz(counts, windows, binMs),
    silent = silentChannelCounts(rateHz, channelCount)
  yield { kind: 'progress', done: 1, total: 1, phase: 'bins' }

  const values = recipe.values === 'occupancy' ? asOccupancy(counts) : counts
  const snapshots: Snapshot[] = [],
    edges: Uint16Array[] = [],
    r: Int16Array[] = []
  const addProduct = fastestProduct()
  const degree = new Int32Array(windowCount * channelCount),
    histogram = new Float64Array(histogramBins)
  yield { kind: 'progress', done: 0, total: windowCount, phase: 'correlation' }
  for (const window of correlations(values, windows, interrupt)) {
    const index = snapshots.length,
      { r: exactR } = window,
      rule = recipe.edges
    interrupt()
    if (rule.rule === 'significance') yield { kind: 'progress', done: index, total: windowCount, phase: 'null' }
    const edgesHere =
      rule.rule === 'significance'
        ? significantEdges(exactR, circularShiftP(values, window, interrupt, addProduct, rule.alpha), channelCount, rule.alpha)
        : edgesOf(exactR, channelCount, rule)
    interrupt()
    const edgeCount = edgesHere.pairs.length / 2
    snapshots.push({
      index,
      startS: (index * stepBins * binMs) / 1000,
      endS: ((index * stepBins + lengthBins) * binMs) / 1000,
      edgeCount,
      density: edgeCount / exactR.length,
      thresholdR: edgesHere.thresholdR,
      meanAbsoluteR: addToHistogram(histogram, exactR) / exactR.length,
      meanRateHz: mean(rateHz.subarray(index * channelCount, (index + 1) * channelCount)),
      silentChannelCount: silent[index]!,
    })
    degree.set(degrees(edgesHere.pairs, channelCount), index * channelCount)
    if (!previewOnly) {
      edges.push(edgesHere.pairs)
      r.push(toFixedPoint(exactR))
    }
    interrupt()
    yield { kind: 'progress', done: index + 1, total: windowCount, phase: index + 1 < windowCount ? 'correlation' : 'edges' }
  }
  return { snapshots, channelIndexes, leftOut, edges, r, rateHz, degree, rHistogram: { from: -1, to: 1, counts: histogram } }
}

/** All spikes of all channels, or, where the recipe matches rates, one thinning of those that can be matched. */
function chosenSpikes(
  { spikes, channelIndexes, roles, startS, endS, recipe }: SnapshotsInput,
  { lengthBins, stepBins }: Windows,
  interrupt: Interrupt,
): { spikes: SpikeTrains; channelIndexes: Int32Array; leftOut: LeftOut } {
  if (recipe.rateMatching === null) return { spikes, channelIndexes, leftOut: { channelIndexes: [] } }
  const { binMs, windowS, stepS } = recipe
  if (lengthBins % stepBins !== 0) throw fail('snapshots/step-not-in-window', { windowS, stepS })
  const span = { startS, endS, binMs },
    matched = matchRates(spikes, channelIndexes, { span, segmentBins: stepBins, seed: recipe.rateMatching.seed }, interrupt),
    shortage = shortageOf(matched.channelIndexes, channelIndexes, roles)
  if (shortage !== null) {
    const longer = longerSegment(spikes, channelIndexes, { span, segmentBins: stepBins, windowBins: lengthBins, roles }, interrupt),
      details = { ...shortage, stepS }
    if (longer === null) throw fail('snapshots/never-rate-matched', details)
    throw fail('snapshots/too-few-rate-matched', { ...details, longerStepS: (longer * binMs) / 1000 })
  }
  return { spikes: matched.spikes, channelIndexes: matched.channelIndexes, leftOut: { channelIndexes: Array.from(matched.leftOut) } }
}

/** The compiled loop where it starts and the numbers are small enough for it, the plain one elsewhere: the same bits. */
function fastestProduct(): AddSymmetricProduct {
  const compiled = startSymmetricProduct()
  return (sums, rows, shape, interrupt) => {
    if (!compiled?.(sums, rows, shape, interrupt)) addSymmetricProduct(sums, rows, shape, interrupt)
  }
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
