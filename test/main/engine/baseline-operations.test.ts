import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { cpuEngine } from '../../../src/main/engine/cpu/run.ts'
import type { AwaitedEngine } from '../../../src/main/engine/engine.ts'
import { adam } from '../../../src/main/engine/operations/adam.ts'
import { blockProduct } from '../../../src/main/engine/operations/block-product.ts'
import { softmaxCrossEntropy } from '../../../src/main/engine/operations/cross-entropy.ts'
import { gate } from '../../../src/main/engine/operations/gate.ts'
import { convolve } from '../../../src/main/engine/operations/convolve.ts'
import { gelu } from '../../../src/main/engine/operations/gelu.ts'
import { infoNce } from '../../../src/main/engine/operations/info-nce.ts'
import { layerNorm } from '../../../src/main/engine/operations/layer-norm.ts'
import { lookup } from '../../../src/main/engine/operations/lookup.ts'
import { lstm } from '../../../src/main/engine/operations/lstm.ts'
import { multiHeadAttention } from '../../../src/main/engine/operations/multi-head-attention.ts'
import { multiply } from '../../../src/main/engine/operations/multiply.ts'
import { nesterov } from '../../../src/main/engine/operations/nesterov.ts'
import { toUnitLength } from '../../../src/main/engine/operations/normalise.ts'
import { penalise } from '../../../src/main/engine/operations/penalise.ts'
import { repeat } from '../../../src/main/engine/operations/repeat.ts'
import { softmax } from '../../../src/main/engine/operations/softmax.ts'
import { squaredError } from '../../../src/main/engine/operations/squared-error.ts'
import { columnsOf, type View } from '../../../src/main/engine/program.ts'
import { createRecorder, type Recorder } from '../../../src/main/engine/recorder.ts'
import { matrix, numbersFrom, runOperation, type Matrices, type Matrix } from './operation-bench.ts'
import { expectAgreementOn, testedEngines, type AgreementCase } from './operation-suite.ts'

const size = (most: number) => fc.integer({ min: 1, max: most }),
  seed = fc.integer({ min: 1, max: 1e6 })
const like = (recorder: Recorder, rows: number, columns: number): View => recorder.tensor('out', { row: rows, column: columns }, 'kept')
const sumOf = (recorder: Recorder): View => recorder.tensor('sum', { one: 1 }, 'kept', 'float64')
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0)
const transposed = (a: Matrix): Matrix => a[0]!.map((_, j) => a.map((row) => row[j]!))
const product = (a: Matrix, b: Matrix): Matrix => a.map((row) => b[0]!.map((_, j) => sum(row.map((value, k) => value * b[k]![j]!))))
const blocksOf = (a: Matrix, count: number): Matrix[] =>
  Array.from({ length: count }, (_, g) => a.slice((g * a.length) / count, ((g + 1) * a.length) / count))
const logSum = (row: readonly number[]): number => Math.log(sum(row.map(Math.exp)))

/** An index as an input of the program. */
const indexView = (recorder: Recorder, index: readonly number[]): View => recorder.tensor('index', { row: index.length, one: 1 }, 'input')

let engine: AwaitedEngine
const expectAgreement = (one: AgreementCase): Promise<void> => expectAgreementOn(engine, one)

describe.each(testedEngines)('every operation of the baselines agrees with plain float64, forward and backward, on $name', (tested) => {
  beforeAll(() => {
    engine = tested
  })

  test('products block by block, plain and with either side transposed', async () => {
    await fc.assert(
      fc.asyncProperty(
        size(3),
        size(5),
        size(6),
        size(7),
        fc.constantFrom('none', 'A', 'B'),
        seed,
        async (blockCount, m, k, n, side, from) => {
          const next = numbersFrom(from),
            [transposesA, transposesB] = [side === 'A', side === 'B']
          await expectAgreement({
            inputs: {
              a: transposesA ? matrix(blockCount * k, m, next) : matrix(blockCount * m, k, next),
              b: transposesB ? matrix(blockCount * n, k, next) : matrix(blockCount * k, n, next),
            },
            dOut: matrix(blockCount * m, n, next),
            record: (recorder, { a, b }) => {
              const out = like(recorder, blockCount * m, n)
              blockProduct(recorder, a!, b!, out, { blockCount, transposesA, transposesB, scale: 0.7 })
              return out
            },
            reference: ({ a, b }) =>
              blocksOf(a!, blockCount).flatMap((block, g) => {
                const other = blocksOf(b!, blockCount)[g]!
                return product(transposesA ? transposed(block) : block, transposesB ? transposed(other) : other).map((row) =>
                  row.map((value) => 0.7 * value),
                )
              }),
          })
        },
      ),
      { numRuns: 30 },
    )
  })

  test('a product of a matrix with itself', async () => {
    const next = numbersFrom(4)
    await expectAgreement({
      inputs: { z: matrix(37, 8, next) },
      dOut: matrix(37, 37, next),
      record: (recorder, { z }) => {
        const out = like(recorder, 37, 37)
        blockProduct(recorder, z!, z!, out, { transposesB: true })
        return out
      },
      reference: ({ z }) => product(z!, transposed(z!)),
    })
  })

  test('softmax of rows, of large scores too', async () => {
    await fc.assert(
      fc.asyncProperty(size(6), size(9), fc.constantFrom(1, 20), seed, async (rows, width, scale, from) => {
        const next = numbersFrom(from)
        await expectAgreement({
          inputs: { x: matrix(rows, width, () => scale * next()) },
          dOut: matrix(rows, width, next),
          record: (recorder, { x }) => {
            const out = like(recorder, rows, width)
            softmax(recorder, x!, out)
            return out
          },
          reference: ({ x }) => x!.map((row) => row.map((value) => Math.exp(value - logSum(row)))),
        })
      }),
      { numRuns: 20 },
    )
  })

  test('a layer norm with gain and bias', async () => {
    await fc.assert(
      fc.asyncProperty(size(40), fc.integer({ min: 3, max: 10 }), seed, async (rows, width, from) => {
        const next = numbersFrom(from)
        await expectAgreement({
          inputs: { x: matrix(rows, width, next), gain: matrix(1, width, next), bias: matrix(1, width, next) },
          dOut: matrix(rows, width, next),
          record: (recorder, { x, gain, bias }) => {
            const out = like(recorder, rows, width)
            layerNorm(recorder, x!, { gain: gain!, bias: bias! }, out)
            return out
          },
          reference: ({ x, gain, bias }) =>
            x!.map((row) => {
              const mean = sum(row) / width,
                deviation = Math.sqrt(sum(row.map((value) => (value - mean) ** 2)) / width + 1e-12)
              return row.map((value, j) => ((value - mean) / deviation) * gain![0]![j]! + bias![0]![j]!)
            }),
        })
      }),
      { numRuns: 15 },
    )
  })

  test('rows of length 1', async () => {
    await fc.assert(
      fc.asyncProperty(size(7), fc.integer({ min: 2, max: 9 }), seed, async (rows, width, from) => {
        const next = numbersFrom(from)
        await expectAgreement({
          inputs: { x: matrix(rows, width, () => 0.2 + next()) },
          dOut: matrix(rows, width, next),
          record: (recorder, { x }) => {
            const out = like(recorder, rows, width)
            toUnitLength(recorder, x!, out)
            return out
          },
          reference: ({ x }) => x!.map((row) => row.map((value) => value / Math.hypot(...row))),
        })
      }),
      { numRuns: 15 },
    )
  })

  test('rows looked up once, often or never', async () => {
    await fc.assert(
      fc.asyncProperty(size(40), size(9), size(6), seed, async (entries, rows, width, from) => {
        const next = numbersFrom(from),
          index = Array.from({ length: rows }, () => Math.floor(((next() + 1) / 2) * entries))
        await expectAgreement({
          inputs: { table: matrix(entries, width, next) },
          dOut: matrix(rows, width, next),
          constants: { index: Float32Array.from(index) },
          record: (recorder, { table }) => {
            const out = like(recorder, rows, width)
            lookup(recorder, table!, indexView(recorder, index), out)
            return out
          },
          reference: ({ table }) => index.map((entry) => table![entry]!),
        })
      }),
      { numRuns: 20 },
    )
  })

  test('gelu', async () => {
    const next = numbersFrom(12)
    await expectAgreement({
      inputs: { x: matrix(5, 7, () => 4 * next()) },
      dOut: matrix(5, 7, next),
      record: (recorder, { x }) => {
        const out = like(recorder, 5, 7)
        gelu(recorder, x!, out)
        return out
      },
      reference: ({ x }) =>
        x!.map((row) => row.map((value) => 0.5 * value * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (value + 0.044715 * value ** 3))))),
    })
  })

  test('softmax cross-entropy with targets, and the logarithm of the sum without', async () => {
    await fc.assert(
      fc.asyncProperty(size(40), fc.integer({ min: 2, max: 9 }), fc.boolean(), seed, async (rows, classes, hasTargets, from) => {
        const next = numbersFrom(from),
          index = Array.from({ length: rows }, () => Math.floor(((next() + 1) / 2) * classes))
        await expectAgreement({
          inputs: { x: matrix(rows, classes, () => 3 * next()) },
          dOut: null,
          constants: { index: Float32Array.from(index) },
          record: (recorder, { x }) => {
            const out = sumOf(recorder)
            softmaxCrossEntropy(recorder, x!, hasTargets ? indexView(recorder, index) : null, out, 0.3)
            return out
          },
          reference: ({ x }) => [[0.3 * sum(x!.map((row, i) => logSum(row) - (hasTargets ? row[index[i]!]! : 0)))]],
        })
      }),
      { numRuns: 20 },
    )
  })

  test('squared error, heavier on edges', async () => {
    await fc.assert(
      fc.asyncProperty(size(40), size(9), seed, async (rows, width, from) => {
        const next = numbersFrom(from),
          weight = (y: number): number => (y > 0 ? 25 : 1)
        await expectAgreement({
          // far enough from 0 that a small step does not change the weight
          inputs: { x: matrix(rows, width, next), y: matrix(rows, width, () => (next() > 0 ? 1 : -0.5)) },
          dOut: null,
          record: (recorder, { x, y }) => {
            const out = sumOf(recorder)
            squaredError(recorder, x!, y!, out, { edgeWeight: 25, scale: 0.2 })
            return out
          },
          reference: ({ x, y }) => [
            [0.2 * sum(x!.flatMap((row, i) => row.map((value, j) => weight(y![i]![j]!) * (value - y![i]![j]!) ** 2)))],
          ],
        })
      }),
      { numRuns: 20 },
    )
  })

  test('a gate without bias, a product and a copy that are added to', async () => {
    const next = numbersFrom(3)
    await expectAgreement({
      inputs: { a: matrix(6, 5, next), b: matrix(6, 5, next), c: matrix(3, 5, next) },
      dOut: matrix(6, 5, next),
      record: (recorder, { a, b, c }) => {
        const out = like(recorder, 6, 5),
          gated = recorder.tensor('gated', { row: 6, column: 5 })
        gate(recorder, 'tanh', a!, null, gated)
        repeat(recorder, gated, out)
        multiply(recorder, a!, b!, out, { accumulate: true })
        repeat(recorder, c!, out, { accumulate: true })
        return out
      },
      reference: ({ a, b, c }) => a!.map((row, i) => row.map((value, j) => Math.tanh(value) + value * b![i]![j]! + c![i % 3]![j]!)),
    })
  })

  test('two steps of an LSTM', async () => {
    const next = numbersFrom(31),
      [rows, inCount, units] = [5, 4, 3]
    const inputs = {
      a: matrix(rows, inCount, next),
      b: matrix(rows, inCount, next),
      w: matrix(inCount, 4 * units, next),
      u: matrix(units, 4 * units, next),
      bias: matrix(1, 4 * units, next),
    }
    const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
    const stepOf = (x: Matrix, h: Matrix, c: Matrix, { w, u, bias }: Matrices): { h: Matrix; c: Matrix } => {
      const sums = product(x, w!).map((row, i) => row.map((value, j) => value + product(h, u!)[i]![j]! + bias![0]![j]!)),
        gate4 = (k: number, f: (x: number) => number): Matrix => sums.map((row) => row.slice(k * units, (k + 1) * units).map(f))
      const [i, f, g, o] = [gate4(0, sigmoid), gate4(1, sigmoid), gate4(2, Math.tanh), gate4(3, sigmoid)]
      const cell = c.map((row, n) => row.map((value, k) => f[n]![k]! * value + i[n]![k]! * g[n]![k]!))
      return { c: cell, h: cell.map((row, n) => row.map((value, k) => o[n]![k]! * Math.tanh(value))) }
    }
    await expectAgreement({
      inputs,
      dOut: matrix(rows, units, next),
      record: (recorder, { a, b, w, u, bias }) => {
        const weights = { input: w!, hidden: u!, bias: bias! },
          middle = recorder.tensor('middle', { row: rows, column: units }),
          out = like(recorder, rows, units)
        lstm(recorder, b!, lstm(recorder, a!, null, weights, middle), weights, out)
        return out
      },
      reference: (all) => {
        const zeros = matrix(rows, units, () => 0),
          first = stepOf(all.a!, zeros, zeros, all)
        return stepOf(all.b!, first.h, first.c, all).h
      },
    })
  })

  test('multi-head attention stays within its sequence', async () => {
    const next = numbersFrom(8),
      [sequenceCount, length, width, headCount] = [3, 4, 6, 2]
    const names = ['query', 'key', 'value', 'output'] as const
    const inputs: Matrices = { x: matrix(sequenceCount * length, width, next) }
    for (const name of names) Object.assign(inputs, { [name]: matrix(width, width, next), [`${name} b`]: matrix(1, width, next) })
    await expectAgreement({
      inputs,
      dOut: matrix(sequenceCount * length, width, next),
      record: (recorder, views) => {
        const out = like(recorder, sequenceCount * length, width),
          weights = Object.fromEntries(names.map((name) => [name, { weight: views[name]!, bias: views[`${name} b`]! }]))
        multiHeadAttention(recorder, views['x']!, weights as Parameters<typeof multiHeadAttention>[2], out, { sequenceCount, headCount })
        return out
      },
      reference: (all) => {
        const layer = (name: string, x: Matrix): Matrix =>
          product(x, all[name]!).map((row) => row.map((value, j) => value + all[`${name} b`]![0]![j]!))
        return blocksOf(all['x']!, sequenceCount).flatMap((x) => {
          const [q, k, v] = ['query', 'key', 'value'].map((name) => layer(name, x)),
            size = width / headCount
          const mixed = x.map((_, i) =>
            Array.from({ length: headCount }, (__, head) => {
              const of = (row: number[]): number[] => row.slice(head * size, (head + 1) * size)
              const powers = k!.map((row) => Math.exp(sum(of(row).map((value, c) => value * of(q![i]!)[c]!)) / Math.sqrt(size)))
              return of(v![0]!).map((___, c) => sum(powers.map((power, j) => power * of(v![j]!)[c]!)) / sum(powers))
            }).flat(),
          )
          return layer('output', mixed)
        })
      },
    })
  })

  test('a convolution over time of several sequences', async () => {
    const next = numbersFrom(17),
      [length, sequenceCount, width, outCount, taps] = [5, 2, 3, 4, 3]
    await expectAgreement({
      inputs: { x: matrix(length * sequenceCount, width, next), w: matrix(taps * width, outCount, next), b: matrix(1, outCount, next) },
      dOut: matrix((length - taps + 1) * sequenceCount, outCount, next),
      record: (recorder, { x, w, b }) => {
        const out = like(recorder, (length - taps + 1) * sequenceCount, outCount)
        convolve(recorder, x!, { weight: w!, bias: b! }, out, { taps, sequenceCount })
        return out
      },
      reference: ({ x, w, b }) =>
        matrix((length - taps + 1) * sequenceCount, outCount, (row, j) => {
          const [t, sequence] = [Math.floor(row / sequenceCount), row % sequenceCount]
          let value = b![0]![j]!
          for (let tap = 0; tap < taps; tap++)
            for (let c = 0; c < width; c++) value += x![(t + tap) * sequenceCount + sequence]![c]! * w![tap * width + c]![j]!
          return value
        }),
    })
  })

  test('InfoNCE of rows of length 1', async () => {
    const next = numbersFrom(23),
      rows = (): Matrix => matrix(6, 4, next),
      temperature = 0.5
    await expectAgreement({
      inputs: { r: rows(), p: rows(), n: matrix(9, 4, next) },
      dOut: [[1, 1]],
      record: (recorder, { r, p, n }) => {
        const out = recorder.tensor('sums', { term: 2 }, 'kept', 'float64')
        const unit = (view: View): View => {
          const made = recorder.tensor('unit', { row: view.rowCount, column: view.columnCount })
          toUnitLength(recorder, view, made)
          return made
        }
        const sums = { push: columnsOf(out, 0, 1), pull: columnsOf(out, 1, 1) }
        infoNce(recorder, { reference: unit(r!), positive: unit(p!), negative: unit(n!) }, sums, temperature)
        return out
      },
      reference: (all) => {
        const [r, p, n] = ['r', 'p', 'n'].map((name) => all[name]!.map((row) => row.map((value) => value / Math.hypot(...row)))),
          dot = (a: number[], b: number[]): number => sum(a.map((value, k) => value * b[k]!)) / temperature
        return [
          [
            sum(r!.map((row) => logSum(n!.map((other) => dot(row, other))))) / 6,
            1 / temperature - sum(r!.map((row, i) => dot(row, p![i]!))) / 6,
          ],
        ]
      },
    })
  })

  test('AdamW, Nesterov’s momentum and both penalties follow their definitions and leave other parameters alone', async () => {
    const start = [0.5, -0.25, 1, 2, -3],
      gradients = [
        [3, 4, 100, 0.5, -12],
        [-1, 0.25, 100, 30, 2],
      ],
      stretches = [
        [0, 2],
        [3, 5],
      ] as const,
      trained = [0, 1, 3, 4],
      learningRate = 0.125
    const run = async (kind: 'adamW' | 'nesterov'): Promise<number[]> => {
      const recorder = createRecorder(),
        [p, g, m, v] = ['p', 'g', 'm', 'v'].map((name) => recorder.tensor(name, { parameter: 5 }, 'kept'))
      penalise(recorder, p!, g!, { stretches, l1: 0.1, l2: 0.02 })
      if (kind === 'adamW') adam(recorder, { parameters: p!, mean: m!, variance: v! }, g!, stretches, 0.5)
      else nesterov(recorder, { parameters: p!, velocity: m! }, g!, { stretches, momentum: 0.9 })
      const machine = await engine.prepare(recorder.finish(), {})
      machine.write(p!, start)
      for (const [epoch, values] of gradients.entries()) {
        machine.write(g!, values)
        await machine.run(['forward'], { learningRate, step: epoch + 1 })
      }
      const got = [...(await machine.read(p!))]
      machine.close?.()
      return got
    }
    const want = (kind: 'adamW' | 'nesterov'): number[] => {
      const p = [...start],
        m = p.map(() => 0),
        v = p.map(() => 0)
      for (const [epoch, values] of gradients.entries()) {
        for (const k of trained) {
          const d = values[k]! + 0.1 * Math.sign(p[k]!) + 2 * 0.02 * p[k]!
          if (kind === 'nesterov') {
            m[k] = 0.9 * m[k]! - learningRate * d
            p[k]! += 0.9 * m[k]! - learningRate * d
            continue
          }
          m[k] = 0.9 * m[k]! + 0.1 * d
          v[k] = 0.999 * v[k]! + 0.001 * d * d
          p[k]! -= learningRate * (m[k]! / (1 - 0.9 ** (epoch + 1)) / (Math.sqrt(v[k]! / (1 - 0.999 ** (epoch + 1))) + 1e-8) + 0.5 * p[k]!)
        }
      }
      return p
    }
    for (const kind of ['adamW', 'nesterov'] as const) {
      const got = await run(kind)
      want(kind).forEach((value, k) => expect(got[k]! / value, `${kind} ${k}`).toBeCloseTo(1, 5))
    }
  })
})

test('two, three or eight threads give the bits of one', async () => {
  const next = numbersFrom(21),
    rows = 300,
    width = 21,
    index = Array.from({ length: rows }, (_, k) => (7 * k) % 90)
  const inputs: Matrices = {
    table: matrix(90, width, next),
    w: matrix(rows, width, next),
    gain: matrix(1, width, next),
    bias: matrix(1, width, next),
  }
  const on = (threadCount: number): ReturnType<typeof runOperation> =>
    runOperation(
      inputs,
      (recorder, { table, w, gain, bias }) => {
        const named = (name: string, columns = width): View => recorder.tensor(name, { row: rows, column: columns })
        const [x, u, g] = ['x', 'u', 'g'].map((name) => named(name)),
          scores = named('scores', rows),
          out = sumOf(recorder),
          wanted = indexView(recorder, index)
        lookup(recorder, table!, wanted, x!)
        layerNorm(recorder, x!, { gain: gain!, bias: bias! }, u!)
        gelu(recorder, u!, g!)
        blockProduct(recorder, g!, w!, scores, { transposesB: true })
        softmaxCrossEntropy(recorder, scores, wanted, out, 0.1)
        return out
      },
      null,
      { constants: { index: Float32Array.from(index) }, engine: cpuEngine('plain', threadCount) },
    )
  const one = await on(1)
  for (const threadCount of [2, 3, 8]) expect(await on(threadCount)).toEqual(one)
})
