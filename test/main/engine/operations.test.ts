import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { AwaitedEngine } from '../../../src/main/engine/engine.ts'
import { affine } from '../../../src/main/engine/operations/affine.ts'
import { attend } from '../../../src/main/engine/operations/attend.ts'
import { blend } from '../../../src/main/engine/operations/blend.ts'
import { divergence } from '../../../src/main/engine/operations/divergence.ts'
import { edgeLoss } from '../../../src/main/engine/operations/edge-loss.ts'
import { gate } from '../../../src/main/engine/operations/gate.ts'
import { gaussian } from '../../../src/main/engine/operations/gaussian.ts'
import { multiply } from '../../../src/main/engine/operations/multiply.ts'
import { propagate, type GraphViews } from '../../../src/main/engine/operations/propagate.ts'
import { readout } from '../../../src/main/engine/operations/readout.ts'
import { repeat } from '../../../src/main/engine/operations/repeat.ts'
import { softplus } from '../../../src/main/engine/operations/softplus.ts'
import { columnsOf, rowsOf, type View } from '../../../src/main/engine/program.ts'
import type { Recorder } from '../../../src/main/engine/recorder.ts'
import { distance, matrix, numbersFrom, runOperation, type Matrices, type Matrix } from './operation-bench.ts'
import { expectAgreementOn, testedEngines, type AgreementCase } from './operation-suite.ts'

const size = (most: number) => fc.integer({ min: 1, max: most }),
  seed = fc.integer({ min: 1, max: 1e6 })
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
const softplusOf = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))
const product = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => b[0]!.map((_, j) => row.reduce((sum, value, k) => sum + value * b[k]![j]!, 0)))
const like = (recorder: Recorder, rows: number, columns: number): View => recorder.tensor('out', { row: rows, column: columns }, 'kept')

/** The one under test. */
let engine: AwaitedEngine
const expectAgreement = (one: AgreementCase): Promise<void> => expectAgreementOn(engine, one)

/** A symmetric graph with unit diagonal: empty, full, or random by density. */
function graphOf(
  n: number,
  density: number,
  next: () => number,
): { dense: Matrix; constants: Record<string, Uint32Array | Uint16Array | Float32Array> } {
  const draws = matrix(n, n, () => (next() + 1) / 2)
  const dense = matrix(n, n, (i, j) => (i === j || draws[Math.min(i, j)]![Math.max(i, j)]! < density ? 1 : 0))
  const rows = dense.map((row) => row.flatMap((one, j) => (one === 1 ? [j] : []))),
    starts = [0]
  for (const row of rows) starts.push(starts.at(-1)! + row.length)
  return {
    dense,
    constants: {
      rowStart: Uint32Array.from(starts),
      columns: Uint16Array.from(rows.flat()),
      scale: Float32Array.from(rows, (row) => row.length ** -0.5),
    },
  }
}

const graphViews = (recorder: Recorder, constants: ReturnType<typeof graphOf>['constants']): GraphViews => ({
  rowStart: recorder.tensor('rowStart', { start: constants.rowStart!.length }, 'input', 'uint32'),
  columns: recorder.tensor('columns', { entry: constants.columns!.length }, 'input', 'uint16'),
  scale: recorder.tensor('scale', { vertex: constants.scale!.length }, 'input'),
})

/** Some of the pairs without an edge, as the loss is told of them; none where the share is 0. */
function heldOf(dense: Matrix, share: number, next: () => number) {
  const draws = matrix(dense.length, dense.length, () => (next() + 1) / 2),
    isHeld = (i: number, j: number): boolean => i !== j && dense[i]![j] === 0 && draws[Math.min(i, j)]![Math.max(i, j)]! < share
  const rows = dense.map((row, i) => row.flatMap((_, j) => (isHeld(i, j) ? [j] : []))),
    starts = [0]
  for (const row of rows) starts.push(starts.at(-1)! + row.length)
  const constants: Record<string, Uint32Array | Uint16Array> =
    starts.at(-1) === 0 ? {} : { heldRowStart: Uint32Array.from(starts), heldColumns: Uint16Array.from(rows.flat()) }
  return { isHeld, constants }
}

function heldViews(recorder: Recorder, { heldRowStart, heldColumns }: ReturnType<typeof heldOf>['constants']) {
  if (heldRowStart === undefined || heldColumns === undefined) return {}
  return {
    held: {
      heldRowStart: recorder.tensor('heldRowStart', { start: heldRowStart.length }, 'input', 'uint32'),
      heldColumns: recorder.tensor('heldColumns', { entry: heldColumns.length }, 'input', 'uint16'),
    },
  }
}

describe.each(testedEngines)('every operation agrees with plain float64, forward and backward, on $name', (tested) => {
  beforeAll(() => {
    engine = tested
  })

  test('affine, with and without bias and relu, for sizes that fill no block', async () => {
    await fc.assert(
      fc.asyncProperty(size(9), size(7), size(10), fc.boolean(), fc.boolean(), seed, async (rows, depth, width, relu, hasBias, from) => {
        const next = numbersFrom(from),
          inputs = { x: matrix(rows, depth, next), w: matrix(depth, width, next), b: matrix(1, width, next) }
        await expectAgreement({
          inputs,
          dOut: matrix(rows, width, next),
          record: (recorder, { x, w, b }) => {
            const out = like(recorder, rows, width)
            affine(recorder, x!, w!, out, { relu, ...(hasBias ? { bias: b! } : {}) })
            return out
          },
          reference: ({ x, w, b }) =>
            product(x!, w!).map((row) =>
              row.map((value, j) => {
                const sum = value + (hasBias ? b![0]![j]! : 0)
                return relu ? Math.max(0, sum) : sum
              }),
            ),
        })
      }),
      { numRuns: 40 },
    )
  })

  test('affine sums over more rows than one block of the weight gradient holds', async () => {
    const next = numbersFrom(5),
      rows = 131,
      inputs = { x: matrix(rows, 3, next), w: matrix(3, 5, next) }
    await expectAgreement({
      inputs,
      dOut: matrix(rows, 5, next),
      reference: ({ x, w }) => product(x!, w!),
      record: (recorder, { x, w }) => {
        const out = like(recorder, rows, 5)
        affine(recorder, x!, w!, out)
        return out
      },
    })
  })

  test('affine on two blocks side by side is one product, its weight gradients joined over snapshots', async () => {
    await fc.assert(
      fc.asyncProperty(size(4), size(5), size(6), seed, async (steps, rows, width, from) => {
        const next = numbersFrom(from),
          inputs = { a: matrix(steps * rows, 3, next), b: matrix(steps * rows, 2, next), w: matrix(5, width, next) }
        await expectAgreement({
          inputs,
          dOut: matrix(steps * rows, width, next),
          record: (recorder, { a, b, w }) => {
            const out = like(recorder, steps * rows, width)
            affine(recorder, a!, rowsOf(w!, 0, 3), out)
            for (let t = 0; t < steps; t++) {
              affine(recorder, rowsOf(b!, t * rows, rows), rowsOf(w!, 3, 2), rowsOf(out, t * rows, rows), { accumulate: true })
            }
            return out
          },
          reference: ({ a, b, w }) =>
            product(
              a!.map((row, i) => [...row, ...b![i]!]),
              w!,
            ),
        })
      }),
      { numRuns: 20 },
    )
  })

  test('affine on blocks with a gap between them leaves the gap out of the weight gradient', async () => {
    const next = numbersFrom(9),
      inputs = { x: matrix(6, 3, next), w: matrix(3, 2, next) }
    await expectAgreement({
      inputs,
      dOut: matrix(6, 2, next),
      record: (recorder, { x, w }) => {
        const out = like(recorder, 6, 2)
        for (const first of [0, 4]) affine(recorder, rowsOf(x!, first, 2), w!, rowsOf(out, first, 2))
        return out
      },
      reference: ({ x, w }) => product(x!, w!).map((row, i) => (i === 2 || i === 3 ? [0, 0] : row)),
    })
  })

  test('affine of the identity gives the weight’s rows', async () => {
    await fc.assert(
      fc.asyncProperty(size(6), size(7), fc.boolean(), seed, async (rows, width, relu, from) => {
        const next = numbersFrom(from),
          inputs = { w: matrix(rows, width, next), b: matrix(1, width, next) }
        await expectAgreement({
          inputs,
          dOut: matrix(rows, width, next),
          record: (recorder, { w, b }) => {
            const out = like(recorder, rows, width)
            affine(recorder, 'identity', w!, out, { bias: b!, relu })
            return out
          },
          reference: ({ w, b }) => w!.map((row) => row.map((value, j) => (relu ? Math.max(0, value + b![0]![j]!) : value + b![0]![j]!))),
        })
      }),
      { numRuns: 20 },
    )
  })

  test('propagate on empty, full and random graphs, down to one vertex', async () => {
    await fc.assert(
      fc.asyncProperty(size(13), size(19), fc.constantFrom(0, 0.3, 1), fc.boolean(), seed, async (n, width, density, relu, from) => {
        const next = numbersFrom(from),
          { dense, constants } = graphOf(n, density, next),
          degree = dense.map((row) => row.reduce((sum, one) => sum + one, 0))
        const normal = matrix(n, n, (i, j) => dense[i]![j]! / Math.sqrt(degree[i]! * degree[j]!))
        await expectAgreement({
          inputs: { x: matrix(n, width + 2, next) },
          dOut: matrix(n, width, next),
          constants,
          record: (recorder, { x }) => {
            const out = like(recorder, n, width)
            propagate(recorder, graphViews(recorder, constants), columnsOf(x!, 1, width), out, { relu })
            return out
          },
          reference: ({ x }) =>
            product(
              normal,
              x!.map((row) => row.slice(1, -1)),
            ).map((row) => row.map((value) => (relu ? Math.max(0, value) : value))),
        })
      }),
      { numRuns: 40 },
    )
  })

  test('gate', async () => {
    await fc.assert(
      fc.asyncProperty(size(6), size(5), fc.constantFrom('sigmoid', 'tanh'), seed, async (rows, width, kind, from) => {
        const next = numbersFrom(from),
          f = kind === 'tanh' ? Math.tanh : sigmoid
        await expectAgreement({
          inputs: { x: matrix(rows, width, () => 4 * next()), b: matrix(1, width, next) },
          dOut: matrix(rows, width, next),
          record: (recorder, { x, b }) => {
            const out = like(recorder, rows, width)
            gate(recorder, kind, x!, b!, out)
            return out
          },
          reference: ({ x, b }) => x!.map((row) => row.map((value, j) => f(value + b![0]![j]!))),
        })
      }),
      { numRuns: 20 },
    )
  })

  test('multiply, blend, softplus and repeat', async () => {
    await fc.assert(
      fc.asyncProperty(size(5), size(4), size(3), seed, async (rows, width, copies, from) => {
        const next = numbersFrom(from),
          make = (): Matrix => matrix(rows, width, () => 3 * next()),
          dOut = make()
        const out = (recorder: Recorder): View => like(recorder, rows, width),
          each = (f: (i: number, j: number) => number): Matrix => matrix(rows, width, f)
        await expectAgreement({
          inputs: { a: make(), b: make() },
          dOut,
          reference: ({ a, b }) => each((i, j) => a![i]![j]! * b![i]![j]!),
          record: (recorder, { a, b }) => {
            const o = out(recorder)
            multiply(recorder, a!, b!, o)
            return o
          },
        })
        await expectAgreement({
          inputs: { u: make(), h: make(), c: make() },
          dOut,
          reference: ({ u, h, c }) => each((i, j) => u![i]![j]! * h![i]![j]! + (1 - u![i]![j]!) * c![i]![j]!),
          record: (recorder, { u, h, c }) => {
            const o = out(recorder)
            blend(recorder, { u: u!, h: h!, c: c! }, o)
            return o
          },
        })
        await expectAgreement({
          inputs: { x: make() },
          dOut,
          reference: ({ x }) => each((i, j) => softplusOf(x![i]![j]!) + 1e-3),
          record: (recorder, { x }) => {
            const o = out(recorder)
            softplus(recorder, x!, o, 1e-3)
            return o
          },
        })
        await expectAgreement({
          inputs: { x: make() },
          dOut: matrix(rows * copies, width, next),
          reference: ({ x }) => matrix(rows * copies, width, (i, j) => x![i % rows]![j]!),
          record: (recorder, { x }) => {
            const o = like(recorder, rows * copies, width)
            repeat(recorder, x!, o)
            return o
          },
        })
      }),
      { numRuns: 20 },
    )
  })

  test('gaussian with given noise', async () => {
    await fc.assert(
      fc.asyncProperty(size(5), size(8), seed, async (rows, width, from) => {
        const next = numbersFrom(from),
          noise = matrix(rows, width, next)
        await expectAgreement({
          inputs: { mean: matrix(rows, width, next), std: matrix(rows, width, next) },
          dOut: matrix(rows, width, next),
          constants: { noise: Float32Array.from(noise.flat()) },
          scalars: { noiseScale: 1 },
          record: (recorder, { mean, std }) => {
            const out = like(recorder, rows, width),
              given = recorder.tensor('noise', { row: rows, column: width }, 'input')
            gaussian(recorder, { mean: mean!, std: std!, noise: given }, out, 0)
            return out
          },
          reference: ({ mean, std }) => matrix(rows, width, (i, j) => mean![i]![j]! + noise[i]![j]! * std![i]![j]!),
        })
      }),
      { numRuns: 15 },
    )
  })

  test('gaussian with drawn noise: the gradient sees the noise of the forward pass', async () => {
    const next = numbersFrom(3),
      scalars = { noiseScale: 1, seed: 7, epoch: 2 },
      inputs = { mean: matrix(40, 8, () => 0), std: matrix(40, 8, () => 1) }
    const dOut = matrix(40, 8, next),
      { out, gradients } = await runOperation(
        inputs,
        (recorder, { mean, std }) => {
          const o = like(recorder, 40, 8)
          gaussian(recorder, { mean: mean!, std: std!, noise: null }, o, 5)
          return o
        },
        dOut,
        { scalars, engine },
      )
    expect(
      distance(
        gradients.std!,
        out.map((row, i) => row.map((noise, j) => noise * dOut[i]![j]!)),
      ),
    ).toBeLessThan(1e-6)
    const all = out.flat(),
      mean = all.reduce((sum, value) => sum + value, 0) / all.length
    expect(Math.abs(mean)).toBeLessThan(0.2)
    expect(Math.abs(all.reduce((sum, value) => sum + value * value, 0) / all.length - 1)).toBeLessThan(0.3)
    expect(new Set(all).size).toBe(all.length)
  })

  test('divergence', async () => {
    const next = numbersFrom(11),
      rows = 4,
      width = 8,
      make = (): Matrix => matrix(rows, width, next)
    const positive = (): Matrix => matrix(rows, width, () => Math.fround(0.6 + 0.5 * next()))
    const inputs = { m: make(), s: positive(), pm: make(), ps: positive() }
    for (const epsilon of [0, 1e-2]) {
      const reference = ({ m, s, pm, ps }: Matrices): Matrix => [
        [
          m!
            .flatMap((row, i) =>
              row.map((mu, j) => {
                const s1 = s![i]![j]! + epsilon,
                  s2 = ps![i]![j]! + epsilon
                return (2 * Math.log(s2 / s1) + (s1 ** 2 + (mu - pm![i]![j]!) ** 2) / s2 ** 2 - 1) / (2 * rows * rows)
              }),
            )
            .reduce((sum, value) => sum + value, 0),
        ],
      ]
      await expectAgreement({
        inputs,
        dOut: null,
        reference,
        scalars: { beta: 1 },
        record: (recorder, { m, s, pm, ps }) => {
          const sum = recorder.tensor('sum', { one: 1 }, 'kept', 'float64')
          divergence(recorder, { mean: m!, std: s!, priorMean: pm!, priorStd: ps! }, sum, { epsilon, weight: 'beta' })
          return sum
        },
      })
    }
  })

  test('edge loss on empty, full and random graphs, over channels or over every entry, with and without pairs held out', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 12 }),
        size(8),
        fc.constantFrom(0, 0.3, 1),
        fc.boolean(),
        fc.constantFrom(0, 0.4),
        seed,
        async (n, latent, density, all, heldShare, from) => {
          const next = numbersFrom(from),
            extra = all ? 0 : 1,
            { dense, constants } = graphOf(n + extra, density, next),
            held = heldOf(dense.slice(0, n), heldShare, next)
          const counts = (i: number, j: number): boolean => (all || i !== j) && !held.isHeld(i, j)
          const entries = dense.slice(0, n).flatMap((row, i) => row.slice(0, n).filter((_, j) => counts(i, j)))
          const pairs = Math.max(2, entries.length),
            positives = Math.min(
              Math.max(
                entries.reduce((sum, one) => sum + one, 0),
                1,
              ),
              pairs - 1,
            )
          const weight = (pairs - positives) / positives,
            norm = pairs / (2 * (pairs - positives))
          const reference = ({ z }: Matrices): Matrix => [
            [
              z!
                .flatMap((a, i) =>
                  z!.map((b, j) => {
                    if (!counts(i, j)) return 0
                    const x = a.reduce((sum, value, k) => sum + value * b[k]!, 0),
                      one = dense[i]![j]!
                    return (norm / pairs) * (weight * one * softplusOf(-x) + (1 - one) * softplusOf(x))
                  }),
                )
                .reduce((sum, value) => sum + value, 0),
            ],
          ]
          await expectAgreement({
            inputs: { z: matrix(n, latent, () => 2 * next()) },
            dOut: null,
            reference,
            constants: { ...constants, ...(held.constants as typeof constants) },
            record: (recorder, { z }) => {
              const sum = recorder.tensor('sum', { one: 1 }, 'kept', 'float64')
              edgeLoss(recorder, graphViews(recorder, constants), z!, sum, { withDiagonal: all, ...heldViews(recorder, held.constants) })
              return sum
            },
          })
        },
      ),
      { numRuns: 40 },
    )
  })

  test('readout of the last row and of the mean', async () => {
    await fc.assert(
      fc.asyncProperty(size(6), size(5), fc.constantFrom('last', 'mean'), seed, async (rows, width, kind, from) => {
        const next = numbersFrom(from)
        await expectAgreement({
          inputs: { x: matrix(rows, width, next) },
          dOut: matrix(1, width, next),
          record: (recorder, { x }) => {
            const out = like(recorder, 1, width)
            readout(recorder, kind, x!, out)
            return out
          },
          reference: ({ x }) => [
            x![0]!.map((_, j) => (kind === 'last' ? x!.at(-1)![j]! : x!.reduce((sum, row) => sum + row[j]!, 0) / rows)),
          ],
        })
      }),
      { numRuns: 20 },
    )
  })

  test('attend over no, one or more earlier states', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 4 }), size(5), size(6), seed, async (earlier, vertices, width, from) => {
        const next = numbersFrom(from),
          big = (): number => 2 * next(),
          blocks = Math.max(1, earlier)
        const inputs = {
          query: matrix(1, width, big),
          newKey: matrix(1, width, big),
          newState: matrix(vertices, width, next),
          keys: matrix(blocks, width, big),
          states: matrix(blocks * vertices, width, next),
        }
        await expectAgreement({
          inputs,
          dOut: matrix(vertices, width, next),
          record: (recorder, { query, newKey, newState, keys, states }) => {
            const out = like(recorder, vertices, width),
              weights = recorder.tensor('weights', { state: earlier + 2 }, 'kept')
            const past = earlier === 0 ? { keys: null, states: null } : { keys: keys!, states: states! }
            attend(recorder, { query: query!, newKey: newKey!, newState: newState!, ...past }, out, weights)
            return out
          },
          reference: ({ query, newKey, newState, keys, states }) => {
            const allKeys = [...keys!.slice(0, earlier), newKey![0]!],
              allStates = [...states!.slice(0, earlier * vertices), ...newState!]
            const powers = allKeys.map((key) => Math.exp(key.reduce((sum, value, k) => sum + value * query![0]![k]!, 0) / Math.sqrt(width)))
            const sum = powers.reduce((total, power) => total + power, 0)
            return matrix(vertices, width, (i, j) =>
              powers.reduce((mix, power, k) => mix + (power / sum) * allStates[k * vertices + i]![j]!, 0),
            )
          },
        })
      }),
      { numRuns: 25 },
    )
  })
})
