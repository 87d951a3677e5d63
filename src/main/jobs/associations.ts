import { availableParallelism } from 'node:os'
import type { SnapshotRecipe } from '../../shared/domain/snapshot.ts'
import { startPairs, type PairWindows } from '../engine/cpu/pairs.ts'
import { startSymmetricProduct } from '../engine/cpu/symmetric-product.ts'
import type { BinnedCounts } from '../science/bins.ts'
import { circularShiftP, likelyP } from '../science/circular-null.ts'
import { correlations, rowOffset, windowCorrelation } from '../science/correlation.ts'
import type { WindowCounts } from '../science/correlation.ts'
import { filteredCorrelation, marchenkoPasturBound, surrogateBound } from '../science/eigenvalue-filter.ts'
import { nearCountNull } from '../science/near-count-null.ts'
import { ledoitWolfWeight, partialCorrelations } from '../science/partial-correlation.ts'
import { columnsOfRows, correlationOfRows, rankRows, rowsOfCounts, standardised } from '../science/rows.ts'
import { rowsShiftP } from '../science/rows-null.ts'
import { spikeTimeTiling, trainsInWindow, turnedTrains } from '../science/spike-time-tiling.ts'
import type { TrainTimes } from '../science/spike-train-times.ts'
import { addSymmetricProduct } from '../science/symmetric-product.ts'
import type { AddSymmetricProduct } from '../science/symmetric-product.ts'
import type { Rows } from '../science/trace-bins.ts'
import { leastTestedSpikes, turnedCounts, turnedRows, turnOffsets, turnsP, turnUniforms } from '../science/turning.ts'
import type { WindowBins, WindowPlan } from '../science/windows.ts'
import type { Interrupt } from './step.ts'

const manyChannels = 400

/** What is correlated: counts of all bins, or real numbers where they are of traces or smoothed. */
export type BinValues = { kind: 'counts'; counts: BinnedCounts } | { kind: 'rows'; rows: Rows }

export type AssociationsInput = {
  values: BinValues
  /** from the start of the recording; null of traces */
  trains: TrainTimes | null
  plan: WindowPlan
  recipe: Pick<SnapshotRecipe, 'association' | 'filter' | 'binMs'>
}

/** One window's pairs. */
export type WindowAssociation = {
  /** [−1, 1], upper triangle by rows; the next window may write over it */
  r: Float64Array
  /** two-sided p in the order of r, NaN where a pair is not tested; one that is certainly no discovery at the level may come as 1 */
  p: (level: number) => Float64Array
  /** pairs that a test can say something about */
  testedCount: number
}

/** A correlation that can also be had of the window with its channels turned against each other. */
type Turnable = WindowAssociation & { channelCount: number; varies: Int32Array; turned: (offsets: Int32Array) => Float64Array }

/** The recipe's measure of every pair, window after window in the order of time. @source model spec 1.4, 1.5 */
export function* associations(input: AssociationsInput, interrupt: Interrupt): Generator<WindowAssociation> {
  const { recipe, plan } = input,
    { association } = recipe
  if (association.measure === 'tiling') {
    for (const [window, span] of plan.spans.entries()) yield tilingOf(input, association, { window, span }, interrupt)
    return
  }
  let window = 0
  for (const found of association.measure === 'spearman' ? rankCorrelations(input, interrupt) : plainCorrelations(input, interrupt)) {
    const here = { window, span: plan.spans[window]! }
    if (association.measure === 'partial') yield partialOf(found, input, association.seed, here, interrupt)
    else yield recipe.filter === null ? found : filteredOf(found, recipe.filter, here, interrupt)
    window++
  }
}

type Here = { window: number; span: WindowBins }

const pairsAmong = (count: number): number => (count * (count - 1)) / 2

function* plainCorrelations({ values, plan }: AssociationsInput, interrupt: Interrupt): Generator<Turnable> {
  if (values.kind === 'rows') {
    for (const span of plan.spans)
      yield rowsTurnable(columnsOfRows(values.rows, span.firstBin, span.binCount), addSymmetricProduct, interrupt)
    return
  }
  const { counts } = values,
    machine = startPairs(counts, plan.sliding, threadCountFor(counts.channelCount))
  try {
    for (const window of machine === null ? countWindows(counts, plan, interrupt) : machineWindows(machine, plan, interrupt)) {
      const { firstBin, binCount, r } = window,
        varies = varyingChannels(counts, window)
      yield {
        r,
        p: (level) => countsP(counts, machine, window, level, interrupt),
        testedCount: pairsAmong(varies.length),
        channelCount: counts.channelCount,
        varies,
        turned: (offsets) => windowCorrelation(turnedCounts(counts, firstBin, binCount, offsets), { firstBin: 0, binCount }, interrupt).r,
      }
    }
  } finally {
    machine?.close()
  }
}

/** Further threads pay where a window takes longer than they take to wake. */
const threadCountFor = (channelCount: number): number => (channelCount >= manyChannels ? Math.min(8, availableParallelism()) : 1)

function countsP(
  counts: BinnedCounts,
  machine: PairWindows | null,
  window: WindowCounts,
  level: number,
  interrupt: Interrupt,
): Float64Array {
  const found = machine?.ofNull(interrupt)
  return found ? likelyP(found, window, level, interrupt) : circularShiftP(counts, window, interrupt, fastestProduct(), level)
}

/** The same bits as `countWindows`; the next window writes over the r of the one before. */
function* machineWindows(machine: PairWindows, { spans }: WindowPlan, interrupt: Interrupt): Generator<WindowCounts> {
  for (const { firstBin, binCount } of spans) yield { firstBin, binCount, ...machine.correlate({ firstBin, binCount }, interrupt) }
}

function* countWindows(counts: BinnedCounts, { sliding, spans }: WindowPlan, interrupt: Interrupt): Generator<WindowCounts> {
  if (sliding !== null) yield* correlations(counts, sliding, interrupt)
  else for (const span of spans) yield windowCorrelation(counts, span, interrupt)
}

/**
 * Of traces by the normal tail alone. Of counts a pair has to pass the count tail as well: ranks of sparse counts are as far
 * from normal as the counts are, and 4.5 % of independent pairs at 0.1 Hz would be edges.
 */
function* rankCorrelations({ values, plan }: AssociationsInput, interrupt: Interrupt): Generator<Turnable> {
  for (const span of plan.spans) {
    const ranked = rowsTurnable(rankRows(rowsOf(values, span), interrupt), addSymmetricProduct, interrupt)
    if (values.kind === 'rows') {
      yield ranked
      continue
    }
    const { counts } = values,
      strictP = (level: number): Float64Array => {
        const byCounts = circularShiftP(counts, windowCorrelation(counts, span, interrupt), interrupt, fastestProduct(), level)
        return ranked.p(level).map((own, pair) => Math.max(own, byCounts[pair]!))
      }
    yield { ...ranked, p: strictP }
  }
}

const rowsOf = (values: BinValues, { firstBin, binCount }: WindowBins): Rows =>
  values.kind === 'rows' ? columnsOfRows(values.rows, firstBin, binCount) : rowsOfCounts(values.counts, firstBin, binCount)

function rowsTurnable(rows: Rows, addProduct: AddSymmetricProduct, interrupt: Interrupt): Turnable {
  const scored = standardised(rows),
    r = correlationOfRows(scored, interrupt, addProduct),
    varies = varyingRows(scored)
  return {
    r,
    p: () => rowsShiftP(r, scored, interrupt, addProduct),
    testedCount: pairsAmong(varies.length),
    channelCount: rows.rowCount,
    varies,
    turned: (offsets) => correlationOfRows(turnedRows(scored, offsets), interrupt, addProduct),
  }
}

function filteredOf(
  { r, channelCount, varies, turned }: Turnable,
  filter: NonNullable<SnapshotRecipe['filter']>,
  { window, span: { binCount } }: Here,
  interrupt: Interrupt,
): WindowAssociation {
  const bound =
    filter.bound === 'marchenko-pastur'
      ? marchenkoPasturBound(varies.length, binCount)
      : surrogateBound(
          (turn) => turned(turnOffsets(filter.seed, window, turn, { channelCount, binCount })),
          { channelCount, varies },
          interrupt,
        )
  return {
    r: filteredCorrelation(r, { channelCount, varies, bound, dropsFirst: filter.dropsFirst }, interrupt),
    // recipeConflict has refused significance of what is left
    p: () => new Float64Array(r.length).fill(NaN),
    testedCount: 0,
  }
}

function partialOf(
  found: Turnable,
  { values, trains, recipe: { binMs } }: AssociationsInput,
  seed: number,
  { window, span }: Here,
  interrupt: Interrupt,
): WindowAssociation {
  const { channelCount, varies } = found,
    { binCount } = span,
    weight = ledoitWolfWeight(found, standardised(rowsOf(values, span)))
  const partial = (r: Float64Array): Float64Array => partialCorrelations({ r, channelCount, varies }, weight, interrupt)
  const r = partial(found.r),
    isVarying = new Uint8Array(channelCount)
  for (const c of varies) isVarying[c] = 1
  const spikes = trains === null ? null : spikeCountsOf(trains, span, binMs),
    isTested = pairTest(channelCount, (c) => isVarying[c] === 1 && (spikes === null || spikes[c]! >= leastTestedSpikes))
  return {
    r,
    p: () => turnsP(r, (turn) => partial(found.turned(turnOffsets(seed, window, turn, { channelCount, binCount }))), isTested),
    testedCount: isTested.reduce((sum, one) => sum + one, 0),
  }
}

/** A pair has to pass the tail of the count of near spikes as well as the normal one, as ranks of counts have. */
function tilingOf(
  { trains, recipe: { binMs } }: AssociationsInput,
  { deltaMs, seed }: { deltaMs: number; seed: number },
  { window, span: { firstBin, binCount } }: Here,
  interrupt: Interrupt,
): WindowAssociation {
  const binNs = Math.round(binMs * 1e6),
    here = trainsInWindow(trains ?? [], firstBin * binNs, (firstBin + binCount) * binNs)
  const tilingIn = (of: typeof here) => spikeTimeTiling(of, deltaMs * 1e6, interrupt),
    found = tilingIn(here),
    isTested = pairTest(here.trains.length, (c) => here.trains[c]!.length >= leastTestedSpikes)
  const strictP = (): Float64Array => {
    const counted = nearCountNull(found, here)
    const byTurns = turnsP(
      found.coefficients,
      (turn) => {
        const { coefficients, near } = tilingIn(turnedTrains(here, turnUniforms(seed, window, turn)))
        counted.add(near)
        return coefficients
      },
      isTested,
    )
    const byCounts = counted.p()
    return byTurns.map((own, pair) => Math.max(own, byCounts[pair]!))
  }
  return { r: found.coefficients, p: strictP, testedCount: isTested.reduce((sum, one) => sum + one, 0) }
}

/** 1 for every pair whose channels both pass, upper triangle by rows. */
function pairTest(channelCount: number, passes: (channel: number) => boolean): Uint8Array {
  const tested = new Uint8Array(pairsAmong(channelCount))
  for (let i = 0; i < channelCount; i++) {
    if (!passes(i)) continue
    for (let j = i + 1; j < channelCount; j++) if (passes(j)) tested[rowOffset(channelCount, i) + j] = 1
  }
  return tested
}

function spikeCountsOf(trains: TrainTimes, { firstBin, binCount }: WindowBins, binMs: number): Uint32Array {
  const binNs = Math.round(binMs * 1e6)
  return Uint32Array.from(trainsInWindow(trains, firstBin * binNs, (firstBin + binCount) * binNs).trains, ({ length }) => length)
}

/** Channels whose counts differ between bins of the window. */
function varyingChannels({ channelCount, binStarts, channels, counts }: BinnedCounts, { firstBin, binCount }: WindowBins): Int32Array {
  const sum = new Float64Array(channelCount),
    squares = new Float64Array(channelCount)
  for (let e = binStarts[firstBin]!; e < binStarts[firstBin + binCount]!; e++) {
    sum[channels[e]!]! += counts[e]!
    squares[channels[e]!]! += counts[e]! ** 2
  }
  return Int32Array.from(Array.from(sum.keys()).filter((c) => binCount * squares[c]! > sum[c]! ** 2))
}

function varyingRows({ rows, rowCount, columnCount }: Rows): Int32Array {
  const varies: number[] = []
  for (let i = 0; i < rowCount; i++) {
    const row = rows.subarray(i * columnCount, (i + 1) * columnCount)
    if (row.some((value) => value !== 0)) varies.push(i)
  }
  return Int32Array.from(varies)
}

/** The compiled loop where it starts and the numbers are small enough for it, the plain one elsewhere: the same bits. */
function fastestProduct(): AddSymmetricProduct {
  const compiled = startSymmetricProduct()
  return (sums, rows, shape, interrupt) => {
    if (!compiled?.(sums, rows, shape, interrupt)) addSymmetricProduct(sums, rows, shape, interrupt)
  }
}
