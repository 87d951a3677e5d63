import { columnsOf, rowsOf, type View } from '../program.ts'
import type { LoweringsOf } from './lower.ts'
import { dealt, flag, once, reads, readsSome, unitCount, writes, writesSome } from './step.ts'

type Operation = 'attend' | 'attendAdjoint'

/** Attention over earlier states. */
export const attentionLowerings: LoweringsOf<Operation> = {
  attend: ({ from: { query, newKey, newState, keys, states }, to: { out, weights } }, { step }) => {
    const earlier = keys?.rowCount ?? 0,
      width = weights.columnCount,
      mine = columnsOf(weights, width - 1 - earlier, earlier + 1)
    step({
      kernel: 'attendWeights',
      ...once,
      accesses: [reads(query), reads(newKey), ...readsSome(keys, 'all'), writes(weights)],
      words: [{ at: query }, { at: newKey }, { view: keys }, { int: earlier }, { int: query.columnCount }, { at: weights }, { int: width }],
    })
    step({
      kernel: 'mix',
      ...dealt(newState.rowCount),
      accesses: [reads(newState), ...earlierStates(states, earlier).map((view) => reads(view)), reads(mine, 'all'), writes(out)],
      words: [
        { view: newState },
        { view: states },
        { int: stateBytes(states, newState) },
        { int: earlier },
        { at: mine },
        { view: out },
        { int: out.columnCount },
      ],
    })
  },

  attendAdjoint: ({ from, to }, { step, scratch, overwrites }) => {
    const { query, newKey, newState, keys, states, weights, dOut } = from,
      earlier = keys?.rowCount ?? 0
    const deal = dealt(newState.rowCount),
      units = unitCount(deal),
      mine = columnsOf(weights, weights.columnCount - 1 - earlier, earlier + 1)
    const sums = scratch('products with states', { unit: units, state: earlier + 1 }, 'float64')
    step({
      kernel: 'attendDots',
      ...deal,
      accesses: [reads(dOut), reads(newState), ...earlierStates(states, earlier).map((view) => reads(view)), writes(sums, 'unit')],
      words: [
        { view: dOut },
        { view: newState },
        { view: states },
        { int: stateBytes(states, newState) },
        { int: earlier },
        { int: dOut.columnCount },
        { view: sums },
        { int: deal.unit },
      ],
    })
    step({
      kernel: 'attendSlopes',
      ...once,
      accesses: [
        reads(sums, 'all'),
        reads(mine, 'all'),
        reads(query),
        reads(newKey),
        ...readsSome(keys, 'all'),
        ...writesSome(to.dQuery),
        ...writesSome(to.dNewKey),
        ...writesSome(to.dKeys, 'all'),
      ],
      words: [
        { view: sums },
        { int: units },
        { int: earlier },
        { at: mine },
        { at: query },
        { at: newKey },
        { view: keys },
        { int: query.columnCount },
        { at: to.dQuery },
        { at: to.dNewKey },
        { view: to.dKeys },
      ],
    })
    const weigh = (k: number, dState: View, adds: boolean): void => {
      const weight = columnsOf(mine, k, 1)
      step({
        kernel: 'addWeighted',
        ...deal,
        accesses: [reads(dOut), reads(weight, 'all'), writes(dState)],
        words: [{ view: dOut }, { at: weight }, { view: dState }, { int: dOut.columnCount }, flag(adds)],
      })
    }
    if (to.dNewState !== null) weigh(earlier, to.dNewState, !overwrites('dNewState'))
    earlierStates(to.dStates, earlier).forEach((dState, k) => weigh(k, dState, true))
  },
}

const stateBytes = (states: View | null, newState: View): number => (states === null ? 0 : 4 * newState.rowCount * states.stride)

/** The earlier states, or their gradients, one by one. */
function earlierStates(states: View | null, earlier: number): View[] {
  if (states === null) return []
  const rowCount = states.rowCount / earlier
  return Array.from({ length: earlier }, (_, k) => rowsOf(states, k * rowCount, rowCount))
}
