import { randomStreams } from '../../../shared/domain/random.ts'
import { demand, type View } from '../program.ts'
import type { LoweringsOf } from './lower.ts'
import { dealt, flag, reads, readsSome, unitCount, writes, writesSome } from './step.ts'

type Operation = 'gaussian' | 'gaussianAdjoint' | 'divergence' | 'divergenceAdjoint' | 'edgeLoss'

/** Samples, and the two terms of the loss. */
export const lossLowerings: LoweringsOf<Operation> = {
  gaussian: ({ from: { mean, std, noise }, to: { out }, snapshot }, lowering) => {
    const { view } = lowering.noise(noiseKey(snapshot, noise, out), out.rowCount, out.columnCount)
    lowering.step({
      kernel: 'gaussian',
      ...dealt(out.rowCount),
      accesses: [reads(mean), reads(std), ...readsSome(noise), writes(view), writes(out)],
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
      accesses: [reads(dOut), reads(view), ...writesSome(dMean), ...writesSome(dStd)],
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
      accesses: [reads(mean), reads(std), reads(priorMean), reads(priorStd), ...gradients.flatMap((view) => writesSome(view))],
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
