import { fail } from '../../shared/contract/errors.ts'
import { uniformSequence } from '../../shared/domain/random.ts'
import type { Region } from '../../shared/domain/region.ts'
import { usualMedianRateHz, type SimulationKind, type SimulationRecipe } from '../../shared/domain/simulation.ts'
import { autoregressive, normalDraws, type Draw } from './draws.ts'
import type { SimulatedArray } from './simulated-array.ts'

export const simulationBinMs = 50
export const simulationSamplingRateHz = 20_000
const binsPerS = 1000 / simulationBinMs
const wanderTimeConstantS = 180,
  driveTimeConstantS = 0.2
/** More than an importer would be asked to read, or a disk be glad of. */
const mostSpikes = 50_000_000

export type SimulatedEvent = { timeS: number; kind: 'hit' | 'miss' }

/** A culture before its spikes: B bins of 50 ms, R regions, N channels. */
export type Culture = {
  /** number in the cohort, from 1 */
  subject: number
  recipe: SimulationRecipe
  durationS: number
  binCount: number
  /** p(t), [B] */
  skill: Float64Array
  /** c(t), [B] */
  coupling: Float64Array
  /** of each region, unit variance: [R] of [B] */
  drives: Float64Array[]
  /** added to the log rate of every channel, [B]: skill where rates follow it, and bursts */
  logRateShift: Float64Array
  /** starts of network bursts */
  burstsS: number[]
  /** [N]; 0 where a channel follows no drive */
  gains: Float64Array
  /** mean rates without shift, [N]; 0 where a channel is dead */
  ratesHz: Float64Array
  faults: ('none' | 'dead' | 'noise')[]
  regionOfChannel: Int16Array
  /** index of the region whose label each region carries in the layout file, [R] */
  writtenRegion: number[]
  events: SimulatedEvent[]
  /** the stretch whose events are missing */
  missingEventsS: [number, number] | null
}

const purposes = [
  'length',
  'skill',
  'wander',
  'own-drive',
  'common-drive',
  'channel',
  'fault',
  'counts',
  'places',
  'turn',
  'events',
  'missing',
  'bursts',
  'labels',
] as const
type Purpose = (typeof purposes)[number]

/** A shifted culture is the planted one of its seed with turned trains; every other kind draws numbers of its own. */
const kindNumbers: Record<SimulationKind, number> = { planted: 0, null: 1, drift: 2, trend: 3, sparse: 4, shifted: 0 }

/** Random numbers of one purpose in one culture; `item` is a channel or a region, below 65,536. */
export function cultureDraws({ kind, seed }: SimulationRecipe, subject: number, purpose: Purpose, item = 0): Draw {
  return uniformSequence(seed, 'simulate', [subject, (kindNumbers[kind] * purposes.length + purposes.indexOf(purpose)) * 65_536 + item])
}

/**
 * One culture on an array: skill, coupling, drives, channels and events, in float64. The same recipe and subject give the
 * same culture, whatever other cultures a cohort has; no setting but `seed` and `kind` shifts another's numbers.
 * @param subject number in the cohort, from 1
 * @throws simulations/too-many-spikes before anything large is made
 * @source model spec 8.1
 */
export function simulateCulture(recipe: SimulationRecipe, array: SimulatedArray, subject: number): Culture {
  const draws = (purpose: Purpose, item = 0): Draw => cultureDraws(recipe, subject, purpose, item)
  const durationS = recipe.durationS - Math.floor(draws('length')() * recipe.earlyEndShare * recipe.durationS)
  const binCount = durationS * binsPerS
  const { ratesHz, gains, faults } = channelsOf(recipe, array, draws)
  const expected = Math.round(ratesHz.reduce((sum, rateHz) => sum + rateHz, 0) * durationS)
  if (expected > mostSpikes) throw fail('simulations/too-many-spikes', { expected, limit: mostSpikes })

  const skill = skillOf(recipe, binCount, draws)
  const coupling = couplingOf(recipe, skill)
  const burstsS = burstsOf(recipe, durationS, draws('bursts'))
  const { events, missingEventsS } = eventsOf(recipe, durationS, { skill, draws })
  return {
    subject,
    recipe,
    durationS,
    binCount,
    skill,
    coupling,
    burstsS,
    gains,
    ratesHz,
    faults,
    events,
    missingEventsS,
    drives: drivesOf(recipe, array.regions, { coupling, draws }),
    logRateShift: logRateShiftOf(recipe, skill, burstsS),
    regionOfChannel: array.regionOfChannel,
    writtenRegion: swapLabels(array.regions, recipe.swappedRegionPairCount, draws('labels')),
  }
}

type Draws = (purpose: Purpose, item?: number) => Draw

/** p(t) = σ(2.5 (ℓ − 0.35) + 1.2 o): a learning curve with its own place and height, and slow ups and downs. */
function skillOf({ durationS }: SimulationRecipe, binCount: number, draws: Draws): Float64Array {
  const learning = draws('skill')
  const height = 0.3 + 0.7 * learning(),
    middle = 0.3 + 0.4 * learning()
  const wander = autoregressive(binCount, wanderTimeConstantS * binsPerS, normalDraws(draws('wander')))
  return wander.map((o, b) => logistic(2.5 * (height * logistic((b / (durationS * binsPerS) - middle) / 0.08) - 0.35) + 1.2 * o))
}

function couplingOf({ kind, lowestCoupling: low, highestCoupling: high, durationS }: SimulationRecipe, skill: Float64Array): Float64Array {
  if (kind === 'planted' || kind === 'shifted') return skill.map((p) => low + (high - low) * p)
  if (kind === 'trend') return skill.map((_, b) => low + ((high - low) * b) / (durationS * binsPerS))
  return new Float64Array(skill.length).fill((low + high) / 2)
}

/** √(1 − c) own + √c common: any two regions that share the common drive correlate by c(t), the variance stays 1. */
function drivesOf(
  { variant }: SimulationRecipe,
  regions: Region[],
  { coupling, draws }: { coupling: Float64Array; draws: Draws },
): Float64Array[] {
  const series = (purpose: Purpose, item = 0): Float64Array =>
    autoregressive(coupling.length, driveTimeConstantS * binsPerS, normalDraws(draws(purpose, item)))
  const common = series('common-drive')
  return regions.map(({ role, paddle }, r) => {
    const own = series('own-drive', r)
    if (variant === 'paddle' && role !== 'sensory' && paddle !== 'up') return own
    return own.map((value, b) => Math.sqrt(1 - coupling[b]!) * value + Math.sqrt(coupling[b]!) * common[b]!)
  })
}

function channelsOf(
  recipe: SimulationRecipe,
  { regionOfChannel }: SimulatedArray,
  draws: Draws,
): Pick<Culture, 'ratesHz' | 'gains' | 'faults'> {
  const { kind, medianRateHz, rateSpread, unmodulatedShare, gain, deadChannelCount, noiseChannelCount, noiseRateHz } = recipe
  const median = medianRateHz ?? usualMedianRateHz[kind]
  const ratesHz = new Float64Array(regionOfChannel.length),
    gains = new Float64Array(regionOfChannel.length)
  regionOfChannel.forEach((region, c) => {
    const uniform = draws('channel', c)
    const isModulated = uniform() >= unmodulatedShare && region >= 0
    gains[c] = isModulated ? gain : 0
    ratesHz[c] = median * Math.exp(rateSpread * normalDraws(uniform)())
  })
  const faults = Array.from<number, Culture['faults'][number]>(ratesHz, () => 'none')
  // Who is struck follows from a number of each channel's own: one more dead channel leaves the others dead.
  const luck = faults.map((_, c) => draws('fault', c)())
  faults
    .map((_, c) => c)
    .toSorted((a, b) => luck[a]! - luck[b]!)
    .slice(0, deadChannelCount + noiseChannelCount)
    .forEach((c, k) => {
      faults[c] = k < deadChannelCount ? 'dead' : 'noise'
      gains[c] = 0
      ratesHz[c] = k < deadChannelCount ? 0 : noiseRateHz
    })
  return { ratesHz, gains, faults }
}

function burstsOf({ burstsPerMin }: SimulationRecipe, durationS: number, uniform: Draw): number[] {
  const bursts: number[] = []
  if (burstsPerMin === 0) return bursts
  const wait = (): number => (-Math.log(uniform()) * 60) / burstsPerMin
  for (let atS = wait(); atS < durationS; atS += wait()) bursts.push(Math.floor(atS * binsPerS) / binsPerS)
  return bursts
}

function logRateShiftOf({ kind, rateGain, burstMs, burstFactor }: SimulationRecipe, skill: Float64Array, burstsS: number[]): Float64Array {
  const shift = skill.map((p) => (kind === 'drift' ? rateGain * p : 0)),
    drift = shift.slice()
  for (const startS of burstsS) {
    const first = Math.round(startS * binsPerS),
      end = Math.min(shift.length, first + Math.round(burstMs / simulationBinMs))
    for (let b = first; b < end; b++) shift[b] = drift[b]! + Math.log(burstFactor)
  }
  return shift
}

/** An event every U(2, 4) s, a hit with probability 0.35 + 0.4 p(t), on the grid of samples. */
function eventsOf(
  { missingEventShare }: SimulationRecipe,
  durationS: number,
  { skill, draws }: { skill: Float64Array; draws: Draws },
): Pick<Culture, 'events' | 'missingEventsS'> {
  const uniform = draws('events'),
    events: SimulatedEvent[] = []
  const wait = (): number => 2 + 2 * uniform()
  for (let atS = wait(); atS < durationS; atS += wait()) {
    const timeS = Math.floor(atS * simulationSamplingRateHz) / simulationSamplingRateHz
    events.push({ timeS, kind: uniform() < 0.35 + 0.4 * skill[Math.floor(timeS * binsPerS)]! ? 'hit' : 'miss' })
  }
  if (missingEventShare === 0) return { events, missingEventsS: null }
  const fromS = draws('missing')() * (1 - missingEventShare) * durationS,
    toS = fromS + missingEventShare * durationS
  return { events: events.filter(({ timeS }) => timeS < fromS || timeS >= toS), missingEventsS: [fromS, toS] }
}

/** Motor regions in random order, two by two. */
function swapLabels(regions: Region[], pairCount: number, uniform: Draw): number[] {
  const written = regions.map((_, r) => r)
  const motor = written
    .filter((r) => regions[r]?.role === 'motor')
    .map((r) => ({ r, order: uniform() }))
    .toSorted((a, b) => a.order - b.order)
  for (let pair = 0; pair < Math.min(pairCount, Math.floor(motor.length / 2)); pair++) {
    const one = motor[2 * pair]!.r,
      other = motor[2 * pair + 1]!.r
    written[one] = other
    written[other] = one
  }
  return written
}

const logistic = (x: number): number => 1 / (1 + Math.exp(-x))
