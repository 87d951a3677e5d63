// Every instruction in kernels. One table by operation, so over 300 lines; words are in the order of the kernels' comments.
import { randomStreams } from '../../../shared/domain/random.ts'
import type { AnyInstruction } from '../operations/instructions.ts'
import { columnsOf, demand, rowsOf, type Tensor, type View } from '../program.ts'
import { flatOf, flatUnit, joinStretches } from './flat.ts'
import type { Lowering } from './lower.ts'
import { rowLowerings } from './row-lowerings.ts'
import { tileSize } from './symmetric.ts'
import { dealt, reads, unitCount, writes, type Access, type Word } from './step.ts'

type Lowerings = { readonly [I in AnyInstruction as I['op']]: (instruction: I, lowering: Lowering) => void }

const flag = (isSet: boolean): Word => ({ int: isSet ? 1 : 0 })
const read = (view: View | null, meets: Access['meets'] = 'item'): Access[] => (view === null ? [] : [reads(view, meets)])
const write = (view: View | null, meets: Access['meets'] = 'item'): Access[] => (view === null ? [] : [writes(view, meets)])
const once = { items: 1, unit: 1, block: 1 } as const

/** Inputs of a product so wide that its weight gradient deals out their columns, not the rows. */
const wideInput = 128

export const lowerings: Lowerings = {
  ...rowLowerings,

  fill: ({ to: { out }, value }, { step }) => {
    const perNumber = out.tensor.type === 'float64' ? 2 : 1
    demand(value === 0 || perNumber === 1, 'fill: float64 tensors are filled with 0 only')
    step({
      kernel: 'fill',
      ...dealt(out.rowCount),
      accesses: [writes(out)],
      words: [{ view: out }, { int: out.columnCount * perNumber }, { float: value }],
    })
  },

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
        accesses: [reads(weight), ...read(bias, 'all'), writes(out)],
        words: [{ view: weight }, { at: bias }, { view: out }, { int: out.columnCount }, flag(adds), flag(relu)],
      })
      return
    }
    const packed = panels(weight, transposed)
    step({
      kernel: 'affine',
      ...dealt(x.rowCount),
      accesses: [reads(x), reads(packed, 'all'), ...read(bias, 'all'), writes(out)],
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
      accesses: [reads(x), reads(scale, 'all'), writes(scaled), ...write(sums, 'unit')],
      words: [{ view: x }, { at: scale }, { int: width }, { view: scaled }, { int: wide }, { view: sums }, { int: deal.unit }],
    })
    const graph = { graph: rowStart, vertexCount: x.rowCount, firstRow } as const,
      adds = accumulate && !overwrites('out')
    const scales = columnsOf(scale, firstRow, out.rowCount)
    step({
      kernel: 'gather',
      ...dealt(out.rowCount),
      accesses: [reads(scaled, 'all'), reads(scales, 'all'), ...read(sums, 'all'), writes(out)],
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
      accesses: [reads(x), ...read(bias, 'all'), writes(out)],
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
      accesses: [reads(out), reads(dOut), writes(dX), ...write(sums, 'unit')],
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
      accesses: [reads(u), reads(h), reads(c), reads(dOut), ...write(dU), ...write(dH), ...write(dC)],
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

  gaussian: ({ from: { mean, std, noise }, to: { out }, snapshot }, lowering) => {
    const { view } = lowering.noise(noiseKey(snapshot, noise, out), out.rowCount, out.columnCount)
    lowering.step({
      kernel: 'gaussian',
      ...dealt(out.rowCount),
      accesses: [reads(mean), reads(std), ...read(noise), writes(view), writes(out)],
      words: [
        { view: mean },
        { view: std },
        { view: noise },
        { view },
        { view: out },
        { int: out.columnCount },
        { int: snapshot },
        { int: randomStreams.indexOf('noise') },
        { scalar: 'seed' },
        { scalar: 'epoch' },
        { scalar: 'noiseScale' },
      ],
    })
  },

  gaussianAdjoint: ({ from: { dOut, noise }, to: { dMean, dStd }, snapshot }, lowering) => {
    const { view, isDrawn } = lowering.noise(noiseKey(snapshot, noise, dOut), dOut.rowCount, dOut.columnCount)
    demand(isDrawn, 'gaussianAdjoint: no sample was drawn before')
    lowering.step({
      kernel: 'gaussianAdjoint',
      ...dealt(dOut.rowCount),
      accesses: [reads(dOut), reads(view), ...write(dMean), ...write(dStd)],
      words: [
        { view: dOut },
        { view },
        { view: dMean },
        { view: dStd },
        { int: dOut.columnCount },
        flag(!lowering.overwrites('dMean')),
        flag(!lowering.overwrites('dStd')),
      ],
    })
  },

  divergence: ({ from: { mean, std, priorMean, priorStd }, to: { sum }, epsilon }, { step, scratch, later }) => {
    const deal = dealt(mean.rowCount),
      sums = scratch('divergence', { unit: unitCount(deal), one: 1 }, 'float64')
    step({
      kernel: 'divergence',
      ...deal,
      accesses: [reads(mean), reads(std), reads(priorMean), reads(priorStd), writes(sums, 'unit')],
      words: [
        { view: mean },
        { view: std },
        { view: priorMean },
        { view: priorStd },
        { int: mean.columnCount },
        { float: epsilon },
        { view: sums },
        { int: deal.unit },
      ],
    })
    later({ to: sum, sums, factor: 0.5 / mean.rowCount / mean.rowCount, adds: false })
  },

  divergenceAdjoint: ({ from: { mean, std, priorMean, priorStd }, to, epsilon, weight }, { step, overwrites }) => {
    const gradients = [to.dMean, to.dStd, to.dPriorMean, to.dPriorStd]
    step({
      kernel: 'divergenceAdjoint',
      ...dealt(mean.rowCount),
      accesses: [reads(mean), reads(std), reads(priorMean), reads(priorStd), ...gradients.flatMap((view) => write(view))],
      words: [
        { view: mean },
        { view: std },
        { view: priorMean },
        { view: priorStd },
        ...gradients.map((view) => ({ view })),
        { int: mean.columnCount },
        { float: epsilon },
        { scalar: weight },
        { float: 1 / mean.rowCount / mean.rowCount },
        ...['dMean', 'dStd', 'dPriorMean', 'dPriorStd'].map((name) => flag(!overwrites(name))),
      ],
    })
  },

  edgeLoss: (instruction, { step, scratch, facts, later, overwrites }) => {
    const {
      from: { rowStart, heldRowStart, z },
      to: { sum, dZ },
      firstRow,
      rowCount,
      withDiagonal,
    } = instruction
    demand(firstRow === 0 && rowCount === z.rowCount && z.columnCount <= 8, 'edgeLoss: all rows of at most 8 columns at once')
    const n = z.rowCount,
      padded = Math.ceil(n / 64) * 64,
      pieces = pieceCount(n),
      { edge, perPair } = facts.edgeWeights(instruction)
    const points = scratch('points', { row: padded, latent: 8 }),
      transposed = scratch('points across', { latent: 8, row: padded })
    const slopes = scratch('slopes', { piece: pieces, number: padded * 8 }),
      sums = scratch('losses', { piece: pieces, one: 1 }, 'float64')
    const graph = { graph: rowStart, vertexCount: n, firstRow: 0 } as const
    step({
      kernel: 'edgePoints',
      items: padded,
      unit: 64,
      block: 64,
      accesses: [reads(z, 'all'), writes(points), writes(transposed, 'all')],
      words: [{ view: z }, { int: n }, { int: z.columnCount }, { int: padded }, { at: points }, { at: transposed }],
    })
    step({
      kernel: 'edgeLoss',
      items: pieces,
      unit: 1,
      block: 1,
      isApart: true,
      accesses: [reads(points, 'all'), reads(transposed, 'all'), writes(slopes), writes(sums)],
      words: [
        { at: points },
        { at: transposed },
        { int: padded },
        { int: n },
        { ...graph, part: 'bits' },
        { int: padded / 8 },
        { masks: true },
        { ...graph, part: 'bounds' },
        { double: edge },
        { view: slopes },
        { view: sums },
        flag(withDiagonal),
        heldRowStart === null ? { int: 0 } : { graph: heldRowStart, vertexCount: n, firstRow: 0, part: 'bits' },
      ],
    })
    later({ to: sum, sums, factor: perPair, adds: true })
    if (dZ === null) return
    step({
      kernel: 'edgeGradient',
      ...dealt(n),
      accesses: [reads(slopes, 'all'), writes(dZ)],
      words: [
        { view: slopes },
        { int: pieces },
        { ...graph, part: 'bounds' },
        { view: dZ },
        { int: z.columnCount },
        { float: 2 * perPair },
        flag(!overwrites('dZ')),
      ],
    })
  },

  attend: ({ from: { query, newKey, newState, keys, states }, to: { out, weights } }, { step }) => {
    const earlier = keys?.rowCount ?? 0,
      width = weights.columnCount,
      mine = columnsOf(weights, width - 1 - earlier, earlier + 1)
    step({
      kernel: 'attendWeights',
      ...once,
      accesses: [reads(query), reads(newKey), ...read(keys, 'all'), writes(weights)],
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
        ...read(keys, 'all'),
        ...write(to.dQuery),
        ...write(to.dNewKey),
        ...write(to.dKeys, 'all'),
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
    accesses: [reads(packed, 'all'), ...read(bias, 'all'), writes(out)],
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

const noiseKey = (snapshot: number, noise: View | null, like: View): string =>
  `${snapshot} ${noise?.tensor.id} ${noise?.offset} ${like.rowCount} ${like.columnCount}`

/** Pieces of a triangle, each a task for a thread. */
function pieceCount(n: number): number {
  if (n <= 256) return 1
  return n <= 1500 ? 4 : 8
}

/** Rows where pieces of equal area of the upper triangle begin, on tiles; the last entry is the end. */
export function pieceBounds(n: number): Int32Array {
  const pieces = pieceCount(n),
    end = Math.ceil(n / 32) * 32
  return Int32Array.from({ length: pieces + 1 }, (_, k) =>
    k === pieces ? end : Math.floor((n * (1 - Math.sqrt(1 - k / pieces))) / 32) * 32,
  )
}

const stateBytes = (states: View | null, newState: View): number => (states === null ? 0 : 4 * newState.rowCount * states.stride)

/** The earlier states, or their gradients, one by one. */
function earlierStates(states: View | null, earlier: number): View[] {
  if (states === null) return []
  const rowCount = states.rowCount / earlier
  return Array.from({ length: earlier }, (_, k) => rowsOf(states, k * rowCount, rowCount))
}
