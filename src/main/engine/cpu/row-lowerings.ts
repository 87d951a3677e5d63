import type { View } from '../program.ts'
import { flatOf, flatUnit, joinStretches } from './flat.ts'
import type { Lowering, LoweringsOf } from './lower.ts'
import { dealt, flag, reads, unitCount, writes, type Access, type Word } from './step.ts'

type RowOperation =
  | 'blockProduct'
  | 'crossEntropy'
  | 'crossEntropyAdjoint'
  | 'gelu'
  | 'geluAdjoint'
  | 'lookup'
  | 'lookupAdjoint'
  | 'nesterov'
  | 'normalise'
  | 'normaliseAdjoint'
  | 'penalise'
  | 'scaleShift'
  | 'scaleShiftAdjoint'
  | 'softmax'
  | 'softmaxAdjoint'
  | 'squaredError'
  | 'squaredErrorAdjoint'

const some = (views: readonly (View | null)[], make: (view: View) => Access): Access[] =>
  views.filter((view) => view !== null).map((view) => make(view))

/** What the baselines need besides, in kernels: rows that need nothing but themselves, blocks, and flat updates. */
export const rowLowerings: LoweringsOf<RowOperation> = {
  blockProduct: ({ from: { a, b }, to: { out }, blockCount, transposesA, transposesB, scale, accumulate }, { step }) => {
    const perBlock = (view: View): Word => ({ int: view.rowCount / blockCount })
    step({
      kernel: 'blockProduct',
      ...dealt(out.rowCount),
      accesses: [reads(a, 'all'), reads(b, 'all'), writes(out)],
      words: [
        { view: a },
        { view: b },
        { view: out },
        perBlock(out),
        perBlock(a),
        perBlock(b),
        transposesA ? perBlock(a) : { int: a.columnCount },
        { int: out.columnCount },
        flag(transposesA),
        flag(transposesB),
        { float: scale },
        flag(accumulate),
      ],
    })
  },

  lookup: ({ from: { table, index }, to: { out } }, { step }) => {
    step({
      kernel: 'lookup',
      ...dealt(out.rowCount),
      accesses: [reads(table, 'all'), reads(index), writes(out)],
      words: [{ view: table }, { view: index }, { view: out }, { int: out.columnCount }],
    })
  },

  lookupAdjoint: ({ from: { index, dOut }, to: { dTable } }, { step }) => {
    step({
      kernel: 'lookupAdjoint',
      ...dealt(dTable.rowCount),
      accesses: [reads(index, 'all'), reads(dOut, 'all'), writes(dTable)],
      words: [{ view: index }, { int: index.rowCount }, { view: dOut }, { view: dTable }, { int: dOut.columnCount }],
    })
  },

  softmax: ({ from: { x }, to: { out } }, lowering) => rowStep(lowering, 'softmax', { reads: [x], writes: [out] }, x),
  softmaxAdjoint: ({ from: { out, dOut }, to: { dX } }, lowering) =>
    rowStep(lowering, 'softmaxAdjoint', { reads: [out, dOut], writes: [dX] }, out),
  gelu: ({ from: { x }, to: { out } }, lowering) => rowStep(lowering, 'gelu', { reads: [x], writes: [out] }, x),
  geluAdjoint: ({ from: { x, dOut }, to: { dX } }, lowering) => rowStep(lowering, 'geluAdjoint', { reads: [x, dOut], writes: [dX] }, x),

  normalise: ({ from: { x }, to: { out }, centres, epsilon, factor }, lowering) =>
    rowStep(lowering, 'normalise', { reads: [x], writes: [out] }, x, [flag(centres), { float: epsilon }, { float: factor }]),
  normaliseAdjoint: ({ from: { x, dOut }, to: { dX }, centres, epsilon, factor }, lowering) =>
    rowStep(lowering, 'normaliseAdjoint', { reads: [x, dOut], writes: [dX] }, x, [flag(centres), { float: epsilon }, { float: factor }]),

  scaleShift: ({ from: { x, gain, bias }, to: { out } }, { step }) => {
    step({
      kernel: 'scaleShift',
      ...dealt(x.rowCount),
      accesses: [reads(x), reads(gain, 'all'), reads(bias, 'all'), writes(out)],
      words: [{ view: x }, { at: gain }, { at: bias }, { view: out }, { int: x.columnCount }],
    })
  },

  scaleShiftAdjoint: ({ from: { x, gain, dOut }, to: { dX, dGain, dBias } }, { step, partials }) => {
    const deal = dealt(x.rowCount),
      gains = partials(dGain, unitCount(deal)),
      biases = partials(dBias, unitCount(deal))
    step({
      kernel: 'scaleShiftAdjoint',
      ...deal,
      accesses: [reads(x), reads(gain, 'all'), reads(dOut), writes(dX), writes(gains.sums, 'unit'), writes(biases.sums, 'unit')],
      words: [
        { view: x },
        { at: gain },
        { view: dOut },
        { view: dX },
        { int: x.columnCount },
        { view: gains.sums },
        { view: biases.sums },
        { int: deal.unit },
        flag(gains.isFresh),
        flag(biases.isFresh),
      ],
    })
  },

  crossEntropy: ({ from: { x, target }, to: { sum }, scale }, { step, scratch, later }) => {
    const deal = dealt(x.rowCount),
      sums = scratch('cross-entropies', { unit: unitCount(deal), one: 1 }, 'float64')
    step({
      kernel: 'crossEntropy',
      ...deal,
      accesses: [reads(x), ...some([target], (view) => reads(view)), writes(sums, 'unit')],
      words: [{ view: x }, { view: target }, { int: x.columnCount }, { view: sums }, { int: deal.unit }],
    })
    later({ to: sum, sums, factor: scale, adds: false })
  },
  crossEntropyAdjoint: ({ from: { x, target }, to: { dX }, scale }, { step }) => {
    step({
      kernel: 'crossEntropyAdjoint',
      ...dealt(x.rowCount),
      accesses: [reads(x), ...some([target], (view) => reads(view)), writes(dX)],
      words: [{ view: x }, { view: target }, { view: dX }, { int: x.columnCount }, { float: scale }],
    })
  },

  squaredError: ({ from: { x, y }, to: { sum }, edgeWeight, scale }, { step, scratch, later }) => {
    const deal = dealt(x.rowCount),
      sums = scratch('squared errors', { unit: unitCount(deal), one: 1 }, 'float64')
    step({
      kernel: 'squaredError',
      ...deal,
      accesses: [reads(x), reads(y), writes(sums, 'unit')],
      words: [{ view: x }, { view: y }, { int: x.columnCount }, { float: edgeWeight }, { view: sums }, { int: deal.unit }],
    })
    later({ to: sum, sums, factor: scale, adds: false })
  },
  squaredErrorAdjoint: ({ from: { x, y }, to: { dX, dY }, edgeWeight, scale }, { step }) => {
    step({
      kernel: 'squaredErrorAdjoint',
      ...dealt(x.rowCount),
      accesses: [reads(x), reads(y), ...some([dX, dY], (view) => writes(view))],
      words: [{ view: x }, { view: y }, { view: dX }, { view: dY }, { int: x.columnCount }, { float: edgeWeight }, { float: 2 * scale }],
    })
  },

  penalise: ({ from: { parameters }, to: { gradients }, stretches, l1, l2 }, { step }) => {
    for (const stretch of joinStretches(stretches)) {
      const flat = flatOf(parameters, stretch),
        d = flatOf(gradients, stretch)
      step({
        kernel: 'penalise',
        items: flat.rowCount,
        unit: flatUnit,
        block: flatUnit,
        accesses: [reads(flat), writes(d)],
        words: [{ view: flat }, { view: d }, { float: l1 }, { float: 2 * l2 }],
      })
    }
  },

  nesterov: ({ from: { gradients }, to: { parameters, velocity }, stretches, momentum }, { step }) => {
    for (const stretch of joinStretches(stretches)) {
      const flats = [parameters, velocity].map((view) => flatOf(view, stretch)),
        d = flatOf(gradients, stretch)
      step({
        kernel: 'nesterov',
        items: d.rowCount,
        unit: flatUnit,
        block: flatUnit,
        accesses: [...flats.map((view) => writes(view)), reads(d)],
        words: [...flats.map((view) => ({ view })), { view: d }, { scalar: 'learningRate' }, { float: momentum }],
      })
    }
  },
}

type RowKernel = 'softmax' | 'softmaxAdjoint' | 'gelu' | 'geluAdjoint' | 'normalise' | 'normaliseAdjoint'

/** A kernel whose words are the views it reads, the views it writes, the columns, and some more. */
function rowStep(
  { step }: Lowering,
  kernel: RowKernel,
  views: { reads: readonly View[]; writes: readonly View[] },
  { rowCount, columnCount }: View,
  more: readonly Word[] = [],
): void {
  step({
    kernel,
    ...dealt(rowCount),
    accesses: [...views.reads.map((view) => reads(view)), ...views.writes.map((view) => writes(view))],
    words: [...views.reads, ...views.writes].map<Word>((view) => ({ view })).concat({ int: columnCount }, more),
  })
}
