import Papa from 'papaparse'
import { describe, expect, test } from 'vitest'
import { figureTable } from '../../../src/main/figures/source-data.ts'
import * as demo from './demo-data.ts'

type Row = Record<string, string>
function parsed(csv: string): { header: string[]; rows: Row[] } {
  const { data, meta, errors } = Papa.parse<Row>(csv.trimEnd(), { header: true })
  expect(errors).toEqual([])
  return { header: meta.fields ?? [], rows: data }
}
const numbers = (rows: Row[], column: string): number[] => rows.map((row) => (row[column] === '' ? NaN : Number(row[column])))

describe("a figure's table", () => {
  test('of an embedding has a row a point and the same numbers to the last bit', () => {
    const data = demo.embedding(38, 5)
    data.rateHz[3] = NaN
    const { header, rows } = parsed(figureTable(data))
    expect(header).toEqual([
      'channel',
      'region',
      'x_um',
      'y_um',
      'snapshot',
      'window_start_s',
      'window_end_s',
      'rate_hz',
      'tsne_1',
      'tsne_2',
    ])
    expect(rows.length).toBe(38 * 5)
    expect(Float32Array.from(rows.flatMap((row) => [Number(row.tsne_1), Number(row.tsne_2)]))).toEqual(data.coordinates)
    expect(Float32Array.from(numbers(rows, 'rate_hz'))).toEqual(data.rateHz)
    expect(rows[38 * 2 + 4]).toMatchObject({ channel: 'Ch 5', snapshot: '3', window_start_s: '120' })
  })

  test('of a map has a row for every channel drawn, an empty cell where there is no value', () => {
    const data = demo.electrodeMap(60, 4, { snapshotIndex: 2 })
    data.positionsUm[2 * 9] = NaN
    const { rows } = parsed(figureTable(data))
    expect(rows.length).toBe(59)
    const values = Float32Array.from(numbers(rows, 'rate_hz'))
    expect(values).toEqual(data.perSnapshot.subarray(120, 180).filter((_, i) => i !== 9))
    expect(values.some(Number.isNaN)).toBe(true)
    expect(rows[0]).toMatchObject({ snapshot: '3', window_start_s: '120', window_end_s: '720', x_um: '175' })
  })

  test('of a raster has a row a spike', () => {
    const data = demo.raster(10, 30)
    const { rows } = parsed(figureTable(data))
    expect(Float64Array.from(numbers(rows, 'time_s'))).toEqual(data.spikeS)
    expect(rows.map((row) => data.channelLabels.indexOf(row.channel ?? ''))).toEqual(Array.from(data.spikeRow))
  })

  test('of density and loss has a row a window and a row an epoch, every digit kept', () => {
    const density = demo.density(21)
    density.thresholdR[4] = NaN
    const windows = parsed(figureTable(density)).rows
    for (const [column, values] of [
      ['density', density.density],
      ['mean_abs_r', density.meanAbsoluteR],
      ['threshold_abs_r', density.thresholdR],
      ['mean_rate_hz', density.meanRateHz],
    ] as const) {
      expect(Float64Array.from(numbers(windows, column)), column).toEqual(values)
    }
    const loss = demo.loss(40)
    const epochs = parsed(figureTable(loss)).rows
    expect(Float64Array.from(numbers(epochs, 'nll_nats'))).toEqual(loss.nll)
    expect(Float64Array.from(numbers(epochs, 'kl_nats'))).toEqual(loss.kl)
    expect(numbers(epochs, 'loss_nats')[5]).toBe(loss.nll[5]! + loss.klWeight[5]! * loss.kl[5]!)
  })

  test('brings names with commas, quotes and line ends back as they were', () => {
    const data = demo.raster(3, 4)
    const label = 'A "1",\n2'
    const { rows } = parsed(figureTable({ ...data, channelLabels: [label, label, label] }))
    expect(new Set(rows.map((row) => row.channel))).toEqual(new Set([label]))
  })

  test('of models has a row a model and one each seed, then guessing and the control', () => {
    const { header, rows } = parsed(figureTable(demo.models(2)))
    expect(header).toEqual(['model', 'unit', 'score', 'value', 'low_95', 'high_95'])
    expect(rows.length).toBe(5 + 2 * 21 + 2)
    expect(rows[0]).toMatchObject({ model: 'who-fired', unit: '', low_95: '' })
    expect(rows[6]).toMatchObject({ model: 'tavrnn', unit: 'seed 1', score: 'balancedAccuracy' })
    expect(rows.slice(-2).map(({ model, value, low_95 }) => [model, value, low_95])).toEqual([
      ['majority', '0.5', ''],
      ['control', '0.5', '0.42'],
    ])
  })

  test('of models over subjects calls every point by its subject', () => {
    const data = demo.models(1, { over: 'subjects' })
    const tavrnn = { ...data.rows[5]!, points: [0.7, 0.8], pointNames: ['S3', 'S5'] }
    const { rows } = parsed(figureTable({ ...data, rows: [tavrnn] }))
    expect(rows.slice(0, 3).map(({ unit, value }) => [unit, value])).toEqual([
      ['', String(tavrnn.mean)],
      ['S3', '0.7'],
      ['S5', '0.8'],
    ])
  })

  test('of a confusion and of a split say every cell and every side', () => {
    expect(parsed(figureTable(demo.confusion())).rows[1]).toEqual({ model: 'tavrnn', class: 'below', read_as: 'above', windows: '10' })
    const { rows } = parsed(figureTable(demo.split()))
    expect(rows.length).toBe(20 * 2)
    expect(rows[10]).toMatchObject({ window: '6', window_start_s: '300', fold: '1', side: 'gap' })
    expect(rows.at(-1)).toMatchObject({ recording: 'Kultur 2', window: '10', class: '', fold: '2', side: 'test' })
  })
})
