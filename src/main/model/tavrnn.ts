import type { ModelRecipe } from '../../shared/domain/model-run.ts'
import { adam } from '../engine/operations/adam.ts'
import { affine } from '../engine/operations/affine.ts'
import { attend } from '../engine/operations/attend.ts'
import { blend } from '../engine/operations/blend.ts'
import { clip } from '../engine/operations/clip.ts'
import { divergence } from '../engine/operations/divergence.ts'
import { edgeLoss } from '../engine/operations/edge-loss.ts'
import { fill } from '../engine/operations/fill.ts'
import { gate } from '../engine/operations/gate.ts'
import { gaussian } from '../engine/operations/gaussian.ts'
import { multiply } from '../engine/operations/multiply.ts'
import { propagate, type GraphViews } from '../engine/operations/propagate.ts'
import { readout } from '../engine/operations/readout.ts'
import { repeat } from '../engine/operations/repeat.ts'
import { softplus } from '../engine/operations/softplus.ts'
import { columnsOf, rowsOf, type Program, type View } from '../engine/program.ts'
import { createRecorder, type Recorder } from '../engine/recorder.ts'
import { hiddenCount as H, latentCount as Z, parameterCount, parameterPlaces, trainedStretches } from './parameters.ts'

/** What the program's memory depends on; `entryCount` counts the ones of all Ã. */
export type TavrnnSize = { snapshotCount: number; channelCount: number; entryCount: number }

/** The settings that shape the program; those that change from epoch to epoch are scalars. */
export type TavrnnSettings = Pick<
  ModelRecipe,
  'preset' | 'features' | 'historyNode' | 'attentionWidth' | 'lossOver' | 'trainedGru' | 'sigmaFloor' | 'klEpsilon' | 'clipNorm'
>

/**
 * One epoch of TAVRNN and where its tensors are. Inputs, by name: rowStart, columns, scale; features with rows; noise when
 * given. Scalars: seed, epoch, noiseScale (0 for a pass without noise), klWeight, learningRate, step.
 */
export type Tavrnn = {
  program: Program
  /** flat, [1, parameterCount]; the other three lie like it */
  parameters: View
  gradients: View
  adamMean: View
  adamVariance: View
  /** [T·V, 8] each, snapshot after snapshot */
  mean: View
  std: View
  z: View
  priorMean: View
  priorStd: View
  /** attended states h_t, [T·V, 32] */
  h: View
  /** [T, states attended to at most], aligned to the right */
  attention: View
  /** [1, T] each, float64 */
  nll: View
  kl: View
  /** before clipping, [1, 1], float64 */
  gradientNorm: View
}

/** Columns of the products that are propagated together: the encoder's, then the gates'. */
const encoderColumns = 0,
  gateColumns = H,
  candidateColumns = 3 * H,
  productColumns = 4 * H

/**
 * Records one epoch: forward, backward, clip and Adam. By linearity Â is applied to sums of products, 32 + 16 + 64 + 32
 * columns per snapshot, and everything that does not depend on h is computed for all snapshots at once.
 * @param noise 'drawn' from the counter-based generator or 'given' as an input, [T·V, 8]
 * @source model spec 2
 */
export function recordTavrnn(size: TavrnnSize, settings: TavrnnSettings, noise: 'drawn' | 'given' = 'drawn'): Tavrnn {
  const recorder = createRecorder(),
    { snapshotCount: T } = size,
    V = size.channelCount + (settings.historyNode ? 1 : 0)
  const flat = recorder.tensor('parameters', { parameter: parameterCount(V) }, 'parameter')
  const context: Context = {
    recorder,
    settings,
    T,
    V,
    counted: settings.lossOver === 'all' ? V : size.channelCount,
    p: parameterViews(flat, V),
    snapshot: (view, t) => rowsOf(view, t * V, V),
    sequence: (name, columns, role) => recorder.tensor(name, { snapshot: T, vertex: V, column: columns }, role),
    graphs: graphInputs(recorder, T, V, size.entryCount),
    given: noise === 'given' ? recorder.tensor('noise', { snapshot: T, vertex: V, latent: Z }, 'input') : null,
  }
  const products = recordInputProducts(context)
  const unrolled = recordRecurrence(context, products)
  const losses = recordLosses(context, unrolled)
  recorder.writeBackward()

  recorder.beginUpdate()
  const stretches = trainedStretches(V, settings.trainedGru),
    gradients = recorder.gradient(flat)!
  const adamMean = recorder.tensor('adam mean', flat.tensor.shape, 'kept')
  const adamVariance = recorder.tensor('adam variance', flat.tensor.shape, 'kept')
  const gradientNorm = recorder.tensor('gradient norm', { one: 1 }, 'kept', 'float64')
  clip(recorder, gradients, gradientNorm, { stretches, limit: settings.clipNorm })
  adam(recorder, { parameters: flat, mean: adamMean, variance: adamVariance }, gradients, stretches)
  const h = rowsOf(unrolled.states, V, T * V)
  return { program: recorder.finish(), parameters: flat, gradients, adamMean, adamVariance, gradientNorm, ...unrolled, ...losses, h }
}

type Context = {
  recorder: Recorder
  settings: TavrnnSettings
  T: number
  V: number
  /** vertices in the losses */
  counted: number
  /** a parameter by its stored name */
  p: (name: string) => View
  snapshot: (view: View, t: number) => View
  sequence: (name: string, columns: number, role?: 'kept' | 'value') => View
  graphs: readonly GraphViews[]
  given: View | null
}

function parameterViews(flat: View, featureCount: number): (name: string) => View {
  const places = new Map(parameterPlaces(featureCount).map((place) => [place.name, place]))
  return (name) => {
    const { offset, rowCount, columnCount } = places.get(name)!
    return { tensor: flat.tensor, offset, rowCount, columnCount, stride: columnCount }
  }
}

function graphInputs(recorder: Recorder, T: number, V: number, entryCount: number): GraphViews[] {
  const rowStart = recorder.tensor('rowStart', { snapshot: T, start: V + 1 }, 'input', 'uint32')
  const columns = recorder.tensor('columns', { entry: entryCount }, 'input', 'uint16')
  const scale = recorder.tensor('scale', { snapshot: T, vertex: V }, 'input')
  return Array.from({ length: T }, (_, t) => ({ rowStart: rowsOf(rowStart, t, 1), columns, scale: rowsOf(scale, t, 1) }))
}

/** φx and its share of all products, [T·V, 128]: the recurrence adds the shares of h and φz. */
function recordInputProducts({ recorder, settings, T, V, p, sequence }: Context): View {
  const products = sequence('products', productColumns),
    isIdentity = settings.features === 'identity'
  // With identity features φx is the same in every snapshot.
  const once = { vertex: V, column: H }
  const phiX = isIdentity ? recorder.tensor('phi_x', once) : sequence('phi_x', H)
  const x = isIdentity ? 'identity' : recorder.tensor('features', { snapshot: T, vertex: V, feature: V }, 'input')
  affine(recorder, x, p('phi_x.W'), phiX, { bias: p('phi_x.b'), relu: true })

  const own = isIdentity ? recorder.tensor('phi_x products', { ...once, column: productColumns }) : products
  const weights = ['enc.W', 'gru.update.Wx', 'gru.reset.Wx', 'gru.candidate.Wx']
  weights.forEach((name, k) => affine(recorder, phiX, rowsOf(p(name), 0, H), columnsOf(own, k * H, H)))
  if (isIdentity) repeat(recorder, own, products)
  return products
}

type Unrolled = { states: View; mean: View; std: View; z: View; attention: View }

/** The recurrence over snapshots: encoder, sample, graph GRU, attention (model spec 2.1). */
function recordRecurrence(context: Context, products: View): Unrolled {
  const { recorder, settings, T, V, p, snapshot, sequence, graphs, given } = context
  const width = settings.attentionWidth ?? T
  // Row block t holds h_{t−1}; the first is the zero state.
  const states = recorder.tensor('states', { snapshot: T + 1, vertex: V, hidden: H }, 'kept')
  fill(recorder, rowsOf(states, 0, V), 0)
  const e = sequence('e', H),
    latentProducts = sequence('latent products', 2 * Z),
    latent = sequence('latent', 2 * Z, 'kept')
  const std = sequence('std', Z, 'kept'),
    z = sequence('z', Z, 'kept'),
    phiZ = sequence('phi_z', H)
  const u = sequence('u', H),
    r = sequence('r', H),
    rh = sequence('r h', H),
    c = sequence('c', H)
  const attention = recorder.tensor('attention', { snapshot: T, state: width }, 'kept')
  const attender = createAttender(context, states, attention, width)

  for (let t = 0; t < T; t++) {
    const at = (view: View): View => snapshot(view, t),
      h = snapshot(states, t),
      graph = graphs[t]!
    const encoderSum = columnsOf(at(products), encoderColumns, H)
    affine(recorder, h, rowsOf(p('enc.W'), H, H), encoderSum, { accumulate: true })
    propagate(recorder, graph, encoderSum, at(e), { relu: true })
    affine(recorder, at(e), p('enc_mean.W'), columnsOf(at(latentProducts), 0, Z))
    affine(recorder, at(e), p('enc_std.W'), columnsOf(at(latentProducts), Z, Z))
    propagate(recorder, graph, at(latentProducts), at(latent))
    softplus(recorder, columnsOf(at(latent), Z, Z), at(std), settings.sigmaFloor)
    gaussian(recorder, { mean: columnsOf(at(latent), 0, Z), std: at(std), noise: given && at(given) }, at(z), t)
    affine(recorder, at(z), p('phi_z.W'), at(phiZ), { bias: p('phi_z.b'), relu: true })

    const gateSums = recorder.tensor(`gates ${t}`, { vertex: V, column: 2 * H })
    for (const [k, name] of ['update', 'reset'].entries()) {
      const sum = columnsOf(at(products), gateColumns + k * H, H)
      affine(recorder, at(phiZ), rowsOf(p(`gru.${name}.Wx`), H, H), sum, { accumulate: true })
      affine(recorder, h, p(`gru.${name}.Wh`), sum, { accumulate: true })
    }
    propagate(recorder, graph, columnsOf(at(products), gateColumns, 2 * H), gateSums)
    gate(recorder, 'sigmoid', columnsOf(gateSums, 0, H), p('gru.update.b'), at(u))
    gate(recorder, 'sigmoid', columnsOf(gateSums, H, H), p('gru.reset.b'), at(r))

    multiply(recorder, at(r), h, at(rh))
    const candidateProducts = columnsOf(at(products), candidateColumns, H)
    affine(recorder, at(phiZ), rowsOf(p('gru.candidate.Wx'), H, H), candidateProducts, { accumulate: true })
    affine(recorder, at(rh), p('gru.candidate.Wh'), candidateProducts, { accumulate: true })
    const candidateSum = recorder.tensor(`candidate ${t}`, { vertex: V, column: H })
    propagate(recorder, graph, candidateProducts, candidateSum)
    gate(recorder, 'tanh', candidateSum, p('gru.candidate.b'), at(c))
    attender(t, (s) => blend(recorder, { u: at(u), h, c: at(c) }, s))
  }
  return { states, mean: columnsOf(latent, 0, Z), std, z, attention }
}

/** Temporal attention: makes s_t, looks back over attended states, and writes h_t into the next block of `states`. */
function createAttender(context: Context, states: View, attention: View, width: number): (t: number, make: (s: View) => void) => void {
  const { recorder, settings, T, V, p, snapshot, sequence } = context
  const kind = settings.preset === 'published' || settings.historyNode ? 'last' : 'mean'
  const rows = (name: string): View => recorder.tensor(name, { snapshot: T, hidden: H })
  const s = sequence('s', H),
    mix = sequence('mix', H)
  const newViews = rows('views of s'),
    queries = rows('queries'),
    newKeys = rows('keys of s'),
    views = rows('views of h'),
    keys = rows('keys of h')

  return (t, make) => {
    const row = (view: View): View => rowsOf(view, t, 1),
      newState = snapshot(s, t),
      first = Math.max(0, t + 1 - width)
    make(newState)
    readout(recorder, kind, newState, row(newViews))
    affine(recorder, row(newViews), p('attention.query.W'), row(queries), { bias: p('attention.query.b') })
    affine(recorder, row(newViews), p('attention.key.W'), row(newKeys), { bias: p('attention.key.b') })
    attend(
      recorder,
      {
        query: row(queries),
        newKey: row(newKeys),
        newState,
        keys: first < t ? rowsOf(keys, first, t - first) : null,
        states: first < t ? rowsOf(states, (first + 1) * V, (t - first) * V) : null,
      },
      snapshot(mix, t),
      row(attention),
    )
    const h = snapshot(states, t + 1)
    affine(recorder, snapshot(mix, t), p('attention.value.W'), h, { bias: p('attention.value.b') })
    if (t + 1 === T || width === 1) return
    readout(recorder, kind, h, row(views))
    affine(recorder, row(views), p('attention.key.W'), row(keys), { bias: p('attention.key.b') })
  }
}

/** The prior from h_{t−1} and both loss terms, of all snapshots (model spec 2.2). */
function recordLosses(context: Context, { states, mean, std, z }: Unrolled): Pick<Tavrnn, 'priorMean' | 'priorStd' | 'nll' | 'kl'> {
  const { recorder, settings, T, V, counted, p, snapshot, sequence, graphs } = context
  const q = sequence('q', H),
    priorMean = sequence('prior mean', Z, 'kept'),
    priorIn = sequence('prior in', Z)
  const priorStd = sequence('prior std', Z, 'kept'),
    before = rowsOf(states, 0, T * V)
  affine(recorder, before, p('prior.W'), q, { bias: p('prior.b'), relu: true })
  affine(recorder, q, p('prior_mean.W'), priorMean, { bias: p('prior_mean.b') })
  affine(recorder, q, p('prior_std.W'), priorIn, { bias: p('prior_std.b') })
  softplus(recorder, priorIn, priorStd, settings.sigmaFloor)

  const nll = recorder.tensor('nll', { snapshot: T }, 'kept', 'float64'),
    kl = recorder.tensor('kl', { snapshot: T }, 'kept', 'float64')
  fill(recorder, nll, 0)
  for (let t = 0; t < T; t++) {
    const of = (view: View): View => rowsOf(snapshot(view, t), 0, counted)
    const gaussians = { mean: of(mean), std: of(std), priorMean: of(priorMean), priorStd: of(priorStd) }
    divergence(recorder, gaussians, columnsOf(kl, t, 1), { epsilon: settings.klEpsilon, weight: 'klWeight' })
    edgeLoss(recorder, graphs[t]!, of(z), columnsOf(nll, t, 1), { withDiagonal: settings.lossOver === 'all' })
  }
  return { priorMean, priorStd, nll, kl }
}
