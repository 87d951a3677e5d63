import type { RegionsUsed } from '../../../shared/domain/evaluation.ts'
import type { EvaluatedRecording } from './input.ts'

type Regions = Pick<EvaluatedRecording, 'name' | 'regionNames' | 'regionOfChannel'>

/** Names of regions that every recording has a channel in. */
export function sharedRegions(recordings: readonly Regions[]): string[] {
  const present = recordings.map(presentRegions)
  return (present[0] ?? []).filter((name) => present.every((own) => own.includes(name)))
}

/** Regions that a cohort is read in, and the recordings that lack others; null where all have the same. */
export function regionsUsed(recordings: readonly Regions[]): RegionsUsed | null {
  const all = [...new Set(recordings.flatMap(presentRegions))]
  const lacking = recordings.flatMap((recording) => {
    const own = presentRegions(recording),
      regions = all.filter((name) => !own.includes(name))
    return regions.length > 0 ? [{ recording: recording.name, regions, hasAny: own.length > 0 }] : []
  })
  return lacking.length > 0 ? { shared: sharedRegions(recordings), lacking } : null
}

/** In the recording's own order. */
const presentRegions = ({ regionNames, regionOfChannel }: Regions): string[] =>
  regionNames.filter((_, region) => regionOfChannel.includes(region))
