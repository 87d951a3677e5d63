import type { ImportWarning } from '../../shared/domain/inspection.ts'
import type { SpikeTrains } from './spike-trains.ts'

const fewestChannels = 20
const refractoryS = 0.001
const tolerableShare = 0.01
const lateStartS = 60
const longRecordingS = 7 * 24 * 3600
const namedAtMost = 12

/** A warning; sentence `warnings.<code>`. */
export function warning(code: string, details: ImportWarning['details'] = {}): ImportWarning {
  return { code, details }
}

/** The first labels of a list, for a sentence. */
export function named(labels: readonly string[], atMost = namedAtMost): string {
  return labels.length > atMost ? `${labels.slice(0, atMost).join(', ')}, …` : labels.join(', ')
}

/** What a person should know about the spikes before an import. Trains are sorted within channels. */
export function checkSpikes(input: {
  trains: SpikeTrains
  channelLabels: string[]
  span: { firstS: number; lastS: number }
  startS: number
  endS: number
  unsortedChannels: number[]
}): ImportWarning[] {
  const { trains, channelLabels, span, startS, endS, unsortedChannels } = input
  const warnings: ImportWarning[] = []
  const silent = channelLabels.filter((_, c) => trains.offsets[c] === trains.offsets[c + 1])
  if (silent.length > 0) warnings.push(warning('silent-channels', { count: silent.length, channels: named(silent) }))
  if (channelLabels.length < fewestChannels) warnings.push(warning('few-channels', { count: channelLabels.length, needed: fewestChannels }))
  const outside = countOutside(trains.timesS, startS, endS)
  if (outside > 0) warnings.push(warning('spikes-outside', { count: outside, startS, endS }))
  const { duplicates, violations, intervals } = countIntervals(trains)
  if (duplicates > 0) warnings.push(warning('duplicate-spikes', { count: duplicates }))
  if (intervals > 0 && violations / intervals > tolerableShare) {
    warnings.push(warning('refractory-violations', { percent: Math.round((1000 * violations) / intervals) / 10 }))
  }
  if (unsortedChannels.length > 0) {
    warnings.push(
      warning('unsorted-times', { count: unsortedChannels.length, channels: named(unsortedChannels.map((c) => channelLabels[c] ?? '')) }),
    )
  }
  if (span.firstS > lateStartS) warnings.push(warning('clock-starts-late', { firstS: Math.round(1000 * span.firstS) / 1000, startS }))
  if (span.lastS - span.firstS > longRecordingS)
    warnings.push(warning('long-recording', { days: Math.round((span.lastS - span.firstS) / 8640) / 10 }))
  return warnings
}

/** What a person should know about where the channels are. */
export function checkPositions(positionsUm: Float64Array | null, channelLabels: string[]): ImportWarning[] {
  const missing = channelLabels.filter((_, c) => !positionsUm || Number.isNaN(positionsUm[2 * c]! + positionsUm[2 * c + 1]!))
  if (!positionsUm || missing.length === channelLabels.length) return [warning('no-positions')]
  const places = new Set(channelLabels.map((_, c) => `${positionsUm[2 * c]} ${positionsUm[2 * c + 1]}`))
  const warnings = missing.length > 0 ? [warning('channels-without-position', { count: missing.length, channels: named(missing) })] : []
  if (channelLabels.length > 1 && places.size - (missing.length > 0 ? 1 : 0) === 1) warnings.push(warning('positions-all-equal'))
  return warnings
}

function countOutside(timesS: Float64Array, startS: number, endS: number): number {
  let outside = 0
  for (let s = 0; s < timesS.length; s++) if (timesS[s]! < startS || timesS[s]! >= endS) outside += 1
  return outside
}

/** Equal times are duplicates; other intervals below 1 ms are refractory violations. */
function countIntervals({ timesS, offsets }: SpikeTrains): { duplicates: number; violations: number; intervals: number } {
  let duplicates = 0
  let violations = 0
  let intervals = 0
  for (let c = 0; c + 1 < offsets.length; c++) {
    for (let s = offsets[c]! + 1; s < offsets[c + 1]!; s++) {
      const interval = timesS[s]! - timesS[s - 1]!
      if (interval === 0) duplicates += 1
      else if (interval < refractoryS) violations += 1
      intervals += 1
    }
  }
  return { duplicates, violations, intervals }
}
