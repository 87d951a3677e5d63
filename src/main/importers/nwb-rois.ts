import { fail } from '../../shared/contract/errors.ts'
import type { Hdf5File } from './hdf5-file.ts'
import { readTraceTable } from './hdf5-traces.ts'
import type { ReadProgress } from './importer.ts'
import { channelLimit, uniqueLabels } from './labels.ts'
import { isDataset, numbersAt, raggedStarts, type NwbFile } from './nwb-file.ts'
import { evenTimes } from './trace-importer.ts'

/** Traces of a series of regions of interest; N channels, S samples. */
export type NwbRois = {
  channelLabels: string[]
  /** [N, S] */
  values: Float32Array
  /** [S]; null where the file has neither times nor a rate */
  timesS: Float64Array | null
  samplingRateHz: number | null
  /** middles of the regions in pixels, [N, 2]; null where the file has no masks */
  placesPx: Float64Array | null
  /** µm of a pixel, where the file tells it */
  umPerPixel: number | null
}

const largestMask = 4e7

/**
 * Reads a RoiResponseSeries: `data` [samples, regions] (or turned, where only that fits the regions), `timestamps` or a
 * `starting_time` with its rate, and the places of its regions in the PlaneSegmentation that `rois` names.
 * @throws import/dataset-…, import/too-many-channels
 */
export function* readRois(nwb: NwbFile, series: string, interrupt: () => void): Generator<ReadProgress, NwbRois> {
  const { file } = nwb
  const data = `${series}/data`
  const rois = numbersAt(file, `${series}/rois`)
  const [rows = 0, columns = 1] = file.shapeOf(data) ?? []
  const isTurned = rois !== null && columns !== rois.length && rows === rois.length
  const table = yield* readTraceTable(file, data, { order: isTurned ? 'channels-first' : 'samples-first', interrupt })
  const { channelCount, sampleCount, values } = table
  scale(values, file, data)
  const segmentation = file.attribute(`${series}/rois`, 'table')
  const plane = typeof segmentation === 'string' && file.kindOf(segmentation) === 'group' ? segmentation : null
  const rowsOfPlane = Array.from({ length: channelCount }, (_, c) => rois?.[c] ?? c)
  const ids = plane ? namesIn(file, plane) : null
  const clock = clockOf(file, series, sampleCount)
  return {
    channelLabels: uniqueLabels(rowsOfPlane.map((row) => ids?.[row] ?? String(row))).labels,
    values,
    ...clock,
    placesPx: plane && rois?.length === channelCount ? placesOf(nwb, plane, rowsOfPlane) : null,
    umPerPixel: plane ? pixelOf(file, plane) : null,
  }
}

/** What a region is called: a column of names where there is one, else its number. */
function namesIn(file: Hdf5File, plane: string): string[] | null {
  const [ids, labels] = [file.texts(`${plane}/id`), isDataset(file, `${plane}/label`) ? file.texts(`${plane}/label`) : null]
  return labels && labels.length === ids?.length && labels.every((label) => label.trim() !== '') ? labels : ids
}

/** What is stored becomes what was measured. */
function scale(values: Float32Array, file: Hdf5File, data: string): void {
  const conversion = file.attribute(data, 'conversion')
  const offset = file.attribute(data, 'offset')
  const by = typeof conversion === 'number' && Number.isFinite(conversion) && conversion !== 0 ? conversion : 1
  const plus = typeof offset === 'number' && Number.isFinite(offset) ? offset : 0
  if (by !== 1 || plus !== 0) for (let i = 0; i < values.length; i++) values[i] = values[i]! * by + plus
}

/** Times of a series, one by one or from a start at an even rate. */
export function clockOf(
  file: Hdf5File,
  series: string,
  sampleCount: number,
): { timesS: Float64Array | null; samplingRateHz: number | null } {
  if (isDataset(file, `${series}/timestamps`)) return { timesS: numbersAt(file, `${series}/timestamps`), samplingRateHz: null }
  const start = file.number(`${series}/starting_time`)
  const rate = start === null ? null : file.attribute(`${series}/starting_time`, 'rate')
  if (start === null || typeof rate !== 'number' || !(rate > 0) || !Number.isFinite(rate)) return { timesS: null, samplingRateHz: null }
  return { timesS: evenTimes(sampleCount, rate, start), samplingRateHz: rate }
}

/** `grid_spacing` of the imaging plane, in metres, where both directions are alike. */
function pixelOf(file: Hdf5File, plane: string): number | null {
  const spacing = numbersAt(file, `${plane}/imaging_plane/grid_spacing`)
  const unit = file.attribute(`${plane}/imaging_plane/grid_spacing`, 'unit')
  const perMetre =
    unit === null || unit === 'meters' || unit === 'metres' || unit === 'm' ? 1e6 : unit === 'micrometers' || unit === 'um' ? 1 : null
  const [x, y] = spacing ?? []
  return perMetre !== null && x !== undefined && x > 0 && x === y ? x * perMetre : null
}

function placesOf(nwb: NwbFile, plane: string, rows: number[]): Float64Array | null {
  const { file } = nwb
  const [xs, ys] = [numbersAt(file, `${plane}/x`), numbersAt(file, `${plane}/y`)]
  if (xs && ys) return Float64Array.from(rows.flatMap((row) => [xs[row] ?? NaN, ys[row] ?? NaN]))
  if (rows.length > channelLimit) return null
  return fromPixelMask(file, plane, rows) ?? fromImageMask(file, plane, rows)
}

/** A list of pixels (x, y, weight) for each region. */
function fromPixelMask(file: Hdf5File, plane: string, rows: number[]): Float64Array | null {
  const mask = `${plane}/pixel_mask`
  const names = file.datasetOf(mask)?.columns.map(({ name }) => name) ?? []
  const starts = ['x', 'y', 'weight'].every((name) => names.includes(name)) ? raggedStarts(file, plane, 'pixel_mask') : null
  if (!starts) return null
  const sums = new Float64Array(3 * (starts.length - 1))
  let row = 0
  let entry = 0
  for (const [xs, ys, weights] of file.columnPieces(mask, ['x', 'y', 'weight'])) {
    xs?.forEach((x, i) => {
      while (row + 1 < starts.length && entry >= starts[row + 1]!) row += 1
      const weight = weights?.[i] ?? 0
      sums[3 * row]! += weight
      sums[3 * row + 1]! += weight * x
      sums[3 * row + 2]! += weight * (ys?.[i] ?? NaN)
      entry += 1
    })
  }
  return Float64Array.from(rows.flatMap((own) => [sums[3 * own + 1]! / sums[3 * own]!, sums[3 * own + 2]! / sums[3 * own]!]))
}

/** An image [x, y] of weights for each region. */
function fromImageMask(file: Hdf5File, plane: string, rows: number[]): Float64Array | null {
  const mask = `${plane}/image_mask`
  const dataset = file.datasetOf(mask)
  const [count = 0, width = 0, height = 0] = dataset?.shape ?? []
  if (dataset?.holds !== 'numbers' || dataset.shape.length !== 3 || count * width * height > largestMask) return null
  const { data } = file.numbers(mask, 3)
  return Float64Array.from(
    rows.flatMap((row) => {
      let weight = 0
      let x = 0
      let y = 0
      for (let i = 0; i < width * height; i++) {
        const own = data[row * width * height + i] ?? NaN
        weight += own
        x += own * Math.floor(i / height)
        y += own * (i % height)
      }
      return [x / weight, y / weight]
    }),
  )
}

/** @throws import/dataset-missing where a series has no data */
export function needSamples(file: Hdf5File, series: string): number {
  const shape = file.shapeOf(`${series}/data`)
  if (!shape) throw fail('import/dataset-missing', { file: file.name, dataset: `${series}/data` })
  return shape[0] ?? 0
}
