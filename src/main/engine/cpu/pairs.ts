import { planWords, startCrew, Task } from './task.ts'

/** Tasks of kernels/pairs.ts. */
const windowTask = 0,
  nullTask = 1
/** Words of the plan that tell of changes, and where they begin. */
const changeWords = 7,
  firstChange = 18,
  mostChanges = Math.floor((planWords - firstChange) / changeWords)
/** Sums of segments are kept while they fit into this, and rows of autocorrelations not above it. */
const keptBytes = 256e6,
  mostRowBytes = 512e6
/** So many segments of a window are as quickly added anew as the sums are brought up to date. */
const fewSegments = 2
/** What a pair of bits costs beside a pair of entries: 64 bins at once. */
const wordCost = 0.5

type BinnedCounts = { binCount: number; channelCount: number; binStarts: Uint32Array; channels: Uint16Array; counts: Uint32Array }
type WindowBins = { firstBin: number; binCount: number }
type Sliding = { lengthBins: number; stepBins: number }

/** Results lie in the machine's memory: the next call writes over them. */
export type PairWindows = {
  /** Co-counts and Pearson's r of every pair in a window, upper triangle by rows; the bits of science/correlation.ts. */
  correlate: (window: WindowBins, interrupt: () => void) => { coCounts: Int32Array; r: Float64Array }
  /**
   * Of the window that was correlated last: Σx of every channel; variance of the co-count of every pair over all circular
   * offsets, the bits of science/circular-null.ts; and a bound below log p, infinite without variance (logLeastP of
   * science/tails.ts). Null where the numbers are too large for it.
   */
  ofNull: (interrupt: () => void) => { total: Float64Array; variance: Float64Array; logLeastP: Float32Array } | null
  close: () => void
}

/**
 * Starts threads for the pairs of one recording.
 * @param sliding of windows that share segments; null where each stands for itself
 * @returns null where this machine does not run the module or the numbers are too large for 32 bits
 */
export function startPairs(bins: BinnedCounts, sliding: Sliding | null, threadCount: number): PairWindows | null {
  if (bins.channelCount < 2 || !fits(bins)) return null
  try {
    const crew = startCrew('pairs', threadCount)
    return { ...pairsOf(new Task(crew), bins, sliding, threadCount), close: crew.close }
  } catch {
    return null
  }
}

/** By Cauchy and Schwarz no Σxy is above the largest Σx² of a channel over the whole recording. */
function fits({ channelCount, channels, counts }: BinnedCounts): boolean {
  const squares = new Float64Array(channelCount)
  for (let e = 0; e < counts.length; e++) squares[channels[e]!]! += counts[e]! * counts[e]!
  return squares.every((sum) => sum < 2 ** 31)
}

function pairsOf(task: Task, bins: BinnedCounts, sliding: Sliding | null, threadCount: number): Omit<PairWindows, 'close'> {
  const { channelCount } = bins,
    pairCount = (channelCount * (channelCount - 1)) / 2
  const entries = writeEntries(task, bins),
    above = writeAboveOne(task, bins)
  const totals = task.place(8 * channelCount + 16),
    spreads = task.place(8 * channelCount + 16)
  const coCounts = task.place(4 * pairCount + 16),
    correlations = task.place(8 * pairCount)
  const changes = planChanges(task, bins, sliding),
    moments = planMoments(task, { channelCount, pairCount, threadCount })
  let binCount = 0
  return {
    correlate: (window, interrupt) => {
      binCount = window.binCount
      const { isNew, changes: words } = changes(window)
      task.plan(0, [channelCount, window.firstBin, binCount, ...entries, totals, spreads, coCounts, correlations, ...above])
      task.plan(firstChange - 2, [isNew ? 1 : 0, words.length / changeWords, ...words])
      task.run(windowTask, interrupt)
      return { coCounts: task.ints(coCounts, pairCount), r: task.doubles(correlations, pairCount) }
    },
    ofNull: (interrupt) => {
      const found = moments(binCount, interrupt)
      return found === null ? null : { total: task.doubles(totals, channelCount).slice(), ...found }
    },
  }
}

/** Entries by bin, and by channel where they are among these. @returns their five addresses */
function writeEntries(task: Task, { binCount, channelCount, binStarts, channels, counts }: BinnedCounts): number[] {
  const entryCount = channels.length
  const addresses = [
    task.place(4 * (binCount + 1)),
    task.place(4 * entryCount),
    task.place(4 * (channelCount + 1)),
    task.place(4 * entryCount),
    task.place(4 * entryCount),
  ]
  const [starts, entries, channelStarts, places, entryBins] = [binCount + 1, entryCount, channelCount + 1, entryCount, entryCount].map(
    (length, k) => task.ints(addresses[k]!, length),
  ) as [Int32Array, Int32Array, Int32Array, Int32Array, Int32Array]
  starts.set(binStarts)
  channelStarts.fill(0)
  for (let e = 0; e < entryCount; e++) {
    entries[e] = channels[e]! | (counts[e]! << 16)
    channelStarts[channels[e]! + 1]!++
  }
  for (let c = 0; c < channelCount; c++) channelStarts[c + 1]! += channelStarts[c]!
  const next = channelStarts.slice()
  for (let bin = 0; bin < binCount; bin++) {
    for (let e = binStarts[bin]!; e < binStarts[bin + 1]!; e++) {
      const at = next[channels[e]!]!++
      places[at] = e
      entryBins[at] = bin
    }
  }
  return addresses
}

/** Entries of more than one, by bin. @returns their two addresses */
function writeAboveOne(task: Task, { binCount, binStarts, channels, counts }: BinnedCounts): number[] {
  const startsAt = task.place(4 * (binCount + 1)),
    starts = task.ints(startsAt, binCount + 1),
    found: number[] = []
  starts[0] = 0
  for (let bin = 0; bin < binCount; bin++) {
    for (let e = binStarts[bin]!; e < binStarts[bin + 1]!; e++) if (counts[e]! > 1) found.push(channels[e]! | (counts[e]! << 16))
    starts[bin + 1] = found.length
  }
  return [startsAt, task.put(Int32Array.from(found))]
}

/** What a window's sums are made of, in words of the plan: segments that come in and go out of the sums of the one before. */
type Changes = { isNew: boolean; changes: number[] }

function planChanges(task: Task, bins: BinnedCounts, sliding: Sliding | null): (window: WindowBins) => Changes {
  const { channelCount } = bins,
    sumBytes = 2 * channelCount * (channelCount - 1)
  const segmentBins = sliding === null ? 0 : greatestCommonDivisor(sliding.lengthBins, sliding.stepBins),
    perWindow = sliding === null ? 0 : sliding.lengthBins / segmentBins
  const keeps =
    sliding !== null && sliding.stepBins < sliding.lengthBins && perWindow * sumBytes <= keptBytes && 2 * perWindow <= mostChanges
  const kept = Array.from({ length: keeps ? perWindow : 0 }, () => task.place(sumBytes)),
    knownIn = new Array<number>(kept.length).fill(-1),
    bits = planBits(task, bins)
  let before: WindowBins | null = null

  const segment = (index: number, sign: 1 | -1): number[] => {
    const slot = index % perWindow,
      isKnown = knownIn[slot] === index,
      first = index * segmentBins,
      end = first + segmentBins
    knownIn[slot] = index
    return [first, end, sign, kept[slot]!, isKnown ? 1 : 0, ...(isKnown ? [0, 0] : bits.of(first, end))]
  }
  return (window) => {
    const { firstBin, binCount } = window
    bits.clear()
    const last = before
    before = window
    if (!keeps || binCount !== sliding.lengthBins || firstBin % segmentBins !== 0) {
      return { isNew: true, changes: [firstBin, firstBin + binCount, 1, 0, 0, ...bits.of(firstBin, firstBin + binCount)] }
    }
    const from = firstBin / segmentBins,
      to = from + perWindow,
      follows =
        perWindow > fewSegments &&
        last !== null &&
        last.binCount === binCount &&
        last.firstBin < firstBin &&
        firstBin < last.firstBin + binCount,
      known = follows ? last.firstBin / segmentBins : from
    const range = (start: number, end: number): number[] => Array.from({ length: end - start }, (_, k) => start + k)
    const leaving = follows ? range(known, from) : [],
      entering = follows ? range(known + perWindow, to) : range(from, to)
    return {
      isNew: !follows,
      changes: [...leaving.flatMap((index) => segment(index, -1)), ...entering.flatMap((index) => segment(index, 1))],
    }
  }
}

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b))

/** Rows of bits for segments where so many channels are active that they take less time than pairs of entries. */
function planBits(task: Task, { binCount, channelCount, binStarts, channels, counts }: BinnedCounts) {
  const pairs = new Float64Array(binCount + 1),
    aboveOne = new Float64Array(binCount + 1)
  for (let bin = 0; bin < binCount; bin++) {
    const active = binStarts[bin + 1]! - binStarts[bin]!
    let more = 0
    for (let e = binStarts[bin]!; e < binStarts[bin + 1]!; e++) if (counts[e]! > 1) more++
    pairs[bin + 1] = pairs[bin]! + (active * active) / 2
    aboveOne[bin + 1] = aboveOne[bin]! + more * active
  }
  const places: { address: number; bytes: number }[] = []
  let used = 0
  const placeOf = (bytes: number): number => {
    const place = places[used]
    if (place && place.bytes >= bytes) return places[used++]!.address
    const address = task.place(bytes)
    places[used++] = { address, bytes }
    return address
  }
  return {
    clear: () => {
      used = 0
    },
    /** @returns address of the rows and words of each; 0 and 0 where they do not pay */
    of: (first: number, end: number): [number, number] => {
      const words = 2 * Math.ceil((end - first) / 128),
        bitCost = wordCost * words * ((channelCount * channelCount) / 2) + (binStarts[end]! - binStarts[first]!)
      if (bitCost + aboveOne[end]! - aboveOne[first]! > pairs[end]! - pairs[first]!) return [0, 0]
      const address = placeOf(8 * words * channelCount),
        rows = task.ints(address, 2 * words * channelCount).fill(0)
      for (let bin = first; bin < end; bin++) {
        const at = (bin - first) >> 5,
          bit = 1 << ((bin - first) & 31)
        for (let e = binStarts[bin]!; e < binStarts[bin + 1]!; e++) rows[channels[e]! * 2 * words + at]! |= bit
      }
      return [address, words]
    },
  }
}

type MomentsSize = { channelCount: number; pairCount: number; threadCount: number }

/** Memory of the null, had when the first window asks for it, and larger when one is longer. */
function planMoments(task: Task, { channelCount, pairCount, threadCount }: MomentsSize) {
  const columns = Math.ceil(channelCount / 4) * 4,
    productBytes = 4 * 16 * 4 * columns
  const places = new Map<string, { address: number; bytes: number }>()
  const placeOf = (name: string, bytes: number): number => {
    const known = places.get(name)
    if (known && known.bytes >= bytes) return known.address
    const address = task.place(bytes)
    places.set(name, { address, bytes })
    return address
  }
  return (binCount: number, interrupt: () => void): { variance: Float64Array; logLeastP: Float32Array } | null => {
    const lagCount = Math.floor(binCount / 2) + 1,
      stride = Math.ceil((2 * lagCount) / 16) * 16,
      scratchBytes = Math.ceil((8 * binCount + 4 * (lagCount + 128) + 2 * (binCount + lagCount + 64)) / 64) * 64
    if (2 * columns * stride > mostRowBytes) return null
    const rows = placeOf('rows', columns * stride),
      highRows = placeOf('high rows', columns * stride),
      channels = placeOf('channels', 3 * 8 * channelCount + 16),
      isWide = placeOf('wide', 64),
      isTooLarge = placeOf('too large', 64),
      scratch = placeOf('scratch', scratchBytes * threadCount)
    const variance = placeOf('variance', 8 * pairCount + 64),
      bounds = placeOf('bounds', 4 * pairCount + 16),
      products = placeOf('products', productBytes * threadCount)
    for (const flag of [isWide, isTooLarge]) task.ints(flag, 1)[0] = 0
    task.plan(14, [lagCount, rows, highRows, stride, channels, isWide, isTooLarge, scratch, scratchBytes])
    task.plan(26, [variance, bounds, products, productBytes])
    task.run(nullTask, interrupt)
    if (task.ints(isTooLarge, 1)[0] !== 0) return null
    return { variance: task.doubles(variance, pairCount), logLeastP: task.floats(bounds, pairCount) }
  }
}
