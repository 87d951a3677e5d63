import type { ImportWarning } from '../../shared/domain/inspection.ts'
import { warning } from './checks.ts'
import type { SpikeTrains } from './spike-trains.ts'

const binCount = 20_000
const fewestSpikes = 100
/** A pause of all channels counts as a jump from this length on, where it is so many times as long as the next longest. */
const shortestJumpS = 60
const outstanding = 10
const mostJumps = 3
/** A step between samples counts as a jump where it is so many times the usual one. */
const stepsOfJump = 20

/** Pauses of all channels at once that stand out from all others: the clock jumped, or something else was recorded meanwhile. */
export function jumpsInSpikes({ timesS }: SpikeTrains, { firstS, lastS }: { firstS: number; lastS: number }): ImportWarning[] {
  if (timesS.length < fewestSpikes || lastS - firstS <= shortestJumpS) return []
  const binS = (lastS - firstS) / binCount,
    isBusy = new Uint8Array(binCount + 1)
  for (let s = 0; s < timesS.length; s++) isBusy[Math.floor((timesS[s]! - firstS) / binS)] = 1
  const pauses: { first: number; length: number }[] = []
  for (let b = 0, length = 0; b <= binCount; b++) {
    if (isBusy[b] === 0) length++
    else if (length > 0) {
      pauses.push({ first: b - length, length })
      length = 0
    }
  }
  pauses.sort((a, b) => b.length - a.length)
  const count = Array.from({ length: mostJumps }, (_, n) => n + 1).find((n) => {
    const last = pauses[n - 1]?.length ?? 0
    return last * binS > shortestJumpS && last >= outstanding * (pauses[n]?.length ?? 1)
  })
  const [longest] = pauses
  if (count === undefined || !longest) return []
  const middleS = firstS + (longest.first + longest.length / 2) * binS
  let fromS = -Infinity,
    toS = Infinity
  for (let s = 0; s < timesS.length; s++) {
    const timeS = timesS[s]!
    if (timeS < middleS) fromS = Math.max(fromS, timeS)
    else toS = Math.min(toS, timeS)
  }
  return [jump(count, fromS, toS)]
}

/** Steps between samples that stand out; times ascend. */
export function jumpsInTimes(timesS: Float64Array, medianS: number): ImportWarning[] {
  let count = 0,
    longest = 0
  for (let s = 1; s < timesS.length; s++) {
    const stepS = timesS[s]! - timesS[s - 1]!
    if (stepS <= stepsOfJump * medianS) continue
    count++
    if (longest === 0 || stepS > timesS[longest]! - timesS[longest - 1]!) longest = s
  }
  return count > 0 ? [jump(count, timesS[longest - 1]!, timesS[longest]!)] : []
}

const jump = (count: number, fromS: number, toS: number): ImportWarning =>
  warning('clock-jump', { count, fromS: Math.round(fromS * 1000) / 1000, toS: Math.round(toS * 1000) / 1000 })
