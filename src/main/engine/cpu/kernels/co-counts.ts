/** Co-counts of all pairs in one window, and Pearson's r of them. */
import { goesOn } from './barrier';
import { address, word } from './words';

const channelUnit = 32;
/** Rows of pairs that go together; the kernel of products takes them by fours. */
export const rowUnit = 16;

/** Where row i of the upper triangle begins, less i + 1: pair (i, j) with i < j stands at rowOffset(i) + j. */
// @ts-ignore: decorator
@inline export function rowOffset(channelCount: i32, i: i32): i32 { return i * channelCount - ((i * (i + 1)) >> 1) - i - 1; }

/**
 * Words of the plan: channels, first bin and bins of the window; then addresses: first entry of every bin; entries by bin, channel
 * in the lower half and count in the upper; first entry of every channel; of these the entry by bin and the bin; per channel
 * in float64 Σx, and L Σx² − (Σx)²; co-counts of the window; r; first entry above one of every bin, and these entries.
 */
let channelCount: i32, firstBin: i32, binCount: i32;
let binStarts: usize, entries: usize, channelStarts: usize, places: usize, bins: usize, totals: usize, spreads: usize;
let coCounts: usize, correlations: usize, aboveStarts: usize, above: usize;

export function setWindow(p: usize): void {
  channelCount = word(p, 0); firstBin = word(p, 1); binCount = word(p, 2);
  binStarts = address(p, 3); entries = address(p, 4); channelStarts = address(p, 5); places = address(p, 6); bins = address(p, 7);
  totals = address(p, 8); spreads = address(p, 9); coCounts = address(p, 10); correlations = address(p, 11);
  aboveStarts = address(p, 12); above = address(p, 13);
}

/** The first of a channel's entries at or behind an entry by bin. */
function entryFrom(channel: i32, entry: u32): usize {
  let low = load<u32>(channelStarts + (<usize>channel << 2)), high = load<u32>(channelStarts + (<usize>channel << 2), 4);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (load<u32>(places + (<usize>middle << 2)) < entry) low = middle + 1;
    else high = middle;
  }
  return <usize>low << 2;
}

// @ts-ignore: decorator
@inline function binStart(bin: i32): u32 { return load<u32>(binStarts + (<usize>bin << 2)); }

/** Offsets into `places` and `bins` of a channel's entries in the window; `setWindow` first. */
export function windowEntries(channel: i32): usize { return entryFrom(channel, binStart(firstBin)); }
export function windowEntriesEnd(channel: i32): usize { return entryFrom(channel, binStart(firstBin + binCount)); }
// @ts-ignore: decorator
@inline export function binOf(at: usize): i32 { return load<i32>(bins + at) - firstBin; }
// @ts-ignore: decorator
@inline export function countOf(at: usize): i32 { return load<i32>(entries + (<usize>load<u32>(places + at) << 2)) >>> 16; }
// @ts-ignore: decorator
@inline export function totalOf(channel: i32): f64 { return load<f64>(totals + (<usize>channel << 3)); }
// @ts-ignore: decorator
@inline export function coCountsAt(): usize { return coCounts; }

/** @returns whether the walk goes on */
export function channelSums(thread: i32, control: usize, deal: usize, plan: usize): bool {
  setWindow(plan);
  for (let first = atomic.add<i32>(deal, channelUnit); first < channelCount; first = atomic.add<i32>(deal, channelUnit)) {
    if (!goesOn(thread, control)) return false;
    for (let c = first; c < min(channelCount, first + channelUnit); c++) {
      let sum: f64 = 0, squares: f64 = 0;
      for (let at = windowEntries(c), end = windowEntriesEnd(c); at < end; at += 4) {
        const count = <f64>countOf(at);
        sum += count;
        squares += count * count;
      }
      store<f64>(totals + (<usize>c << 3), sum);
      store<f64>(spreads + (<usize>c << 3), <f64>binCount * squares - sum * sum);
    }
  }
  return true;
}

/**
 * Further words of the plan from 16: whether the sums begin anew, a count of changes, and for each of them: first bin, end, sign,
 * address of kept sums or 0, whether they are known, address of rows of bits or 0, words of such a row.
 */
export function correlate(thread: i32, control: usize, deal: usize, plan: usize): void {
  for (let first = atomic.add<i32>(deal, rowUnit); first < channelCount; first = atomic.add<i32>(deal, rowUnit)) {
    for (let i = first; i < min(channelCount - 1, first + rowUnit); i++) {
      if (!goesOn(thread, control)) return;
      const row = rowOffset(channelCount, i), bytes = <usize>(channelCount - i - 1) << 2;
      let isNew = word(plan, 16) != 0;
      for (let change = 0, p = plan + 72; change < word(plan, 17); change++, p += 28) {
        addChange(i, row, bytes, p, isNew);
        isNew = false;
      }
      correlateRow(i, row);
    }
  }
}

function addChange(i: i32, row: i32, bytes: usize, p: usize, isNew: bool): void {
  const sign = word(p, 2), kept = address(p, 3), from = coCounts + (<usize>(row + i + 1) << 2);
  if (kept == 0) {
    if (isNew) memory.fill(from, 0, bytes);
    return addCounts(i, coCounts + (<usize>row << 2), p, sign);
  }
  const own = kept + (<usize>(row + i + 1) << 2);
  if (word(p, 4) == 0) {
    memory.fill(own, 0, bytes);
    addCounts(i, kept + (<usize>row << 2), p, 1);
  }
  if (isNew) {
    memory.copy(from, own, bytes);
    return;
  }
  const factor = i32x4.splat(sign);
  let at: usize = 0;
  for (; at + 16 <= bytes; at += 16) v128.store(from + at, i32x4.add(v128.load(from + at), i32x4.mul(factor, v128.load(own + at))));
  for (; at < bytes; at += 4) store<i32>(from + at, load<i32>(from + at) + sign * load<i32>(own + at));
}

/** Adds sign · Σ_b x_ib x_jb to the sums of i with all j behind it; the sum with j stands at row + 4 j. */
function addCounts(i: i32, row: usize, p: usize, sign: i32): void {
  const first = word(p, 0), end = word(p, 1), bits = address(p, 5);
  if (bits != 0) addBits(i, row, bits, <usize>word(p, 6) << 3, sign);
  for (let at = entryFrom(i, binStart(first)), stop = entryFrom(i, binStart(end)); at < stop; at += 4) {
    const place = load<u32>(places + at), bin = load<i32>(bins + at);
    const last = entries + (<usize>binStart(bin + 1) << 2), count = sign * (load<i32>(entries + (<usize>place << 2)) >>> 16);
    if (bits == 0) addOnes(row, entries + (<usize>(place + 1) << 2), last, count);
    else if (count != sign) addOnes(row, entries + (<usize>(place + 1) << 2), last, count - sign);
    // one of every entry is counted; from behind, for most channels behind are those of the row
    let r = above + (<usize>load<u32>(aboveStarts + (<usize>bin << 2), 4) << 2) - 4;
    for (const start = above + (<usize>load<u32>(aboveStarts + (<usize>bin << 2)) << 2); r >= start; r -= 4) {
      const other = load<u32>(r), channel = <i32>(other & 0xffff), sum = row + (<usize>channel << 2);
      if (channel <= i) break;
      store<i32>(sum, load<i32>(sum) + count * (<i32>(other >> 16) - 1));
    }
  }
}

/** Adds a count to the sums of the entries [q, last). */
// @ts-ignore: decorator
@inline function addOnes(row: usize, q: usize, last: usize, count: i32): void {
  for (const stop = last - 4; q < stop; q += 8) {
    const one = row + (<usize>load<u16>(q) << 2), other = row + (<usize>load<u16>(q, 4) << 2);
    store<i32>(one, load<i32>(one) + count);
    store<i32>(other, load<i32>(other) + count);
  }
  if (q < last) {
    const one = row + (<usize>load<u16>(q) << 2);
    store<i32>(one, load<i32>(one) + count);
  }
}

/** Bins in which both channels have something: a bit for each bin, rows of `stride` bytes. */
function addBits(i: i32, row: usize, bits: usize, stride: usize, sign: i32): void {
  const own = bits + <usize>i * stride;
  for (let j = i + 1; j < channelCount; j++) {
    let x = own, y = bits + <usize>j * stride, one: i64 = 0, other: i64 = 0;
    for (const end = own + stride; x < end; x += 16, y += 16) {
      one += popcnt<i64>(load<i64>(x) & load<i64>(y));
      other += popcnt<i64>(load<i64>(x, 8) & load<i64>(y, 8));
    }
    const sum = row + (<usize>j << 2);
    store<i32>(sum, load<i32>(sum) + sign * <i32>(one + other));
  }
}

/** r of i with all j behind it, the operations of src/main/science/correlation.ts in their order. */
function correlateRow(i: i32, row: i32): void {
  const total = f64x2.splat(totalOf(i)), own = f64x2.splat(load<f64>(spreads + (<usize>i << 3))), length = f64x2.splat(<f64>binCount);
  const one = f64x2.splat(1), none = f64x2.splat(0);
  for (let j = i + 1; j < channelCount; j += 2) {
    const column = <usize>j << 3, pair = <usize>(row + j);
    const sums = f64x2.convert_low_i32x4_s(v128.load64_zero(coCounts + (pair << 2)));
    const product = f64x2.mul(own, v128.load(spreads + column));
    let value = f64x2.div(f64x2.sub(f64x2.mul(length, sums), f64x2.mul(total, v128.load(totals + column))), f64x2.sqrt(product));
    value = v128.bitselect(one, v128.bitselect(f64x2.neg(one), value, f64x2.lt(value, f64x2.neg(one))), f64x2.gt(value, one));
    value = v128.bitselect(none, value, f64x2.eq(product, none));
    if (j + 1 < channelCount) v128.store(correlations + (pair << 3), value);
    else v128.store64_lane(correlations + (pair << 3), value, 0);
  }
}
