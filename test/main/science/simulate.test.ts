import { expect, test } from 'vitest'
import { simulationKinds, simulationRecipe, type SimulationRecipe } from '../../../src/shared/domain/simulation.ts'
import { simulateCulture, type Culture } from '../../../src/main/science/simulate.ts'
import { madeUpArray } from '../../../src/main/science/simulated-array.ts'
import { simulateCounts, simulateSpikes, turnOf } from '../../../src/main/science/simulated-spikes.ts'
import reference from '../../fixtures/simulation/reference.json' with { type: 'json' }

const array = madeUpArray(120)
type Settings = Partial<SimulationRecipe>
const recipeOf = (settings: Settings): SimulationRecipe => simulationRecipe.parse({ kind: 'planted', seed: 1, ...settings })
const cultureOf = (settings: Settings, subject = 1): Culture => simulateCulture(recipeOf(settings), array, subject)
const channels = Array.from({ length: 120 }, (_, c) => c)

// Plain loops: series of 24,000 bins go through these thousands of times.
function mean(values: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  return sum / values.length
}
function spread(values: ArrayLike<number>, lost = 0): number {
  const centre = mean(values)
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += (values[i]! - centre) ** 2
  return Math.sqrt(sum / (values.length - lost))
}
function meanProduct(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!
  return sum / x.length
}
const correlation = (x: ArrayLike<number>, y: ArrayLike<number>): number =>
  (meanProduct(x, y) - mean(x) * mean(y)) / (spread(x) * spread(y))
const at = (series: Float64Array, bins: readonly number[]): Float64Array => {
  const values = new Float64Array(bins.length)
  bins.forEach((b, i) => {
    values[i] = series[b]!
  })
  return values
}
const largest = (values: Float64Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)

test('the made-up array is the one of the spec: 60 sensory channels left, four motor blocks of 3 × 5 right', () => {
  expect(array.regions.map(({ name, role, paddle }) => `${name} ${role} ${paddle}`)).toEqual([
    'sensory sensory null',
    'L_down motor down',
    'L_up motor up',
    'R_down motor down',
    'R_up motor up',
  ])
  expect([0, 1, 2, 3, 4].map((region) => array.regionOfChannel.filter((own) => own === region).length)).toEqual([60, 15, 15, 15, 15])
  const place = (c: number): number[] => Array.from(array.positionsUm!.subarray(2 * c, 2 * c + 2))
  expect([0, 59, 60, 75, 90, 119].map(place)).toEqual([
    [0, 0],
    [500, 900],
    [600, 500],
    [600, 0],
    [900, 500],
    [1100, 400],
  ])
  expect(new Set(channels.map((c) => place(c).join())).size).toBe(120)
})

test('every other size of array has its regions apart and each channel a place of its own', () => {
  for (const channelCount of [16, 17, 64, 100, 900]) {
    const { positionsUm, regionOfChannel, channelLabels } = madeUpArray(channelCount)
    expect(new Set(channelLabels.map((_, c) => `${positionsUm![2 * c]} ${positionsUm![2 * c + 1]}`)).size).toBe(channelCount)
    expect(new Set(regionOfChannel).size).toBe(5)
  }
})

test('correlation between any two region drives is the coupling, and their variance stays 1', () => {
  for (const coupling of [0.05, 0.325, 0.9]) {
    const { drives } = cultureOf({ lowestCoupling: coupling, highestCoupling: coupling, durationS: 3000 })
    for (const [r, drive] of drives.entries()) {
      expect(Math.abs(spread(drive) - 1)).toBeLessThan(0.05)
      for (const other of drives.slice(r + 1)) expect(Math.abs(correlation(drive, other) - coupling)).toBeLessThan(0.06)
    }
  }
})

test('coupling that changes is the correlation of the drives at that time', () => {
  for (const kind of ['planted', 'trend'] as const) {
    const byThird = [[], [], []] as [number, number][][]
    for (let subject = 1; subject <= 6; subject++) {
      const { coupling, drives } = cultureOf({ kind }, subject)
      const order = Array.from(coupling, (_, b) => b).toSorted((a, b) => coupling[a]! - coupling[b]!)
      byThird.forEach((third, k) => {
        const bins = order.slice(k * 8000, (k + 1) * 8000)
        const there = drives.map((drive) => at(drive, bins))
        const products = there.flatMap((one, r) => there.slice(r + 1).map((other) => meanProduct(one, other)))
        third.push([mean(at(coupling, bins)), mean(products)])
      })
    }
    for (const third of byThird)
      expect(Math.abs(mean(third.map(([planted]) => planted)) - mean(third.map(([, found]) => found)))).toBeLessThan(0.04)
    expect(mean(byThird[2]!.map(([, found]) => found)) - mean(byThird[0]!.map(([, found]) => found))).toBeGreaterThan(0.15)
  }
})

test('the mean rate depends on neither gain nor coupling', () => {
  for (const gain of [0, 0.5, 1]) {
    for (const coupling of [0, 0.9]) {
      const culture = cultureOf({
        gain,
        lowestCoupling: coupling,
        highestCoupling: coupling,
        medianRateHz: 5,
        rateSpread: 0,
        unmodulatedShare: 0,
      })
      const ratesHz = channels.map((c) => simulateCounts(culture, c).reduce((sum, count) => sum + count, 0) / culture.durationS)
      expect(Math.abs(mean(ratesHz) / 5 - 1), `gain ${gain}, coupling ${coupling}`).toBeLessThan(0.07)
    }
  }
})

test('a hit comes with probability 0.35 + 0.4 p, an event every two to four seconds', () => {
  const pooled: { skill: number; isHit: boolean }[] = [],
    waits: number[] = []
  for (let subject = 1; subject <= 40; subject++) {
    const { events, skill } = cultureOf({ kind: 'null' }, subject)
    for (const { timeS, kind } of events) pooled.push({ skill: skill[Math.floor(timeS * 20)]!, isHit: kind === 'hit' })
    events.slice(1).forEach(({ timeS }, k) => waits.push(timeS - events[k]!.timeS))
  }
  expect(Math.min(...waits)).toBeGreaterThan(1.9999)
  expect(Math.max(...waits)).toBeLessThan(4.0001)
  expect(Math.abs(mean(waits) - 3)).toBeLessThan(0.02)
  pooled.sort((a, b) => a.skill - b.skill)
  for (let k = 0; k < 8; k++) {
    const part = pooled.slice((k * pooled.length) / 8, ((k + 1) * pooled.length) / 8)
    const expected = 0.35 + 0.4 * mean(part.map(({ skill }) => skill))
    expect(Math.abs(mean(part.map(({ isHit }) => Number(isHit))) - expected)).toBeLessThan(
      4 * Math.sqrt((expected * (1 - expected)) / part.length),
    )
  }
})

test('coupling is constant in null, drift and sparse, follows skill in planted, and time alone in trend', () => {
  for (const kind of ['null', 'drift', 'sparse'] as const) {
    const { coupling, skill } = cultureOf({ kind })
    expect(new Set(coupling)).toEqual(new Set([0.325]))
    expect(spread(skill)).toBeGreaterThan(0.05)
  }
  const planted = cultureOf({})
  expect(largest(planted.coupling.map((c, b) => c - 0.05 - 0.55 * planted.skill[b]!))).toBeLessThan(1e-12)
  const [one, other] = [1, 2].map((subject) => cultureOf({ kind: 'trend' }, subject)) as [Culture, Culture]
  expect(one.coupling).toEqual(other.coupling)
  expect(one.skill).not.toEqual(other.skill)
  expect([0, 12_000, 23_999].map((b) => one.coupling[b]!.toFixed(3))).toEqual(['0.050', '0.325', '0.600'])
  expect(cultureOf({ kind: 'trend', highestCoupling: 0.05 }).skill).toEqual(one.skill)
})

test('only drift moves rates with skill, sparse is sparse, and shifted is planted with turned trains', () => {
  const drift = cultureOf({ kind: 'drift' })
  expect(largest(drift.logRateShift.map((shift, b) => shift - 0.7 * drift.skill[b]!))).toBe(0)
  expect(cultureOf({}).logRateShift.every((shift) => shift === 0)).toBe(true)
  const median = (values: Float64Array): number => values.toSorted()[60]!
  expect(median(cultureOf({ kind: 'sparse' }).ratesHz) / median(cultureOf({ kind: 'null' }).ratesHz)).toBeLessThan(0.2)
  const planted = cultureOf({}),
    shifted = cultureOf({ kind: 'shifted' })
  expect([shifted.skill, shifted.events, shifted.ratesHz]).toEqual([planted.skill, planted.events, planted.ratesHz])
  const total = planted.binCount * 1000,
    offsets = new Set<number>()
  for (const c of channels.slice(0, 20)) {
    const offset = turnOf(shifted, c)
    offsets.add(offset)
    expect(simulateSpikes(shifted, c).join()).toBe(
      simulateSpikes(planted, c)
        .map((sample) => (sample + offset) % total)
        .sort()
        .join(),
    )
  }
  expect(offsets.size).toBe(20)
})

test('with the variant paddle only sensory and up regions couple', () => {
  const { drives } = cultureOf({ variant: 'paddle', lowestCoupling: 0.6, highestCoupling: 0.6, durationS: 3000 })
  const [sensory, leftDown, leftUp, rightDown, rightUp] = drives as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array]
  for (const [one, other] of [
    [sensory, leftUp],
    [sensory, rightUp],
    [leftUp, rightUp],
  ] as const)
    expect(Math.abs(correlation(one, other) - 0.6)).toBeLessThan(0.06)
  for (const [one, other] of [
    [sensory, leftDown],
    [leftUp, rightDown],
    [leftDown, rightDown],
  ] as const)
    expect(Math.abs(correlation(one, other))).toBeLessThan(0.06)
  for (const drive of drives) expect(Math.abs(spread(drive) - 1)).toBeLessThan(0.05)
})

test('the same seed gives the same culture, another seed, subject or kind another', () => {
  const draw = (settings: Settings, subject = 1): string => {
    const culture = cultureOf({ durationS: 60, ...settings }, subject)
    return JSON.stringify([Array.from(culture.skill), culture.events, channels.map((c) => Array.from(simulateSpikes(culture, c)))])
  }
  expect(draw({})).toBe(draw({}))
  const all = [draw({}), draw({ seed: 2 }), draw({}, 2), ...simulationKinds.slice(1).map((kind) => draw({ kind }))]
  expect(new Set(all).size).toBe(all.length)
})

test('no setting shifts the numbers of a channel or of the task it does not touch', () => {
  const usual = cultureOf({ durationS: 120 })
  const spikesOf = (culture: Culture): string[] => channels.map((c) => simulateSpikes(culture, c).join())
  const usualSpikes = spikesOf(usual)
  const differing = (culture: Culture): number => spikesOf(culture).filter((train, c) => train !== usualSpikes[c]).length
  for (const settings of [
    { subjectCount: 1 },
    { firstSubject: 4 },
    { swappedRegionPairCount: 2 },
    { missingEventShare: 1 },
  ] as Settings[]) {
    expect(differing(cultureOf({ durationS: 120, ...settings }))).toBe(0)
  }
  const three = cultureOf({ durationS: 120, deadChannelCount: 3 }),
    four = cultureOf({ durationS: 120, deadChannelCount: 3, noiseChannelCount: 1 })
  expect([differing(three), differing(four)]).toEqual([3, 4])
  expect(four.faults.map((fault) => fault === 'dead')).toEqual(three.faults.map((fault) => fault === 'dead'))
  const dead = (count: number): number[] =>
    channels.filter((c) => cultureOf({ durationS: 20, deadChannelCount: count }).faults[c] === 'dead')
  expect(dead(4)).toEqual(expect.arrayContaining(dead(3)))
  expect(cultureOf({ durationS: 120, burstsPerMin: 6 }).events).toEqual(usual.events)
  expect(cultureOf({ durationS: 120, variant: 'paddle', rateSpread: 1.5, gain: 0.5 }).skill).toEqual(usual.skill)
})

test('a culture that ends early is the beginning of the same culture', () => {
  const usual = cultureOf({}),
    durations = new Set<number>()
  for (let subject = 1; subject <= 6; subject++) durations.add(cultureOf({ earlyEndShare: 0.5 }, subject).durationS)
  expect(durations.size).toBe(6)
  const early = cultureOf({ earlyEndShare: 0.5 })
  expect(early.durationS).toBeGreaterThanOrEqual(600)
  expect(early.durationS).toBeLessThan(1200)
  expect(early.skill).toEqual(usual.skill.slice(0, early.binCount))
  expect(early.coupling).toEqual(usual.coupling.slice(0, early.binCount))
  expect(simulateSpikes(early, 5)).toEqual(simulateSpikes(usual, 5).filter((sample) => sample < early.binCount * 1000))
})

test('what makes a culture hard does what it says', () => {
  const refractory = cultureOf({ durationS: 300, refractoryMs: 3 }),
    usual = cultureOf({ durationS: 300 })
  const least = (culture: Culture): number =>
    Math.min(...channels.flatMap((c) => Array.from(simulateSpikes(culture, c)).map((sample, s, all) => sample - (all[s - 1] ?? -1e9))))
  expect(least(refractory)).toBeGreaterThanOrEqual(60)
  expect(least(usual)).toBeLessThan(60)
  expect(least(usual)).toBeGreaterThan(0)

  const bursting = cultureOf({ burstsPerMin: 0.2, seed: 5 })
  const summed = channels
    .map((c) => simulateCounts(bursting, c))
    .reduce((sum, counts) => sum.map((value, b) => value + counts[b]!), new Int32Array(bursting.binCount))
  expect(bursting.burstsS.length).toBeGreaterThan(0)
  for (const startS of bursting.burstsS) expect(mean(summed.subarray(20 * startS, 20 * startS + 10))).toBeGreaterThan(4 * mean(summed))

  const faulty = cultureOf({ deadChannelCount: 7, noiseChannelCount: 2, noiseRateHz: 30 })
  const dead = channels.filter((c) => faulty.faults[c] === 'dead'),
    noise = channels.filter((c) => faulty.faults[c] === 'noise')
  expect([dead.length, noise.length]).toEqual([7, 2])
  for (const c of dead) expect(simulateSpikes(faulty, c)).toHaveLength(0)
  for (const c of noise) {
    const counts = simulateCounts(faulty, c)
    expect(Math.abs(mean(counts) - 1.5)).toBeLessThan(0.04)
    expect(Math.abs(spread(counts) ** 2 / 1.5 - 1)).toBeLessThan(0.05)
  }

  const swapped = cultureOf({ swappedRegionPairCount: 1 }).writtenRegion
  expect(swapped.filter((written, own) => written !== own)).toHaveLength(2)
  expect(swapped[0]).toBe(0)
  expect(swapped.map((written) => swapped[written])).toEqual([0, 1, 2, 3, 4])

  const lost = cultureOf({ missingEventShare: 0.4 }),
    [fromS, toS] = lost.missingEventsS!
  expect(toS - fromS).toBeCloseTo(480, 9)
  expect(lost.events).toEqual(cultureOf({}).events.filter(({ timeS }) => timeS < fromS || timeS >= toS))
  expect(cultureOf({ missingEventShare: 1 }).events).toEqual([])
})

test('a culture no disk would be glad of is refused before it is made', () => {
  expect(() => cultureOf({ medianRateHz: 100, rateSpread: 2, durationS: 14_400 })).toThrow(/simulations\/too-many-spikes/)
})

/** What summarise.py computes of the reference generator. */
function summaryOf({ skill, coupling, events, gains, regionOfChannel }: Culture, counts: Int32Array[]): Record<string, number> {
  const summed = [0, 1, 2, 3, 4].map((r) =>
    counts
      .filter((_, c) => regionOfChannel[c] === r && gains[c]! > 0)
      .reduce((sum, row) => sum.map((value, b) => value + row[b]!), new Float64Array(skill.length)),
  )
  const [sensory = new Float64Array(), ...motorParts] = summed
  const motor = motorParts.reduce((sum, row) => sum.map((value, b) => value + row[b]!))
  const rates = (keep: (c: number) => boolean): number => mean(counts.filter((_, c) => keep(c)).map((row) => 20 * mean(row)))
  const order = Array.from(skill, (_, b) => b).toSorted((a, b) => skill[a]! - skill[b]!),
    third = Math.floor(skill.length / 3)
  const crossIn = (bins: number[]): number => correlation(at(sensory, bins), at(motor, bins))
  return {
    meanRateHz: rates(() => true),
    modulatedRateHz: rates((c) => gains[c]! > 0),
    unmodulatedRateHz: rates((c) => gains[c] === 0),
    modulatedShare: mean(gains.map((gain) => Math.sign(gain))),
    fanoFactor: spread(sensory) ** 2 / mean(sensory),
    lag1: correlation(sensory.subarray(0, -1), sensory.subarray(1)),
    lag4: correlation(sensory.subarray(0, -4), sensory.subarray(4)),
    crossRegion: correlation(sensory, motor),
    crossRegionLowSkill: crossIn(order.slice(0, third)),
    crossRegionHighSkill: crossIn(order.slice(-third)),
    meanSkill: mean(skill),
    skillSpread: spread(skill),
    skillRise: mean(skill.subarray(-third)) - mean(skill.subarray(0, third)),
    skillMinuteApart: mean(skill.subarray(1200).map((p, b) => Math.abs(p - skill[b]!))),
    meanCoupling: mean(coupling),
    couplingSpread: spread(coupling),
    eventCount: events.length,
    hitRatio: mean(events.map(({ kind }) => Number(kind === 'hit'))),
  }
}

test.each(Object.entries(reference.kinds))('%s agrees with the reference generator by distribution', (kind, expected) => {
  const cultureCount = 16
  const rows = Array.from({ length: cultureCount }, (_, k) => {
    const culture = cultureOf({ kind: kind as SimulationRecipe['kind'], durationS: 60 * reference.minutes, seed: 77 }, k + 1)
    return summaryOf(
      culture,
      channels.map((c) => simulateCounts(culture, c)),
    )
  })
  for (const [name, theirs] of Object.entries(expected)) {
    const ours = rows.map((row) => row[name]!)
    const standardError = Math.sqrt(theirs.sd ** 2 / reference.cultures + spread(ours, 1) ** 2 / cultureCount)
    expect(Math.abs(mean(ours) - theirs.mean), `${name}: ${mean(ours)} here, ${theirs.mean} there`).toBeLessThan(4 * standardError + 1e-6)
    // The spread between cultures is part of the distribution: F-like, generous at 16 against 48.
    if (theirs.sd > 1e-3) expect(spread(ours, 1) / theirs.sd, `spread of ${name}`).toBeGreaterThan(0.5)
    if (theirs.sd > 1e-3) expect(spread(ours, 1) / theirs.sd, `spread of ${name}`).toBeLessThan(2)
  }
})
