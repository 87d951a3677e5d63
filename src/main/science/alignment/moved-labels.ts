import type { Draw } from '../draws.ts'
import type { ArrayTorus } from './array-torus.ts'

/** Pairs of a channel and a label up to this many spacings apart are looked at first; nearly all of them are dealt there. */
const nearSpacings = 1
/** Squared distances are compared in steps of this share of the diagonal's square, ties by index. */
const distanceSteps = 2 ** 30

/**
 * Moves the label map on the torus by a random vector, with random reflection, and deals the labels out anew: all pairs of a
 * channel and a moved label in the order of their distance, each channel once, each label as often as it was. Neighbours
 * stay neighbours, so that distance alone makes no difference.
 * @param uniform four draws for each map: two reflections, two coordinates
 * @returns channel c gets the label of channel from[c], [channelCount]; channels without a position keep their own
 * @source model spec 7.3
 */
export function moveLabels(torus: ArrayTorus, channelCount: number, uniform: Draw): Uint16Array {
  const from = Uint16Array.from({ length: channelCount }, (_, c) => c),
    { placed } = torus
  const places = movedPlaces(torus, uniform)
  const dealt = deal(torus, places)
  placed.forEach((c, i) => {
    from[c] = placed[dealt[i]!]!
  })
  return from
}

/** Where every label lies after the move, within the period, [placedCount, 2]. */
function movedPlaces({ placesUm, extentUm, periodUm }: ArrayTorus, uniform: Draw): Float64Array {
  const isReflected = [uniform() < 0.5, uniform() < 0.5],
    shiftUm = [uniform() * periodUm[0], uniform() * periodUm[1]]
  return placesUm.map((place, at) => {
    const axis = at & 1
    return ((isReflected[axis] ? extentUm[axis]! - place : place) + shiftUm[axis]!) % periodUm[axis]!
  })
}

/** Which label each channel gets, both by their index among the placed, [placedCount]. */
function deal(torus: ArrayTorus, labelsUm: Float64Array): Int32Array {
  const count = torus.placed.length,
    label = new Int32Array(count).fill(-1),
    isGone = new Uint8Array(count)
  const take = (keys: Float64Array): void => {
    for (const key of keys.sort()) {
      const pair = key % (count * count),
        channel = Math.floor(pair / count),
        one = pair % count
      if (label[channel]! >= 0 || isGone[one] === 1) continue
      label[channel] = one
      isGone[one] = 1
    }
  }
  take(nearPairs(torus, labelsUm))
  const channels = indexesWhere(count, (i) => label[i]! < 0),
    labels = indexesWhere(count, (i) => isGone[i] === 0)
  if (channels.length > 0) take(Float64Array.from(channels.flatMap((i) => labels.map((j) => keyOf(torus, labelsUm, i, j)))))
  return label
}

const indexesWhere = (count: number, holds: (i: number) => boolean): number[] => Array.from({ length: count }, (_, i) => i).filter(holds)

/** Orders pairs by distance on the torus, then by channel and label. */
function keyOf({ placesUm, periodUm, placed }: ArrayTorus, labelsUm: Float64Array, channel: number, label: number): number {
  const acrossUm = Math.abs(placesUm[2 * channel]! - labelsUm[2 * label]!),
    upUm = Math.abs(placesUm[2 * channel + 1]! - labelsUm[2 * label + 1]!),
    x = Math.min(acrossUm, periodUm[0] - acrossUm),
    y = Math.min(upUm, periodUm[1] - upUm)
  const step = Math.round(((x * x + y * y) / (periodUm[0] * periodUm[0] + periodUm[1] * periodUm[1])) * distanceSteps)
  return (step * placed.length + channel) * placed.length + label
}

/** Which of `size` equal cells a place of a period is in. */
const cellOf = (um: number, periodUm: number, size: number): number => Math.min(size - 1, Math.floor((um / periodUm) * size))

/** A cell and those beside it on a ring of `size` cells. */
const around = (cell: number, size: number): number[] =>
  size < 3 ? [0, 1].slice(0, size) : [(cell + size - 1) % size, cell, (cell + 1) % size]

/** Keys of all pairs that are near, found by a grid of cells over the torus. */
function nearPairs(torus: ArrayTorus, labelsUm: Float64Array): Float64Array {
  const { placesUm, periodUm, placed, spacingUm } = torus,
    count = placed.length,
    reach = nearSpacings * spacingUm
  const columns = Math.max(1, Math.floor(periodUm[0] / reach)),
    rows = Math.max(1, Math.floor(periodUm[1] / reach))
  const cells: number[][] = Array.from({ length: columns * rows }, () => [])
  for (let j = 0; j < count; j++) {
    cells[cellOf(labelsUm[2 * j + 1]!, periodUm[1], rows) * columns + cellOf(labelsUm[2 * j]!, periodUm[0], columns)]!.push(j)
  }
  const square = (reach * reach) / (periodUm[0] * periodUm[0] + periodUm[1] * periodUm[1]),
    farthest = (Math.round(square * distanceSteps) + 1) * count * count,
    keys: number[] = []
  for (let i = 0; i < count; i++) {
    const besides = around(cellOf(placesUm[2 * i]!, periodUm[0], columns), columns)
    for (const row of around(cellOf(placesUm[2 * i + 1]!, periodUm[1], rows), rows)) {
      for (const column of besides) {
        for (const j of cells[row * columns + column]!) {
          const key = keyOf(torus, labelsUm, i, j)
          if (key < farthest) keys.push(key)
        }
      }
    }
  }
  return Float64Array.from(keys)
}
