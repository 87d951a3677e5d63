import type { AnyInstruction } from './operations/instructions.ts'
import { sections, type Program, type Tensor, type View } from './program.ts'

type Of<Op extends AnyInstruction['op']> = Extract<AnyInstruction, { op: Op }>
type Say = (view: View | null) => string

const relu = (isOn: boolean, sum: string): string => (isOn ? `relu(${sum})` : sum)
const adds = (accumulates: boolean): string => (accumulates ? '+=' : '=')
const plus = (bias: string): string => (bias === '' ? '' : ` + ${bias}`)
/** `a += x; b += y` without what is not wanted */
const each = (...sums: [name: string, sum: string][]): string =>
  sums.flatMap(([name, sum]) => (name === '' ? [] : [`${name} += ${sum}`])).join('; ')

/** Â of one snapshot, by the row of its graph's row starts. */
const graph = ({ rowStart }: { rowStart: View }): string => `Â[${rowStart.offset / rowStart.stride}]`

/** How every operation reads; `say` names a view. dX stands for ∂loss/∂X. */
const equations: { readonly [Op in AnyInstruction['op']]: (instruction: Of<Op>, say: Say) => string } = {
  affine: ({ from: { x, weight, bias }, to, transposed, accumulate, relu: isRelu }, say) => {
    const product = `${x === null ? '' : `${say(x)} · `}${say(weight)}${transposed ? 'ᵀ' : ''}`
    return `${say(to.out)} ${adds(accumulate)} ${relu(isRelu, product + plus(say(bias)))}`
  },
  affineWeightGradient: ({ from: { x, dOut }, to }, say) => `${say(to.dWeight)} += ${x === null ? '' : `${say(x)}ᵀ · `}${say(dOut)}`,
  affineBiasGradient: ({ from, to }, say) => `${say(to.dBias)} += Σ rows of ${say(from.dOut)}`,
  propagate: ({ from, to, accumulate, relu: isRelu }, say) =>
    `${say(to.out)} ${adds(accumulate)} ${relu(isRelu, `${graph(from)} · ${say(from.x)}`)}`,
  rectify: ({ from, to }, say) => `${say(to.dOut)} = 0 where ${say(from.out)} = 0`,
  gate: ({ from, to, kind }, say) => `${say(to.out)} = ${kind}(${say(from.x)}${plus(say(from.bias))})`,
  gateAdjoint: ({ from: { out, dOut }, to: { dX, dBias }, kind }, say) => {
    const slope = kind === 'tanh' ? `(1 − ${say(out)}²)` : `${say(out)} ⊙ (1 − ${say(out)})`
    return each([say(dX), `${say(dOut)} ⊙ ${slope}`], [say(dBias), 'Σ rows of the same'])
  },
  blend: ({ from: { u, h, c }, to }, say) => `${say(to.out)} = ${say(u)} ⊙ ${say(h)} + (1 − ${say(u)}) ⊙ ${say(c)}`,
  blendAdjoint: ({ from: { u, h, c, dOut }, to }, say) =>
    each(
      [say(to.dU), `${say(dOut)} ⊙ (${say(h)} − ${say(c)})`],
      [say(to.dH), `${say(dOut)} ⊙ ${say(u)}`],
      [say(to.dC), `${say(dOut)} ⊙ (1 − ${say(u)})`],
    ),
  gaussian: ({ from: { mean, std, noise }, to, snapshot }, say) =>
    `${say(to.out)} = ${say(mean)} + ${noise === null ? `ε(snapshot ${snapshot})` : say(noise)} ⊙ ${say(std)}`,
  gaussianAdjoint: ({ from: { dOut, noise }, to, snapshot }, say) =>
    each([say(to.dMean), say(dOut)], [say(to.dStd), `${say(dOut)} ⊙ ${noise === null ? `ε(snapshot ${snapshot})` : say(noise)}`]),
  divergence: ({ from: { mean, std, priorMean, priorStd }, to }, say) =>
    `${say(to.sum)} = KL(N(${say(mean)}, ${say(std)}²) ‖ N(${say(priorMean)}, ${say(priorStd)}²))`,
  divergenceAdjoint: ({ to, weight }, say) =>
    `${list([to.dMean, to.dStd, to.dPriorMean, to.dPriorStd], say)} += ${weight} · slopes of that KL`,
  edgeLoss: ({ from: { rowStart, z, heldRowStart }, to, withDiagonal }, say) =>
    `${list([to.sum, to.dZ], say)} += Σ${withDiagonal ? '' : ' i≠j'} BCE(${say(z)} · ${say(z)}ᵀ, A[${rowStart.offset / rowStart.stride}])${heldRowStart === null ? '' : ' without held-out pairs'}${to.dZ === null ? '' : ' and its slope'}`,
  readout: ({ from, to, kind }, say) => `${say(to.out)} = ${kind === 'last' ? 'last row' : 'mean of the rows'} of ${say(from.x)}`,
  readoutAdjoint: ({ from, to, kind }, say) =>
    `${kind === 'last' ? 'last row' : 'every row'} of ${say(to.dX)} += ${say(from.dOut)}${kind === 'last' ? '' : ` / ${to.dX.rowCount}`}`,
  attend: ({ from: { query, newKey, newState, keys, states }, to }, say) =>
    `${say(to.weights)} = softmax(${say(query)} · [${list([keys, newKey], say)}]ᵀ / √${query.columnCount}); ${say(to.out)} = Σ weight · state of [${list([states, newState], say)}]`,
  attendAdjoint: ({ from, to }, say) =>
    `${list([to.dQuery, to.dKeys, to.dNewKey, to.dStates, to.dNewState], say)} += slopes of that mixture for ${say(from.dOut)}`,
  softplus: ({ from, to, floor }, say) => `${say(to.out)} = log(1 + exp ${say(from.x)})${floor === 0 ? '' : ` + ${floor}`}`,
  softplusAdjoint: ({ from, to }, say) => `${say(to.dX)} += ${say(from.dOut)} ⊙ sigmoid(${say(from.x)})`,
  multiply: ({ from: { a, b }, to, accumulate }, say) => `${say(to.out)} ${adds(accumulate)} ${say(a)} ⊙ ${say(b)}`,
  fill: ({ to, value }, say) => `${say(to.out)} = ${value}`,
  repeat: ({ from, to, accumulate }, say) => `${say(to.out)} ${adds(accumulate)} ${say(from.x)}, block by block`,
  repeatAdjoint: ({ from, to }, say) => `${say(to.dX)} += Σ blocks of ${say(from.dOut)}`,
  blockProduct: ({ from: { a, b }, to, blockCount, transposesA, transposesB, scale, accumulate }, say) =>
    `${say(to.out)} ${adds(accumulate)} ${scale === 1 ? '' : `${scale} `}${say(a)}${transposesA ? 'ᵀ' : ''} · ${say(b)}${transposesB ? 'ᵀ' : ''}${blockCount === 1 ? '' : `, each of ${blockCount} blocks`}`,
  crossEntropy: ({ from: { x, target }, to, scale }, say) =>
    `${say(to.sum)} = ${scale} Σ rows log Σ exp ${say(x)}${target === null ? '' : ` − ${say(x)} at ${say(target)}`}`,
  crossEntropyAdjoint: ({ from: { x, target }, to, scale }, say) =>
    `${say(to.dX)} += ${scale} (softmax ${say(x)}${target === null ? '' : ` − 1 at ${say(target)}`})`,
  gelu: ({ from, to }, say) => `${say(to.out)} = gelu(${say(from.x)})`,
  geluAdjoint: ({ from, to }, say) => `${say(to.dX)} += ${say(from.dOut)} ⊙ gelu′(${say(from.x)})`,
  lookup: ({ from, to }, say) => `${say(to.out)} = rows ${say(from.index)} of ${say(from.table)}`,
  lookupAdjoint: ({ from, to }, say) => `rows ${say(from.index)} of ${say(to.dTable)} += ${say(from.dOut)}`,
  normalise: ({ from, to, centres, epsilon, factor }, say) =>
    `${say(to.out)} = ${factor === 1 ? '' : `${factor} `}c / √(mean c² + ${epsilon}) by rows, c = ${say(from.x)}${centres ? ' − its mean' : ''}`,
  normaliseAdjoint: ({ from, to }, say) => `${say(to.dX)} += slope of that norm at ${say(from.x)} for ${say(from.dOut)}`,
  scaleShift: ({ from: { x, gain, bias }, to }, say) => `${say(to.out)} = ${say(x)} ⊙ ${say(gain)} + ${say(bias)}`,
  scaleShiftAdjoint: ({ from: { x, gain, dOut }, to }, say) =>
    each(
      [say(to.dX), `${say(dOut)} ⊙ ${say(gain)}`],
      [say(to.dGain), `Σ rows of ${say(dOut)} ⊙ ${say(x)}`],
      [say(to.dBias), `Σ rows of ${say(dOut)}`],
    ),
  softmax: ({ from, to }, say) => `${say(to.out)} = softmax of the rows of ${say(from.x)}`,
  softmaxAdjoint: ({ from: { out, dOut }, to }, say) =>
    `${say(to.dX)} += ${say(out)} ⊙ (${say(dOut)} − Σ of the row of ${say(out)} ⊙ ${say(dOut)})`,
  squaredError: ({ from: { x, y }, to, edgeWeight, scale }, say) =>
    `${say(to.sum)} = ${scale} Σ w (${say(x)} − ${say(y)})², w = ${edgeWeight} where ${say(y)} > 0, else 1`,
  squaredErrorAdjoint: ({ from: { x, y }, to, scale }, say) =>
    each([say(to.dX), `${2 * scale} w ⊙ (${say(x)} − ${say(y)})`], [say(to.dY), `${2 * scale} w ⊙ (${say(y)} − ${say(x)})`]),
  penalise: ({ from, to, l1, l2 }, say) =>
    `${say(to.gradients)} += ${l1} sign(${say(from.parameters)}) + ${2 * l2} ${say(from.parameters)}`,
  clip: ({ to, limit }, say) =>
    `${say(to.norm)} = ‖${say(to.gradients)}‖${limit === null ? '' : `; ${say(to.gradients)} ⊙= min(1, ${limit} / ${say(to.norm)})`}`,
  adam: ({ from, to, decay }, say) =>
    `${say(to.parameters)} −= learningRate · Adam(${say(from.gradients)}; ${say(to.mean)}, ${say(to.variance)})${decay === 0 ? '' : `, shrunk by ${decay}`}`,
  nesterov: ({ from, to, momentum }, say) =>
    `${list(Object.values(to), say)} = Nesterov step of ${say(from.gradients)}, momentum ${momentum}`,
}

const list = (views: readonly (View | null)[], say: Say): string =>
  views
    .map(say)
    .filter((name) => name !== '')
    .join(', ')

/**
 * A view by its tensor and, where it is not all of it, its place: `states[2]` is a block of the first dimension, `states[0:2]`
 * some of them, `latent[:, :, 0:8]` columns. In a tensor of named parts it has the part's name, `enc.W[0:32]` some rows of it.
 */
function nameOf(view: View | null): string {
  if (view === null) return ''
  const { tensor, offset, rowCount, columnCount } = view,
    part = tensor.parts?.findLast((one) => one.offset <= offset)
  if (part !== undefined && rowCount * columnCount < tensor.length) {
    const first = (offset - part.offset) / part.columnCount
    return `${tensor.name.startsWith('d ') ? 'd ' : ''}${part.name}${rowCount === part.rowCount ? '' : `[${first}:${first + rowCount}]`}`
  }
  const index = indexOf(view, tensor)
  return `${tensor.name}${index.every((one) => one === ':') ? '' : `[${index.join(', ')}]`}`
}

/** One entry per dimension, without those at the end that are whole; a single row has none. */
function indexOf({ offset, rowCount, columnCount, stride }: View, { shape }: Tensor): string[] {
  const sizes = Object.values(shape),
    firstRow = Math.floor(offset / stride),
    rows = sizes.slice(0, -1).reduce((product, size) => product * size, 1),
    block = sizes.slice(1, -1).reduce((product, size) => product * size, 1)
  const span = (first: number, count: number, all: number): string =>
    count === all ? ':' : count === 1 ? String(first) : `${first}:${first + count}`
  const index: string[] = []
  if (firstRow % block === 0 && rowCount % block === 0) {
    if (rows > 1) index.push(span(firstRow / block, rowCount / block, rows / block))
    if (block > 1) index.push(':')
  } else index.push(String(Math.floor(firstRow / block)), span(firstRow % block, rowCount, block))
  index.push(span(offset % stride, columnCount, sizes.at(-1) ?? 1))
  while (index.at(-1) === ':') index.pop()
  return index
}

/** A program as text, one instruction a line, as an equation. */
export function print(program: Program): string {
  const line = (instruction: AnyInstruction): string => {
    const say = equations[instruction.op] as (one: AnyInstruction, say: Say) => string
    return `  ${say(instruction, nameOf)}`
  }
  return sections.map((section) => [section, ...(program[section] as readonly AnyInstruction[]).map(line)].join('\n')).join('\n')
}
