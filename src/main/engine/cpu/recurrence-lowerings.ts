import { columnsOf, rowsOf } from '../program.ts'
import type { LoweringsOf } from './lower.ts'
import { dealt, flag, once, reads, readsSome, unitCount, writes, writesSome } from './step.ts'

type Operation =
  | 'propagate'
  | 'gate'
  | 'gateAdjoint'
  | 'blend'
  | 'blendAdjoint'
  | 'multiply'
  | 'softplus'
  | 'softplusAdjoint'
  | 'repeat'
  | 'repeatAdjoint'
  | 'readout'
  | 'readoutAdjoint'

/** What a snapshot does to the state: propagation over its edges, gates, and what works number by number. */
export const recurrenceLowerings: LoweringsOf<Operation> = {
  propagate: ({ from: { rowStart, scale, x }, to: { out }, firstRow, accumulate, relu }, { step, scratch, facts, overwrites }) => {
    const deal = dealt(x.rowCount),
      units = unitCount(deal),
      wide = Math.ceil(x.columnCount / 8) * 8
    const scaled = scratch('scaled', { row: x.rowCount, column: wide }),
      width = x.columnCount
    const sums = facts.isComplement(rowStart) ? scratch('column sums', { unit: units, column: wide }) : null
    step({
      kernel: 'scaleRows',
      ...deal,
      accesses: [reads(x), reads(scale, 'all'), writes(scaled), ...writesSome(sums, 'unit')],
      words: [{ view: x }, { at: scale }, { int: width }, { view: scaled }, { int: wide }, { view: sums }, { int: deal.unit }],
    })
    const graph = { graph: rowStart, vertexCount: x.rowCount, firstRow } as const,
      adds = accumulate && !overwrites('out')
    const scales = columnsOf(scale, firstRow, out.rowCount)
    step({
      kernel: 'gather',
      ...dealt(out.rowCount),
      accesses: [reads(scaled, 'all'), reads(scales, 'all'), ...readsSome(sums, 'all'), writes(out)],
      words: [
        { ...graph, part: 'starts' },
        { ...graph, part: 'entries' },
        { at: scales },
        { view: scaled },
        { view: out },
        { int: width },
        flag(adds),
        flag(relu),
        { view: sums },
        { int: units },
      ],
    })
  },

  gate: ({ from: { x, bias }, to: { out }, kind }, { step }) => {
    step({
      kernel: 'gate',
      ...dealt(x.rowCount),
      accesses: [reads(x), ...readsSome(bias, 'all'), writes(out)],
      words: [{ view: x }, { at: bias }, { view: out }, { int: x.columnCount }, flag(kind === 'tanh')],
    })
  },

  gateAdjoint: ({ from: { out, dOut }, to: { dX, dBias }, kind }, { step, partials, overwrites }) => {
    const deal = dealt(out.rowCount),
      { sums, isFresh } = dBias === null ? { sums: null, isFresh: false } : partials(dBias, unitCount(deal)),
      adds = !overwrites('dX')
    step({
      kernel: 'gateAdjoint',
      ...deal,
      accesses: [reads(out), reads(dOut), writes(dX), ...writesSome(sums, 'unit')],
      words: [
        { view: out },
        { view: dOut },
        { view: dX },
        { int: out.columnCount },
        flag(kind === 'tanh'),
        flag(adds),
        { view: sums },
        { int: deal.unit },
        flag(isFresh),
      ],
    })
  },

  blend: ({ from: { u, h, c }, to: { out } }, { step }) => {
    step({
      kernel: 'blend',
      ...dealt(u.rowCount),
      accesses: [reads(u), reads(h), reads(c), writes(out)],
      words: [{ view: u }, { view: h }, { view: c }, { view: out }, { int: u.columnCount }],
    })
  },

  blendAdjoint: ({ from: { u, h, c, dOut }, to: { dU, dH, dC } }, { step, overwrites }) => {
    step({
      kernel: 'blendAdjoint',
      ...dealt(u.rowCount),
      accesses: [reads(u), reads(h), reads(c), reads(dOut), ...writesSome(dU), ...writesSome(dH), ...writesSome(dC)],
      words: [
        { view: u },
        { view: h },
        { view: c },
        { view: dOut },
        { view: dU },
        { view: dH },
        { view: dC },
        { int: u.columnCount },
        flag(!overwrites('dU')),
        flag(!overwrites('dH')),
        flag(!overwrites('dC')),
      ],
    })
  },

  multiply: ({ from: { a, b }, to: { out }, accumulate }, { step, overwrites }) => {
    step({
      kernel: 'multiply',
      ...dealt(a.rowCount),
      accesses: [reads(a), reads(b), writes(out)],
      words: [{ view: a }, { view: b }, { view: out }, { int: a.columnCount }, flag(accumulate && !overwrites('out'))],
    })
  },

  softplus: ({ from: { x }, to: { out }, floor }, { step }) => {
    step({
      kernel: 'softplus',
      ...dealt(x.rowCount),
      accesses: [reads(x), writes(out)],
      words: [{ view: x }, { view: out }, { int: x.columnCount }, { float: floor }],
    })
  },

  softplusAdjoint: ({ from: { x, dOut }, to: { dX } }, { step, overwrites }) => {
    step({
      kernel: 'softplusAdjoint',
      ...dealt(x.rowCount),
      accesses: [reads(x), reads(dOut), writes(dX)],
      words: [{ view: x }, { view: dOut }, { view: dX }, { int: x.columnCount }, flag(!overwrites('dX'))],
    })
  },

  repeat: ({ from: { x }, to: { out }, accumulate }, { step }) => {
    for (let first = 0; first < out.rowCount; first += x.rowCount) {
      const copy = rowsOf(out, first, x.rowCount)
      step({
        kernel: 'shift',
        ...dealt(x.rowCount),
        accesses: [reads(x), writes(copy)],
        words: [{ view: x }, { at: null }, { view: copy }, { int: x.columnCount }, flag(accumulate), flag(false)],
      })
    }
  },

  repeatAdjoint: ({ from: { dOut }, to: { dX } }, { step, overwrites }) => {
    step({
      kernel: 'sumCopies',
      ...dealt(dX.rowCount),
      accesses: [reads(dOut, 'all'), writes(dX)],
      words: [
        { view: dOut },
        { int: dOut.rowCount / dX.rowCount },
        { int: 4 * dX.rowCount * dOut.stride },
        { view: dX },
        { int: dX.columnCount },
        flag(!overwrites('dX')),
      ],
    })
  },

  readout: ({ from: { x }, to: { out }, kind }, { step }) => {
    const used = kind === 'mean' ? x : rowsOf(x, x.rowCount - 1, 1)
    step({
      kernel: 'readout',
      ...once,
      accesses: [reads(used, 'all'), writes(out)],
      words: [{ view: used }, { int: used.rowCount }, { at: out }, { int: x.columnCount }, flag(kind === 'mean')],
    })
  },

  readoutAdjoint: ({ from: { dOut }, to: { dX }, kind }, { step }) => {
    const used = kind === 'mean' ? dX : rowsOf(dX, dX.rowCount - 1, 1)
    step({
      kernel: 'readoutAdjoint',
      ...dealt(used.rowCount),
      accesses: [reads(dOut, 'all'), writes(used)],
      words: [{ at: dOut }, { view: used }, { int: dX.columnCount }, { float: used.rowCount }],
    })
  },
}
