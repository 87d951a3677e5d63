import type { ModelRecipe } from '../../shared/domain/model-run.ts'
import { adam } from '../engine/operations/adam.ts'
import { affine } from '../engine/operations/affine.ts'
import { attend } from '../engine/operations/attend.ts'
import { blend } from '../engine/operations/blend.ts'
import { clip } from '../engine/operations/clip.ts'
import { divergence } from '../engine/operations/divergence.ts'
import { edgeLoss, type HeldOutViews } from '../engine/operations/edge-loss.ts'
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
import { familyOf, type Family, type FamilySettings } from './family.ts'
import { featureCountOf, hiddenCount as H, latentCount as Z, parameterCount, parameterPlaces, trainedStretches } from './parameters.ts'

/** What the program's memory depends on; `entryCount` counts the ones of all Ã, `heldEntryCount` the pairs held out twice. */
export type TavrnnSize = { snapshotCount: number; channelCount: number; entryCount: number; heldEntryCount?: number }

/** The settings that shape the program; those that change from epoch to epoch are scalars. */
export type TavrnnSettings = FamilySettings &
  Pick<
    ModelRecipe,
    'preset' | 'features' | 'historyNode' | 'attentionWidth' | 'lossOver' | 'trainedGru' | 'sigmaFloor' | 'klEpsilon' | 'clipNorm'
  >

/**
 * One epoch of TAVRNN, or of a member of its family, and where its tensors are. Inputs, by name: rowStart, columns, scale; features but with identity; heldRowStart
 * and heldColumns where pairs are held out; noise when
 * given. Scalars: seed, epoch, noiseScale (0 for a pass without noise), klWeight, learningRate, step.
 */
export type Tavrnn = {
  program: Program
  /** flat, [1, parameterCount]; the other three lie like it */
  parameters: View
  gradients: View
  adamMean: View
  adamVariance: View
  /** [T·V, 8] each, snapshot after snapshot; without variation std is 0 and z is the mean */
  mean: View
  std: View
  z: View
  /** like mean; [V, 8] where h has no part in it, null without variation */
  priorMean: View | null
  priorStd: View | null
  /** states h_t, [T·V, 32]; null without recurrence */
  h: View | null
  /** [T, states attended to at most], aligned to the right; null without attention */
  attention: View | null
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
    V = size.channelCount + (settings.historyNode ? 1 : 0),
    F = featureCountOf(size.channelCount, settings)
  const flat = recorder.parameters(parameterCount(F), parameterPlaces(F))
  const context: Context = {
    recorder,
    settings,
    family: familyOf(settings),
    T,
    V,
    counted: settings.lossOver === 'all' ? V : size.channelCount,
    F,
    p: parameterViews(flat, F),
    snapshot: (view, t) => rowsOf(view, t * V, V),
    sequence: (name, columns, role) => recorder.tensor(name, { snapshot: T, vertex: V, column: columns }, role),
    graphs: graphInputs(recorder, T, V, size.entryCount),
    held: heldInputs(recorder, size),
    given: noise === 'given' ? recorder.tensor('noise', { snapshot: T, vertex: V, latent: Z }, 'input') : null,
  }
  const products = recordInputProducts(context)
  const unrolled = recordSnapshots(context, products)
  const losses = recordLosses(context, unrolled)
  recorder.writeBackward()

  recorder.beginUpdate()
  const stretches = trainedStretches(F, settings),
    gradients = recorder.gradient(flat)!
  const adamMean = recorder.tensor('adam mean', flat.tensor.shape, 'kept')
  const adamVariance = recorder.tensor('adam variance', flat.tensor.shape, 'kept')
  const gradientNorm = recorder.tensor('gradient norm', { one: 1 }, 'kept', 'float64')
  clip(recorder, gradients, gradientNorm, { stretches, limit: settings.clipNorm })
  adam(recorder, { parameters: flat, mean: adamMean, variance: adamVariance }, gradients, stretches)
  const h = unrolled.states && rowsOf(unrolled.states, V, T * V)
  return { program: recorder.finish(), parameters: flat, gradients, adamMean, adamVariance, gradientNorm, ...unrolled, ...losses, h }
}

type Context = {
  recorder: Recorder
  settings: TavrnnSettings
  family: Family
  T: number
  V: number
  /** columns of the features */
  F: number
  /** vertices in the losses */
  counted: number
  /** a parameter by its stored name */
  p: (name: string) => View
  snapshot: (view: View, t: number) => View
  sequence: (name: string, columns: number, role?: 'kept' | 'value') => View
  graphs: readonly GraphViews[]
  /** pairs that the losses leave out, by snapshot; null: none */
  held: readonly HeldOutViews[] | null
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

/** Pairs held out, as CSR over the channels of every snapshot. */
function heldInputs(recorder: Recorder, { snapshotCount: T, channelCount, heldEntryCount = 0 }: TavrnnSize): HeldOutViews[] | null {
  if (heldEntryCount === 0) return null
  const heldRowStart = recorder.tensor('heldRowStart', { snapshot: T, start: channelCount + 1 }, 'input', 'uint32'),
    heldColumns = recorder.tensor('heldColumns', { entry: heldEntryCount }, 'input', 'uint16')
  return Array.from({ length: T }, (_, t) => ({ heldRowStart: rowsOf(heldRowStart, t, 1), heldColumns }))
}

/** φx and its share of all products, [T·V, 128]: the recurrence adds the shares of h and φz. Without it, the encoder's 32. */
function recordInputProducts({ recorder, settings, family, T, V, F, p, sequence }: Context): View {
  const width = family.recurrence ? productColumns : H,
    products = sequence('products', width),
    isIdentity = settings.features === 'identity'
  // With identity features φx is the same in every snapshot.
  const once = { vertex: V, column: H }
  const phiX = isIdentity ? recorder.tensor('phi_x', once) : sequence('phi_x', H)
  const x = isIdentity ? 'identity' : recorder.tensor('features', { snapshot: T, vertex: V, feature: F }, 'input')
  affine(recorder, x, p('phi_x.W'), phiX, { bias: p('phi_x.b'), relu: true })

  const own = isIdentity ? recorder.tensor('phi_x products', { ...once, column: width }) : products
  const weights = ['enc.W', ...(family.recurrence ? ['gru.update.Wx', 'gru.reset.Wx', 'gru.candidate.Wx'] : [])]
  weights.forEach((name, k) => affine(recorder, phiX, rowsOf(p(name), 0, H), columnsOf(own, k * H, H)))
  if (isIdentity) repeat(recorder, own, products)
  return products
}

type Unrolled = { states: View | null; mean: View; std: View; z: View; attention: View | null }

/** Every snapshot in order of time: encoder, sample, and what is carried on to the next (model spec 2.1). */
function recordSnapshots(context: Context, products: View): Unrolled {
  const { recorder, family, T, p, snapshot, sequence, graphs } = context
  const e = sequence('e', H),
    encode = createEncoder(context)
  const carry = family.recurrence ? createRecurrence(context, products, encode.z) : null
  for (let t = 0; t < T; t++) {
    const encoderSum = columnsOf(snapshot(products, t), encoderColumns, H)
    if (carry !== null) affine(recorder, snapshot(carry.states, t), rowsOf(p('enc.W'), H, H), encoderSum, { accumulate: true })
    propagate(recorder, graphs[t]!, encoderSum, snapshot(e, t), { relu: true })
    encode.at(t, snapshot(e, t))
    carry?.at(t)
  }
  const { mean, std, z } = encode
  return { states: carry?.states ?? null, mean, std, z, attention: carry?.attention ?? null }
}

/** μ, σ and the sample z of a snapshot from e; without variation μ alone. */
function createEncoder({ recorder, settings, family, T, V, p, snapshot, sequence, graphs, given }: Context) {
  const width = family.variation ? 2 * Z : Z
  const latentProducts = sequence('latent products', width),
    latent = sequence('latent', width, 'kept'),
    mean = columnsOf(latent, 0, Z)
  const std = sequence('std', Z, 'kept'),
    z = family.variation ? sequence('z', Z, 'kept') : mean
  if (!family.variation) fill(recorder, rowsOf(std, 0, T * V), 0)
  const at = (t: number, e: View): void => {
    const graph = graphs[t]!,
      products = snapshot(latentProducts, t)
    affine(recorder, e, p('enc_mean.W'), columnsOf(products, 0, Z))
    if (family.variation) affine(recorder, e, p('enc_std.W'), columnsOf(products, Z, Z))
    propagate(recorder, graph, products, snapshot(latent, t))
    if (!family.variation) return
    softplus(recorder, columnsOf(snapshot(latent, t), Z, Z), snapshot(std, t), settings.sigmaFloor)
    const sample = { mean: snapshot(mean, t), std: snapshot(std, t), noise: given && snapshot(given, t) }
    gaussian(recorder, sample, snapshot(z, t), t)
  }
  return { mean, std, z, at }
}

/** The graph GRU and attention: from z_t and h_{t−1} to h_t. */
function createRecurrence(context: Context, products: View, z: View) {
  const { recorder, settings, family, T, V, p, snapshot, sequence, graphs } = context
  // Row block t holds h_{t−1}; the first is the zero state.
  const states = recorder.tensor('states', { snapshot: T + 1, vertex: V, hidden: H }, 'kept')
  fill(recorder, rowsOf(states, 0, V), 0)
  const phiZ = sequence('phi_z', H),
    u = sequence('u', H),
    r = sequence('r', H),
    rh = sequence('r h', H),
    c = sequence('c', H)
  const width = settings.attentionWidth ?? T,
    attention = family.attention ? recorder.tensor('attention', { snapshot: T, state: width }, 'kept') : null
  const attend = attention && createAttender(context, states, attention, width)
  const at = (t: number): void => {
    const of = (view: View): View => snapshot(view, t),
      h = of(states),
      graph = graphs[t]!
    affine(recorder, of(z), p('phi_z.W'), of(phiZ), { bias: p('phi_z.b'), relu: true })
    const gateSums = recorder.tensor(`gates ${t}`, { vertex: V, column: 2 * H })
    for (const [k, name] of ['update', 'reset'].entries()) {
      const sum = columnsOf(of(products), gateColumns + k * H, H)
      affine(recorder, of(phiZ), rowsOf(p(`gru.${name}.Wx`), H, H), sum, { accumulate: true })
      affine(recorder, h, p(`gru.${name}.Wh`), sum, { accumulate: true })
    }
    propagate(recorder, graph, columnsOf(of(products), gateColumns, 2 * H), gateSums)
    gate(recorder, 'sigmoid', columnsOf(gateSums, 0, H), p('gru.update.b'), of(u))
    gate(recorder, 'sigmoid', columnsOf(gateSums, H, H), p('gru.reset.b'), of(r))

    multiply(recorder, of(r), h, of(rh))
    const candidateProducts = columnsOf(of(products), candidateColumns, H)
    affine(recorder, of(phiZ), rowsOf(p('gru.candidate.Wx'), H, H), candidateProducts, { accumulate: true })
    affine(recorder, of(rh), p('gru.candidate.Wh'), candidateProducts, { accumulate: true })
    const candidateSum = recorder.tensor(`candidate ${t}`, { vertex: V, column: H })
    propagate(recorder, graph, candidateProducts, candidateSum)
    gate(recorder, 'tanh', candidateSum, p('gru.candidate.b'), of(c))
    const makeState = (s: View): void => blend(recorder, { u: of(u), h, c: of(c) }, s)
    if (attend === null) makeState(snapshot(states, t + 1))
    else attend(t, makeState)
  }
  return { states, attention, at }
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

type Prior = { priorMean: View | null; priorStd: View | null }

/** Both loss terms of all snapshots (model spec 2.2). */
function recordLosses(context: Context, { states, mean, std, z }: Unrolled): Prior & Pick<Tavrnn, 'nll' | 'kl'> {
  const { recorder, settings, T, V, counted, snapshot, graphs, held } = context
  const prior = recordPrior(context, states)
  const nll = recorder.tensor('nll', { snapshot: T }, 'kept', 'float64'),
    kl = recorder.tensor('kl', { snapshot: T }, 'kept', 'float64')
  fill(recorder, nll, 0)
  if (prior === null) fill(recorder, kl, 0)
  for (let t = 0; t < T; t++) {
    const of = (view: View): View => rowsOf(view.rowCount === V ? view : snapshot(view, t), 0, counted)
    if (prior !== null) {
      const gaussians = { mean: of(mean), std: of(std), priorMean: of(prior.priorMean), priorStd: of(prior.priorStd) }
      divergence(recorder, gaussians, columnsOf(kl, t, 1), { epsilon: settings.klEpsilon, weight: 'klWeight' })
    }
    edgeLoss(recorder, graphs[t]!, of(z), columnsOf(nll, t, 1), {
      withDiagonal: settings.lossOver === 'all',
      ...(held ? { held: held[t]! } : {}),
    })
  }
  return { priorMean: prior?.priorMean ?? null, priorStd: prior?.priorStd ?? null, nll, kl }
}

/** μ′ and σ′, [T·V, 8] each; [V, 8], the same for all snapshots, where there are no states. Null for none. */
function recordPrior({ recorder, settings, family, T, V, p, sequence }: Context, states: View | null) {
  if (family.prior === 'none') return null
  const once = (name: string, columns: number, role?: 'kept'): View => recorder.tensor(name, { vertex: V, column: columns }, role),
    make = states === null ? once : sequence
  const priorMean = make('prior mean', Z, 'kept'),
    priorStd = make('prior std', Z, 'kept')
  if (family.prior === 'normal') {
    fill(recorder, priorMean, 0)
    fill(recorder, priorStd, 1)
    return { priorMean, priorStd }
  }
  const before = states === null ? once('no state', H) : rowsOf(states, 0, T * V)
  if (states === null) fill(recorder, before, 0)
  const q = make('q', H),
    priorIn = make('prior in', Z)
  affine(recorder, before, p('prior.W'), q, { bias: p('prior.b'), relu: true })
  affine(recorder, q, p('prior_mean.W'), priorMean, { bias: p('prior_mean.b') })
  affine(recorder, q, p('prior_std.W'), priorIn, { bias: p('prior_std.b') })
  softplus(recorder, priorIn, priorStd, settings.sigmaFloor)
  return { priorMean, priorStd }
}
