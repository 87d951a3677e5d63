import { expect, test } from 'vitest'
import { playsOf, shiftedHitRatios, shiftedTrains } from '../../../../src/main/science/alignment/event-shifts.ts'
import { correlateWithPerformance, performanceNull, shiftTestOf } from '../../../../src/main/science/alignment/performance-correlation.ts'
import { residualsOf } from '../../../../src/main/science/least-squares.ts'
import { windowPerformance } from '../../../../src/main/science/performance.ts'
import { meanRanks, pearson, spearman } from '../../../../src/main/science/rank-correlation.ts'
import { uniformSequence } from '../../../../src/shared/domain/random.ts'
import type { TaskEvent } from '../../../../src/shared/domain/task-event.ts'

const windows = {
  startS: Float64Array.from({ length: 12 }, (_, t) => 50 * t),
  endS: Float64Array.from({ length: 12 }, (_, t) => 50 * t + 100),
}
const span = { startS: 1000, endS: 1650 }

function events(seed: number): TaskEvent[] {
  const uniform = uniformSequence(seed, 'simulate')
  return Array.from({ length: 200 }, () => {
    const timeS = 1000 + 650 * uniform()
    return { timeS, kind: uniform() < 0.3 + (0.5 * (timeS - 1000)) / 650 ? ('hit' as const) : ('miss' as const), label: '', value: null }
  }).sort((a, b) => a.timeS - b.timeS)
}

const numbers = (seed: number): Float64Array => Float64Array.from({ length: 12 }, uniformSequence(seed, 'simulate', [1, 0]))
const controls = { density: numbers(11), meanRateHz: numbers(12), windowIndex: Float64Array.from({ length: 12 }, (_, t) => t) }

test('a train that is not turned gives the performance of the windows', () => {
  const own = events(1),
    played = windowPerformance(
      own,
      Array.from(windows.startS, (startS, t) => ({ startS: 1000 + startS, endS: 1000 + windows.endS[t]! })),
    )
  expect([...shiftedHitRatios(playsOf(own, span), windows, 0)]).toEqual(played.map(({ hitRatio }) => hitRatio))
})

test('the recording ends before its end: an event there is not in it', () => {
  const at = (timeS: number): TaskEvent => ({ timeS, kind: 'hit', label: '', value: null })
  expect([...playsOf([at(999), at(1000), at(1649), at(1650)], span).hitsS]).toEqual([0, 649])
})

test('a turn moves every event by the same time, around the end of the recording', () => {
  const own = events(2),
    turned = own.map((event) => ({ ...event, timeS: 1000 + ((event.timeS - 1000 + 234.5) % 650) })).sort((a, b) => a.timeS - b.timeS)
  expect(shiftedHitRatios(playsOf(own, span), windows, 234.5)).toEqual(shiftedHitRatios(playsOf(turned, span), windows, 0))
})

test('ρ is Spearman’s over the windows that have both', () => {
  const hitRatio = shiftedHitRatios(playsOf(events(3), span), windows, 0),
    values = numbers(4)
  hitRatio[3] = NaN
  values[5] = NaN
  const found = correlateWithPerformance(values, performanceNull(hitRatio, []), controls)
  expect(found).toMatchObject({ windowCount: 10, p: null, null95: null, reason: null })
  expect(found.rho).toBeCloseTo(spearman([...values], [...hitRatio]), 12)
})

test('residual versions are correlations of what is left of the ranks', () => {
  const hitRatio = numbers(5),
    values = numbers(6)
  const { residual } = correlateWithPerformance(values, performanceNull(hitRatio, []), controls)
  const left = (covariates: Float64Array[]): number =>
    pearson(residualsOf(meanRanks(values), covariates.map(meanRanks)), residualsOf(meanRanks(hitRatio), covariates.map(meanRanks)))
  expect(residual.density.rho).toBeCloseTo(left([controls.density]), 10)
  expect(residual.windowIndex.rho).toBeCloseTo(left([controls.windowIndex]), 10)
  expect(residual.all.rho).toBeCloseTo(left(Object.values(controls)), 10)
})

test('a control that is the measure itself leaves nothing, a constant one takes nothing', () => {
  const values = controls.density,
    found = correlateWithPerformance(values, performanceNull(numbers(7), []), { ...controls, meanRateHz: new Float64Array(12).fill(2) })
  expect(found.residual.density).toEqual({ rho: null, p: null })
  expect(found.residual.meanRateHz.rho).toBeCloseTo(found.rho!, 12)
})

test('p compares with every turned train, each on the windows it has', () => {
  const plays = playsOf(events(8), span),
    hitRatio = shiftedHitRatios(plays, windows, 0),
    trains = shiftedTrains(plays, windows, 99, uniformSequence(1, 'permutation')),
    values = Float64Array.from(windows.startS)
  trains.forEach((train, k) => (train[k % 12] = k % 3 === 0 ? NaN : train[k % 12]!))
  const rhos = trains.map((train) => spearman([...values], [...train])),
    rho = spearman([...values], [...hitRatio]),
    centre = (rhos.reduce((sum, one) => sum + one, 0) + rho) / 100,
    asFar = rhos.filter((one) => Math.abs(one - centre) >= Math.abs(rho - centre) - 1e-12).length
  const found = correlateWithPerformance(values, performanceNull(hitRatio, trains), controls)
  expect(found.p).toBeCloseTo((1 + asFar) / 100, 12)
  const sorted = rhos.toSorted((x, y) => x - y)
  // 0.025 and 0.975 of the way along 99 numbers
  expect(found.null95?.[0]).toBeCloseTo(sorted[2]! * 0.55 + sorted[3]! * 0.45, 12)
  expect(found.null95?.[1]).toBeCloseTo(sorted[95]! * 0.45 + sorted[96]! * 0.55, 12)
  expect(shiftTestOf(values, performanceNull(hitRatio, trains)).p).toBeCloseTo((1 + asFar) / 100, 12)
})

test('what cannot be correlated says why', () => {
  const reason = (values: Float64Array, hitRatio: Float64Array) =>
    correlateWithPerformance(values, performanceNull(hitRatio, [hitRatio]), controls).reason
  const sparse = numbers(9).map((value, t) => (t < 7 ? value : NaN))
  expect(reason(numbers(9), new Float64Array(12).fill(NaN))).toBe('no-events')
  expect(reason(numbers(9), sparse)).toBe('too-few-windows')
  expect(reason(sparse, numbers(9))).toBe('too-few-windows')
  expect(reason(numbers(9), new Float64Array(12).fill(1))).toBe('performance-constant')
  expect(reason(new Float64Array(12).fill(1), numbers(9))).toBe('measure-constant')
})
