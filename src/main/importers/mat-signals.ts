import { scalarOf, vectorLength, type MatValue, type MatVariables } from './mat-value.ts'

/** A part of a MATLAB file that may be a recording's signal. */
export type MatSignal = { path: string; likelihood: number } &
  /** trains [channels] in file order; `emptyCount` cells held nothing and were passed over */
  (
    | { kind: 'trains'; trains: Float64Array[]; labels: string[] | null; emptyCount: number }
    /** one list of times and one of the same length that says the channel */
    | { kind: 'list'; times: Float64Array; channels: Float64Array }
    | { kind: 'matrix'; rowCount: number; columnCount: number; data: Float64Array }
  )

const timeWords = /^(time|times|ts|timestamps?|spike_?times?|spikes?_?t(imes?)?|sptimes?|st|t)$/i,
  channelWords = /^(channels?|chans?|ch|units?|unit_?ids?|clusters?|cluster_?ids?|ids?|electrodes?|elec|cells?|neurons?)$/i,
  signalWords = /spike|time|train|raster|trace|signal|dff|df_f|calcium|fluor|events?|counts?|binned|activity/i
const deepest = 8
const mostSignals = 200

/**
 * What in a file may be spikes, traces or counts, the likeliest first: cells of ascending lists, structs with times, a pair of
 * times and channels, matrices. A name that says so counts more than a shape.
 */
export function matSignals(variables: MatVariables): MatSignal[] {
  const found: MatSignal[] = []
  for (const [name, value] of variables) look(name, value, 0, found)
  const pair = pairIn(variables)
  if (pair) found.push({ ...pair, path: pair.path })
  return found.toSorted((a, b) => b.likelihood - a.likelihood)
}

function look(path: string, value: MatValue, depth: number, found: MatSignal[]): void {
  if (depth > deepest || found.length >= mostSignals) return
  const named = signalWords.test(path) ? 0.2 : 0
  if (value.kind === 'cell') {
    const methods = methodsIn(value)
    for (const [method, trains] of methods) found.push({ path: `${path}.${method}`, kind: 'trains', likelihood: 0.7 + named, ...trains })
    if (methods.length > 0) return
    const trains = trainsIn(value)
    if (trains && trains.trains.length > 0) {
      found.push({ path, kind: 'trains', likelihood: 0.7 + named, ...trains })
      return
    }
    value.cells.slice(0, mostSignals).forEach((cell, k) => look(`${path}{${k + 1}}`, cell, depth + 1, found))
  } else if (value.kind === 'struct') {
    const units = unitsIn(value)
    if (units) found.push({ path, kind: 'trains', likelihood: 0.7 + named, ...units })
    const [only] = value.elements
    if (value.elements.length !== 1 || !only) return
    const pair = pairIn(only)
    if (pair) found.push({ ...pair, path, likelihood: pair.likelihood + named })
    for (const [field, inner] of only) look(`${path}.${field}`, inner, depth + 1, found)
  } else if (value.kind === 'numbers' || value.kind === 'sparse') {
    const [rowCount = 0, columnCount = 0, ...more] = value.dims
    if (more.length > 0 || Math.min(rowCount, columnCount) < 3 || Math.max(rowCount, columnCount) < 20) return
    const data = value.kind === 'numbers' ? value.data : dense(value)
    if (data) found.push({ path, kind: 'matrix', likelihood: 0.4 + named, rowCount, columnCount, data })
  }
}

/** A sparse matrix written out; null where that would take more memory than it is worth. */
function dense({ dims, columnStart, rowIndex, data }: MatValue & { kind: 'sparse' }): Float64Array | null {
  const [rowCount = 0, columnCount = 0] = dims
  if (rowCount * columnCount > 5e7) return null
  const full = new Float64Array(rowCount * columnCount)
  for (let c = 0; c < columnCount; c++)
    for (let k = columnStart[c]!; k < columnStart[c + 1]!; k++) full[c * rowCount + rowIndex[k]!] = data[k]!
  return full
}

type Trains = { trains: Float64Array[]; labels: string[] | null; emptyCount: number }

/**
 * The trains of a cell, in the order of the file. In a plain list of lists an empty one is a channel without spikes; where
 * cells or structs are nested, empty ones are tetrodes or clusters that are not there.
 */
function trainsIn({ cells }: MatValue & { kind: 'cell' }): Trains | null {
  if (cells.length > 0 && cells.every((cell) => vectorLength(cell) !== null)) {
    const trains = cells.map((cell) => (cell.kind === 'numbers' ? cell.data : new Float64Array(0)))
    const spikeCount = trains.reduce((sum, train) => sum + train.length, 0)
    return cells.length > 1 && spikeCount > cells.length && trains.every(isTrain) ? { trains, labels: null, emptyCount: 0 } : null
  }
  const trains: Float64Array[] = []
  let emptyCount = 0
  const walk = (value: MatValue, depth: number): boolean => {
    if (depth > deepest) return false
    if (value.kind === 'cell') return value.cells.every((cell) => walk(cell, depth + 1))
    if (value.kind === 'numbers' && value.data.length === 0) {
      emptyCount++
      return true
    }
    if (value.kind === 'struct') return value.elements.every((element) => take(timesOf(element)))
    return value.kind === 'numbers' && vectorLength(value) !== null && take(value)
  }
  const take = (times: MatValue | null): boolean => {
    if (times?.kind !== 'numbers') return false
    if (times.data.length === 0) emptyCount++
    else trains.push(times.data)
    return isTrain(times.data)
  }
  return cells.every((cell) => walk(cell, 0)) && trains.length > 1 ? { trains, labels: null, emptyCount } : null
}

/** A cell per channel, in it a struct with a list of times for each way the spikes were detected, as MEA-NAP writes them. */
function methodsIn({ cells }: MatValue & { kind: 'cell' }): [string, Trains][] {
  const structs = cells.map((cell) => (cell.kind === 'struct' && cell.elements.length <= 1 ? (cell.elements[0] ?? new Map()) : null))
  const methods = new Set(structs.flatMap((element) => (element ? [...element.keys()] : [])))
  if (cells.length < 2 || methods.size === 0 || [...methods].some((method) => timeWords.test(method)) || methods.size > 50) return []
  return [...methods].flatMap((method): [string, Trains][] => {
    const lists = structs.map(
      (element) => element?.get(method) ?? { kind: 'numbers', data: new Float64Array(0), dims: [0, 0], isLogical: false },
    )
    if (!lists.every((list) => list.kind === 'numbers' && vectorLength(list) !== null && isTrain(list.data))) return []
    return [[method, { trains: lists.map((list) => (list as { data: Float64Array }).data), labels: null, emptyCount: 0 }]]
  })
}

/** A struct array with an element per unit. */
function unitsIn({ elements }: MatValue & { kind: 'struct' }): Trains | null {
  if (elements.length < 2) return null
  const times = elements.map(timesOf)
  if (!times.every((value) => value?.kind === 'numbers' && isTrain(value.data))) return null
  const labels = elements.map((element) => {
    const label = [...element].find(([field]) => /^(label|name|id|unit_?id|cluster_?id)$/i.test(field))?.[1]
    return label?.kind === 'text' ? (label.rows[0] ?? '') : String(scalarOf(label) ?? '')
  })
  return {
    trains: times.map((value) => (value?.kind === 'numbers' ? value.data : new Float64Array(0))),
    labels: labels.every((label) => label !== '') ? labels : null,
    emptyCount: 0,
  }
}

const timesOf = (element: ReadonlyMap<string, MatValue>): MatValue | null =>
  [...element].find(([field, value]) => timeWords.test(field) && vectorLength(value) !== null)?.[1] ?? null

/** Times and channels of the same length beside each other. */
function pairIn(fields: ReadonlyMap<string, MatValue>): (MatSignal & { kind: 'list' }) | null {
  const lists = [...fields].flatMap(([name, value]) =>
    value.kind === 'numbers' && (vectorLength(value) ?? 0) > 1 ? [{ name, data: value.data }] : [],
  )
  const times = lists.find(({ name }) => timeWords.test(name)),
    channels = lists.find(({ name, data }) => channelWords.test(name) && data.length === times?.data.length && data.every(Number.isInteger))
  if (!times || !channels) return null
  return { kind: 'list', path: `${times.name}, ${channels.name}`, likelihood: 0.75, times: times.data, channels: channels.data }
}

/** Spike times never go back. */
function isTrain(times: Float64Array): boolean {
  for (let s = 1; s < times.length; s++) if (times[s]! < times[s - 1]!) return false
  return true
}
