import type * as h5wasm from 'h5wasm/node'
import { column, placeColumns, places, table, timeSeries, typed, type Channels } from './nwb-parts.ts'

type Group = h5wasm.Group

const unknown = 'unknown'
const plane = 'channels'

/**
 * Traces as a `RoiResponseSeries` in a `Fluorescence` of the module `ophys`; its regions are the rows of a `PlaneSegmentation`, which
 * needs an imaging plane with a device. Nobody told us of these: they are there with `unknown` and NaN, and say so. A pixel of the plane
 * is a micrometre, so that `x` and `y` are places in µm.
 * @source nwb-schema 2.8.0, nwb.ophys.yaml, nwb.device.yaml
 */
export function writeTraces(
  { processing, general }: { processing: Group; general: Group },
  channels: Channels,
  { values, timesS }: { values: Float32Array; timesS: Float64Array },
): void {
  const module = made(processing, 'ophys', 'ProcessingModule', { description: 'traces of the channels and their places' })
  const segmentation = made(module, 'ImageSegmentation', 'ImageSegmentation')
  const channelCount = channels.labels.length
  const rows = table(segmentation, plane, 'PlaneSegmentation', {
    description: 'channels of the recording',
    columns: [...places, 'x', 'y'],
    rowCount: channelCount,
  })
  placeColumns(rows, channels)
  for (const [k, name] of ['x', 'y'].entries()) {
    const axis = Float64Array.from(channels.labels, (_, c) => channels.positionsUm?.[2 * c + k] ?? NaN)
    column(rows, name, 'place in pixels; a pixel is 1 µm', axis)
  }
  rows.create_soft_link(writePlane(general), 'imaging_plane')
  const turned = new Float32Array(values.length)
  // NWB has time first.
  for (let c = 0; c < channelCount; c++)
    for (let s = 0; s < timesS.length; s++) turned[s * channelCount + c] = values[c * timesS.length + s]!
  const series = timeSeries(made(module, 'Fluorescence', 'Fluorescence'), 'traces', 'RoiResponseSeries', {
    data: turned,
    shape: [timesS.length, channelCount],
    timesS,
    unit: 'n.a.',
  })
  series.create_attribute('description', 'traces, one column per channel, as they were imported')
  series.create_attribute('comments', 'no comments')
  const regions = series.create_dataset({ name: 'rois', data: Int32Array.from(channels.labels, (_, c) => c) })
  typed(regions, 'hdmf-common', 'DynamicTableRegion')
  regions.create_attribute('description', 'rows of the table of channels')
  regions.create_attribute('table', rows.create_reference())
}

/** @returns the path of the imaging plane */
function writePlane(general: Group): string {
  const device = made(general.create_group('devices'), unknown, 'Device', {
    description: 'The recording does not say with what it was made.',
  })
  const imaging = made(general.create_group('optophysiology'), plane, 'ImagingPlane')
  const text = (group: Group, name: string, value: string): void => void group.create_dataset({ name, data: value })
  const length = (group: Group, name: string): void => void group.create_dataset({ name, data: Float32Array.of(NaN), shape: [] })
  text(imaging, 'description', 'Nothing is known of the imaging; a pixel stands for 1 µm.')
  text(imaging, 'indicator', unknown)
  text(imaging, 'location', unknown)
  length(imaging, 'excitation_lambda')
  const spacing = imaging.create_dataset({ name: 'grid_spacing', data: Float64Array.of(1e-6, 1e-6) })
  spacing.create_attribute('unit', 'meters')
  const channel = made(imaging, unknown, 'OpticalChannel')
  text(channel, 'description', unknown)
  length(channel, 'emission_lambda')
  imaging.create_soft_link(device.path, 'device')
  return imaging.path
}

function made(inside: Group, name: string, type: string, attributes: Record<string, string> = {}): Group {
  const group = inside.create_group(name)
  typed(group, 'core', type)
  for (const [attribute, value] of Object.entries(attributes)) group.create_attribute(attribute, value)
  return group
}
