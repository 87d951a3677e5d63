import type { SpikeTrains } from '../bins.ts'
import type { Draw } from '../draws.ts'

/**
 * Every channel's spikes turned on the recording's circle by an offset of its own: rates and each train's own rhythm stay,
 * what channels share goes.
 * @returns times in ascending order within a channel
 * @source model spec 6.6
 */
export function shiftedSpikes(
  { timesS, offsets }: SpikeTrains,
  { startS, endS }: { startS: number; endS: number },
  uniform: Draw,
): SpikeTrains {
  const durationS = endS - startS,
    shifted = new Float64Array(timesS.length)
  for (let c = 0; c + 1 < offsets.length; c++) {
    const byS = uniform() * durationS
    for (let k = offsets[c]!; k < offsets[c + 1]!; k++) shifted[k] = startS + ((timesS[k]! - startS + byS) % durationS)
    shifted.subarray(offsets[c]!, offsets[c + 1]!).sort()
  }
  return { timesS: shifted, offsets }
}
