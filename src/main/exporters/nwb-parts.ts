import { randomUUID } from 'node:crypto'
import type * as h5wasm from 'h5wasm/node'
import type { Numbers } from '../../shared/domain/table.ts'

type Group = h5wasm.Group

/** Marks an object as what the schema calls it. */
export function typed(place: h5wasm.Group | h5wasm.Dataset, namespace: 'core' | 'hdmf-common', type: string): void {
  place.create_attribute('namespace', namespace)
  place.create_attribute('neurodata_type', type)
  place.create_attribute('object_id', randomUUID())
}

export function timeSeries(
  inside: Group,
  name: string,
  type: 'TimeSeries' | 'AnnotationSeries' | 'RoiResponseSeries',
  { data, shape, timesS, unit }: { data: Numbers | string[]; shape?: number[]; timesS: Float64Array; unit: string },
): Group {
  const series = inside.create_group(name)
  typed(series, 'core', type)
  const values = series.create_dataset({ name: 'data', data, ...(shape ? { shape } : {}) })
  values.create_attribute('unit', unit)
  if (type !== 'AnnotationSeries') {
    for (const [attribute, value] of Object.entries({ conversion: 1, offset: 0, resolution: -1 })) {
      values.create_attribute(attribute, Float64Array.of(value), [])
    }
  } else values.create_attribute('resolution', Float64Array.of(-1), [])
  const times = series.create_dataset({ name: 'timestamps', data: timesS })
  times.create_attribute('interval', Int32Array.of(1), [])
  times.create_attribute('unit', 'seconds')
  return series
}

/** A table of columns as NWB has them; the caller adds what is ragged. */
export function table(
  inside: Group,
  name: string,
  type: string,
  about: { description: string; columns: string[]; rowCount: number },
): Group {
  const made = inside.create_group(name)
  typed(made, type === 'DynamicTable' ? 'hdmf-common' : 'core', type)
  made.create_attribute('description', about.description)
  made.create_attribute('colnames', about.columns)
  typed(
    made.create_dataset({ name: 'id', data: Int32Array.from({ length: about.rowCount }, (_, row) => row) }),
    'hdmf-common',
    'ElementIdentifiers',
  )
  return made
}

export function column(inside: Group, name: string, description: string, data: Numbers | string[]): h5wasm.Dataset {
  const made = inside.create_dataset({ name, data })
  typed(made, 'hdmf-common', 'VectorData')
  made.create_attribute('description', description)
  return made
}

/** The N channels of a recording. */
export type Channels = { labels: string[]; regions: (string | null)[]; positionsUm: Float64Array | null }

export function placeColumns(inside: Group, { labels, regions, positionsUm }: Channels): void {
  column(inside, 'label', 'name of the channel', labels)
  column(
    inside,
    'region',
    'region of the array',
    regions.map((region) => region ?? ''),
  )
  const axis = (k: number): Float64Array => Float64Array.from(labels, (_, c) => positionsUm?.[2 * c + k] ?? NaN)
  column(inside, 'x_um', 'place on the array in µm', axis(0))
  column(inside, 'y_um', 'place on the array in µm', axis(1))
}

export const places = ['label', 'region', 'x_um', 'y_um']
