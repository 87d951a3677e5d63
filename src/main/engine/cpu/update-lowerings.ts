import { rowsOf } from '../program.ts'
import { flatOf, flatUnit, joinStretches } from './flat.ts'
import type { LoweringsOf } from './lower.ts'
import { once, reads, writes } from './step.ts'

type Operation = 'clip' | 'adam'

/** The step of the parameters: their gradients' norm, and Adam. */
export const updateLowerings: LoweringsOf<Operation> = {
  clip: ({ to: { gradients, norm }, stretches, limit }, { step, scratch }) => {
    const flats = joinStretches(stretches).map((stretch) => flatOf(gradients, stretch))
    const counts = flats.map((flat) => Math.ceil(flat.rowCount / flatUnit)),
      count = counts.reduce((sum, one) => sum + one, 0)
    const sums = scratch('squares', { unit: count, one: 1 }, 'float64'),
      factor = scratch('clip factor', { one: 1 })
    flats.forEach((flat, k) => {
      const mine = rowsOf(
        sums,
        counts.slice(0, k).reduce((sum, one) => sum + one, 0),
        counts[k]!,
      )
      step({
        kernel: 'squares',
        items: flat.rowCount,
        unit: flatUnit,
        block: flatUnit,
        accesses: [reads(flat), writes(mine, 'unit')],
        words: [{ view: flat }, { view: mine }, { int: flatUnit }],
      })
    })
    step({
      kernel: 'clipNorm',
      ...once,
      accesses: [reads(sums, 'all'), writes(norm), writes(factor)],
      words: [{ at: sums }, { int: count }, { at: norm }, { at: factor }, { double: limit ?? -1 }],
    })
    if (limit === null) return
    for (const flat of flats) {
      step({
        kernel: 'scaleBy',
        items: flat.rowCount,
        unit: flatUnit,
        block: flatUnit,
        accesses: [reads(factor, 'all'), writes(flat)],
        words: [{ view: flat }, { at: factor }],
      })
    }
  },

  adam: ({ from: { gradients }, to: { parameters, mean, variance }, stretches, decay }, { step }) => {
    for (const stretch of joinStretches(stretches)) {
      const flats = [parameters, mean, variance].map((view) => flatOf(view, stretch)),
        flat = flatOf(gradients, stretch)
      step({
        kernel: 'adam',
        items: flat.rowCount,
        unit: flatUnit,
        block: flatUnit,
        accesses: [...flats.map((view) => writes(view)), reads(flat)],
        words: [...flats.map((view) => ({ view })), { view: flat }, { scalar: 'learningRate' }, { scalar: 'step' }, { float: decay }],
      })
    }
  },
}
