import { poissonDraw, type Draw } from './draws.ts'
import { cultureDraws, simulationBinMs, simulationSamplingRateHz, type Culture } from './simulate.ts'

const samplesPerBin = (simulationSamplingRateHz * simulationBinMs) / 1000

/**
 * Spike counts of one channel: Poisson of rate · 0.05 s · exp(gain · d − gain²/2), so that the mean rate depends on
 * neither gain nor coupling. A noise channel has the same mean in every bin, a dead one none.
 * @returns [binCount]
 * @source model spec 8.1
 */
export function simulateCounts(culture: Culture, channel: number): Int32Array {
  const { recipe, subject, binCount, drives, logRateShift } = culture
  const counts = new Int32Array(binCount)
  const perBin = (culture.ratesHz[channel]! * simulationBinMs) / 1000,
    gain = culture.gains[channel]!
  if (perBin === 0) return counts
  const uniform = cultureDraws(recipe, subject, 'counts', channel)
  const isNoise = culture.faults[channel] === 'noise',
    drive = drives[culture.regionOfChannel[channel]!]
  for (let b = 0; b < binCount; b++) {
    const logRate = isNoise ? 0 : (drive && gain > 0 ? gain * drive[b]! - (gain * gain) / 2 : 0) + logRateShift[b]!
    counts[b] = poissonDraw(perBin * Math.exp(logRate), uniform)
  }
  return counts
}

/**
 * Spikes of one channel, uniform within their bins; turned by an offset of the channel's own in a `shifted` culture, and
 * without those that fall into a refractory period.
 * @returns samples of 20 kHz in ascending order, no sample twice
 */
export function simulateSpikes(culture: Culture, channel: number): Int32Array {
  const { recipe, subject, binCount } = culture
  const samples = placeSpikes(simulateCounts(culture, channel), cultureDraws(recipe, subject, 'places', channel))
  const turned = recipe.kind === 'shifted' ? turn(samples, turnOf(culture, channel), binCount * samplesPerBin) : samples
  return keepApart(turned, (recipe.refractoryMs * simulationSamplingRateHz) / 1000)
}

/** By how many samples a channel's train is turned in a `shifted` culture. */
export function turnOf({ recipe, subject, binCount }: Culture, channel: number): number {
  return recipe.kind === 'shifted' ? Math.floor(cultureDraws(recipe, subject, 'turn', channel)() * binCount * samplesPerBin) : 0
}

function placeSpikes(counts: Int32Array, uniform: Draw): Int32Array {
  const samples = new Int32Array(counts.reduce((sum, count) => sum + count, 0))
  let end = 0
  for (let b = 0; b < counts.length; b++) {
    const first = end
    for (let k = 0; k < counts[b]!; k++) {
      const taken = samples.subarray(first, end)
      let sample = b * samplesPerBin + Math.floor(uniform() * samplesPerBin)
      // Two spikes on one sample would read as one spike noted twice.
      while (taken.length < samplesPerBin && taken.includes(sample)) sample = b * samplesPerBin + Math.floor(uniform() * samplesPerBin)
      samples[end++] = sample
    }
    if (end - first > 1) samples.subarray(first, end).sort()
  }
  return samples
}

function turn(samples: Int32Array, offset: number, total: number): Int32Array {
  return samples.map((sample) => (sample + offset) % total).sort()
}

function keepApart(samples: Int32Array, leastSamples: number): Int32Array {
  if (leastSamples === 0) return samples
  let last = -Infinity
  return samples.filter((sample) => {
    if (sample - last < leastSamples) return false
    last = sample
    return true
  })
}
