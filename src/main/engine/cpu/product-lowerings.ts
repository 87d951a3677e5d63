import { demand, rowsOf, type Tensor, type View } from '../program.ts'
import type { Lowering, LoweringsOf } from './lower.ts'
import { tileSize } from './symmetric.ts'
import { dealt, flag, reads, readsSome, unitCount, writes } from './step.ts'

/** Inputs of a product so wide that its weight gradient deals out their columns, not the rows. */
const wideInput = 128

type Operation = 'affine' | 'affineWeightGradient' | 'affineBiasGradient' | 'rectify'

/** Dense products and their gradients; of a symmetric input half is kept. */
export const productLowerings: LoweringsOf<Operation> = {
  affine: ({ from: { x, weight, bias }, to: { out }, transposed, accumulate, relu }, { step, panels, overwrites, facts }) => {
    const adds = accumulate && !overwrites('out')
    if (x !== null && facts.isSymmetric(x.tensor)) {
      demand(!transposed, 'affine: a symmetric input is never a weight')
      for (const { matrix, rows } of matricesOf(x, out)) {
        const packed = panels(weight, false)
        step(symmetricStep(x.tensor, matrix, packed, { bias, out: rows, adds, relu }))
      }
      return
    }
    if (x === null) {
      step({
        kernel: 'shift',
        ...dealt(out.rowCount),
        accesses: [reads(weight), ...readsSome(bias, 'all'), writes(out)],
        words: [{ view: weight }, { at: bias }, { view: out }, { int: out.columnCount }, flag(adds), flag(relu)],
      })
      return
    }
    const packed = panels(weight, transposed)
    step({
      kernel: 'affine',
      ...dealt(x.rowCount),
      accesses: [reads(x), reads(packed, 'all'), ...readsSome(bias, 'all'), writes(out)],
      words: [
        { view: x },
        { at: packed },
        { at: bias },
        { view: out },
        { int: x.columnCount },
        { int: out.columnCount },
        flag(adds),
        flag(relu),
      ],
    })
  },

  affineWeightGradient: ({ from: { x, dOut }, to: { dWeight } }, { step, partials, packed, facts }) => {
    if (x !== null && facts.isSymmetric(x.tensor)) {
      // Xᵀ is X: the same product, once for each matrix
      for (const { matrix, rows } of matricesOf(x, dOut)) {
        step(symmetricStep(x.tensor, matrix, packed(rows), { bias: null, out: dWeight, adds: true, relu: false }))
      }
      return
    }
    if (x === null) {
      step({
        kernel: 'shift',
        ...dealt(dOut.rowCount),
        accesses: [reads(dOut), writes(dWeight)],
        words: [{ view: dOut }, { at: null }, { view: dWeight }, { int: dOut.columnCount }, flag(true), flag(false)],
      })
      return
    }
    if (x.columnCount >= wideInput && dOut.columnCount % 8 === 0) {
      step({
        kernel: 'wideWeightGradient',
        items: x.columnCount,
        unit: 32,
        block: 32,
        isApart: true,
        accesses: [reads(x, 'all'), reads(dOut, 'all'), writes(dWeight)],
        words: [{ view: x }, { view: dOut }, { int: x.rowCount }, { int: dOut.columnCount }, { view: dWeight }, flag(true)],
      })
      return
    }
    const deal = dealt(x.rowCount),
      { sums, isFresh } = partials(dWeight, unitCount(deal))
    step({
      kernel: 'weightGradient',
      ...deal,
      accesses: [reads(x), reads(dOut), writes(sums, 'unit')],
      words: [
        { view: x },
        { view: dOut },
        { int: x.columnCount },
        { int: dOut.columnCount },
        { view: sums },
        { int: deal.unit },
        flag(isFresh),
      ],
    })
  },

  affineBiasGradient: ({ from: { dOut }, to: { dBias } }, { step, partials }) => {
    const deal = dealt(dOut.rowCount),
      { sums, isFresh } = partials(dBias, unitCount(deal))
    step({
      kernel: 'columnSums',
      ...deal,
      accesses: [reads(dOut), writes(sums, 'unit')],
      words: [{ view: dOut }, { int: dOut.columnCount }, { view: sums }, { int: deal.unit }, flag(isFresh)],
    })
  },

  rectify: ({ from: { out }, to: { dOut } }, { step }) => {
    step({
      kernel: 'rectify',
      ...dealt(out.rowCount),
      accesses: [reads(out), reads(dOut), writes(dOut)],
      words: [{ view: out }, { view: dOut }, { int: out.columnCount }],
    })
  },
}

/** The matrices of a stack that a view covers, each with its rows of the other side of the product. */
function matricesOf({ offset, rowCount, columnCount }: View, other: View): { matrix: number; rows: View }[] {
  const numbers = columnCount * columnCount
  demand(offset % numbers === 0 && rowCount % columnCount === 0, 'a symmetric input is taken in whole matrices')
  return Array.from({ length: rowCount / columnCount }, (_, k) => ({
    matrix: offset / numbers + k,
    rows: rowsOf(other, k * columnCount, columnCount),
  }))
}

type SymmetricProduct = { bias: View | null; out: View; adds: boolean; relu: boolean }

function symmetricStep(
  x: Tensor,
  matrix: number,
  packed: View,
  { bias, out, adds, relu }: SymmetricProduct,
): Parameters<Lowering['step']>[0] {
  demand(out.columnCount % 8 === 0, 'a product of a symmetric input has a multiple of 8 columns')
  return {
    kernel: 'symmetricProduct',
    items: out.rowCount,
    unit: tileSize,
    block: tileSize,
    accesses: [reads(packed, 'all'), ...readsSome(bias, 'all'), writes(out)],
    words: [
      { tilesOf: x.name, matrix },
      { int: out.rowCount },
      { at: packed },
      { at: bias },
      { view: out },
      { int: out.columnCount },
      flag(adds),
      flag(relu),
    ],
  }
}
