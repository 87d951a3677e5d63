import { availableParallelism } from 'node:os'
import { startPairs } from '../engine/cpu/pairs.ts'
import { binSpikes } from '../science/bins.ts'
import type { SpikeTrains } from '../science/bins.ts'
import { likelyP } from '../science/circular-null.ts'
import { significantEdges } from '../science/edges.ts'
import { fail } from '../../shared/contract/errors.ts'
import { uniformSequence } from '../../shared/domain/random.ts'
import type { Interrupt, StepNotice } from './step.ts'

export type SnapshotsBenchInput = {
  channels: number
  bins: number
  /** half overlapping, the bins shared out among them */
  windows: number
  rateHz: number
  edges: 'none' | 'significance'
  /** null for as many as there are cores, at most 8 */
  threads: number | null
}

export type SnapshotsBenchResult = {
  /** from binned counts to r of all windows, and with significance to their edges; median of the rounds after the first */
  seconds: number
  /** of the processor, likewise: others on the machine hardly change them */
  processorSeconds: number
}

const binMs = 50,
  alpha = 0.05,
  rounds = 5,
  seed = 1

/** Times correlations, and edges beyond chance, of independent Poisson channels. @throws engines/none-starts, jobs/cancelled */
export function* benchSnapshots(input: SnapshotsBenchInput, interrupt: Interrupt): Generator<StepNotice, SnapshotsBenchResult> {
  const { channels, bins, windows, edges } = input,
    stepBins = Math.max(1, Math.floor(bins / (windows + 1))),
    binCount = Math.min(bins, 2 * stepBins),
    seconds: number[] = [],
    processorSeconds: number[] = []
  const counts = binSpikes(
    poissonTrains(input),
    Int32Array.from({ length: channels }, (_, c) => c),
    { startS: 0, endS: (bins * binMs) / 1000, binMs },
    interrupt,
  )
  const machine = startPairs(counts, { lengthBins: binCount, stepBins }, input.threads ?? Math.min(8, availableParallelism()))
  if (machine === null) throw fail('engines/none-starts', { engine: 'cpu', engines: 'cpu' })
  try {
    for (let round = 0; round <= rounds; round++) {
      const began = performance.now(),
        before = process.cpuUsage()
      for (let window = 0; window < windows; window++) {
        const { r, coCounts } = machine.correlate({ firstBin: window * stepBins, binCount }, interrupt)
        if (edges === 'none') continue
        const found = machine.ofNull(interrupt)
        if (found === null) throw fail('engines/none-starts', { engine: 'cpu', engines: 'cpu' })
        significantEdges(r, likelyP(found, { coCounts, binCount }, alpha, interrupt), channels, alpha)
      }
      const { user, system } = process.cpuUsage(before)
      if (round > 0) {
        seconds.push((performance.now() - began) / 1000)
        processorSeconds.push((user + system) / 1e6)
      }
      yield { kind: 'progress', done: round, total: rounds, phase: 'correlation' }
    }
    return { seconds: median(seconds), processorSeconds: median(processorSeconds) }
  } finally {
    machine.close()
  }
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!

function poissonTrains({ channels, bins, rateHz }: SnapshotsBenchInput): SpikeTrains {
  const uniform = uniformSequence(seed, 'simulate'),
    endS = (bins * binMs) / 1000,
    timesS: number[] = [],
    offsets = new Uint32Array(channels + 1)
  const gapS = (): number => -Math.log(1 - uniform()) / rateHz
  for (let c = 0; c < channels; c++) {
    for (let timeS = gapS(); timeS < endS; timeS += gapS()) timesS.push(timeS)
    offsets[c + 1] = timesS.length
  }
  return { timesS: Float64Array.from(timesS), offsets }
}
