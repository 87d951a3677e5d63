import { z } from 'zod'

/**
 * What is planted (model spec 8): coupling that follows play, none, rates that follow play, coupling that follows time,
 * none at low rates, and planted with every spike train turned by its own offset.
 */
export const simulationKinds = ['planted', 'null', 'drift', 'trend', 'sparse', 'shifted'] as const
export const simulationKind = z.enum(simulationKinds)
export type SimulationKind = z.infer<typeof simulationKind>

/** Median rate of a channel where the recipe names none. */
export const usualMedianRateHz = { planted: 2, null: 2, drift: 2, trend: 2, sparse: 0.2, shifted: 2 } as const satisfies Record<
  SimulationKind,
  number
>

const count = z.int().min(0)
const share = z.number().min(0).max(1)

/** A cohort of simulated cultures (model spec 8.1). The defaults are the cultures of the spec; what makes them hard is off. */
export const simulationRecipe = z.strictObject({
  kind: simulationKind,
  /** `paddle`: only sensory regions and those of paddle direction up share the common drive */
  variant: z.enum(['all', 'paddle']).default('all'),
  seed: count.max(0xffffffff),
  subjectCount: z.int().min(1).max(400).default(8),
  /** number of the first culture: culture 3 is the same alone or in a cohort */
  firstSubject: z.int().min(1).max(9999).default(1),
  /** of the array that is made up; a layout file brings its own channels */
  channelCount: z.int().min(16).max(4096).default(120),
  durationS: z.int().min(10).max(14_400).default(1200),

  /** null: the kind's */
  medianRateHz: z.number().gt(0).max(100).nullable().default(null),
  /** standard deviation of the logarithm of rates */
  rateSpread: z.number().min(0).max(2).default(0.8),
  unmodulatedShare: share.default(0.3),
  /** how strongly a modulated channel follows its region's drive */
  gain: z.number().min(0).max(3).default(1),
  lowestCoupling: share.default(0.05),
  highestCoupling: share.default(0.6),
  /** `drift`: how much log rates rise from no skill to full skill */
  rateGain: z.number().min(0).max(2).default(0.7),

  /** least interval between two spikes of a channel; nearer ones are lost */
  refractoryMs: z.number().min(0).max(50).default(0),
  /** network bursts: all channels at once; the spec's hard case is 0.2 */
  burstsPerMin: z.number().min(0).max(60).default(0),
  burstMs: z.number().min(50).max(10_000).default(500),
  /** rates in a burst over those outside */
  burstFactor: z.number().min(1).max(100).default(10),
  deadChannelCount: count.max(4096).default(0),
  /** channels that fire at `noiseRateHz` whatever happens */
  noiseChannelCount: count.max(4096).default(0),
  noiseRateHz: z.number().gt(0).max(500).default(50),
  /** pairs of motor regions that carry each other's label in the layout file */
  swappedRegionPairCount: count.max(100).default(0),
  /** recordings end early by up to this share of the duration, each by its own */
  earlyEndShare: z.number().min(0).max(0.9).default(0),
  /** one stretch of the recording, of this share, has no events; 1: none at all */
  missingEventShare: share.default(0),
})
export type SimulationRecipe = z.infer<typeof simulationRecipe>

/** Files of one simulated culture: absolute paths. */
export const simulatedFiles = z.object({ spikes: z.string(), layout: z.string(), events: z.string(), truth: z.string() })
export type SimulatedFiles = z.infer<typeof simulatedFiles>
