/** Circular autocorrelations of every channel in one window, around whole numbers, in 16 bits. */
import { goesOn } from './barrier';
import { binOf, countOf, setWindow, totalOf, windowEntries, windowEntriesEnd } from './co-counts';
import { address, word } from './words';

/** Below this Σx² every x fits 16 bits, and by Cauchy and Schwarz every product of rows 32. */
const narrow: f64 = 1073741824;
/** Larger numbers go as base · high + low. */
const base = 2048;

/**
 * Words of the plan from 14: lags; addresses of rows and of high rows in 16 bits; bytes of a row, a multiple of 16; per channel
 * in float64 R at lag 0 and at half the window, and the mean off the centre, one array behind the other; whether there are
 * high rows; whether a row is too large; scratch of each thread: bins and counts of a channel, R in 32 bits, bits of two rounds,
 * eight times shifted; bytes of it all.
 */
export function autocorrelations(thread: i32, control: usize, deal: usize, plan: usize, small: usize): bool {
  setWindow(plan);
  const channelCount = word(plan, 0), p = plan + 56;
  const scratch = address(p, 7) + <usize>thread * address(p, 8);
  for (let c = atomic.add<i32>(deal, 1); c < channelCount; c = atomic.add<i32>(deal, 1)) {
    if (!goesOn(thread, control)) return false;
    autocorrelation(c, channelCount, word(plan, 2), p, scratch);
  }
  return true;
}

/** A channel's entries in the window: bins and counts beside each other, eight bytes each. */
let train: usize, trainEnd: usize;

function takeTrain(channel: i32, to: usize): void {
  train = trainEnd = to;
  for (let at = windowEntries(channel), end = windowEntriesEnd(channel); at < end; at += 4, trainEnd += 8) {
    store<i32>(trainEnd, binOf(at));
    store<i32>(trainEnd, countOf(at), 4);
  }
}

function autocorrelation(channel: i32, channelCount: i32, binCount: i32, p: usize, scratch: usize): void {
  const lagCount = word(p, 0), sums = scratch + (<usize>binCount << 3), bitRows = sums + ((<usize>lagCount * 4 + 79) & ~15);
  takeTrain(channel, scratch);
  memory.fill(sums, 0, <usize>lagCount << 2);
  const size = <i64>((trainEnd - train) >> 3), excess = <i64>excessCount(), words = <i64>((binCount + 63) >> 6);
  // two words of bits take about as long as one update of a sum
  if (size * size <= <i64>lagCount * (words + 6) + 2 * excess * size) addPairs(sums, binCount);
  else addBits(sums, bitRows, binCount, lagCount);
  finish(sums, binCount);

  const total = totalOf(channel), mean = total * total / <f64>binCount, centre = <i32>floor(mean + 0.5);
  const at = address(p, 4) + (<usize>channel << 3), array = <usize>channelCount << 3;
  store<f64>(at, <f64>(load<i32>(sums) - centre));
  store<f64>(at + array, (binCount & 1) == 0 ? <f64>(load<i32>(sums + (<usize>(lagCount - 1) << 2)) - centre) : 0);
  store<f64>(at + 2 * array, mean - <f64>centre);
  writeRow(sums, centre, lagCount, <usize>channel * address(p, 3), p);
}

function excessCount(): i32 {
  let count = 0;
  for (let at = train; at < trainEnd; at += 8) count += <i32>(load<i32>(at, 4) > 1);
  return count;
}

/** Two bins lie apart by a lag one way round and by the rest of the window the other: the shorter of them is kept. */
// @ts-ignore: decorator
@inline function addAt(sums: usize, gap: i32, binCount: i32, value: i32): void {
  const sum = sums + (<usize>min(gap, binCount - gap) << 2);
  store<i32>(sum, load<i32>(sum) + value);
}

/** Bins half a window apart are so both ways round; the bin itself is met once. */
function finish(sums: usize, binCount: i32): void {
  let squares = 0;
  for (let at = train; at < trainEnd; at += 8) squares += load<i32>(at, 4) * load<i32>(at, 4);
  store<i32>(sums, squares);
  if ((binCount & 1) == 0) store<i32>(sums + (<usize>binCount << 1), load<i32>(sums + (<usize>binCount << 1)) << 1);
}

function addPairs(sums: usize, binCount: i32): void {
  for (let a = train; a < trainEnd; a += 8) {
    const bin = load<i32>(a), count = load<i32>(a, 4);
    for (let b = a + 8; b < trainEnd; b += 8) addAt(sums, load<i32>(b) - bin, binCount, count * load<i32>(b, 4));
  }
}

/** Bins with anything in them as bits, a word of them at once; what is above one in a bin by pairs. */
function addBits(sums: usize, rows: usize, binCount: i32, lagCount: i32): void {
  const words = (binCount + 127) >> 7 << 1, stride = (<usize>((binCount + lagCount + 63) >> 6) + 4) << 3;
  memory.fill(rows, 0, stride * 9);
  // once for the window itself, and once for what comes behind each of its bins, round and round
  const own = rows + stride * 8;
  for (let at = train; at < trainEnd; at += 8) {
    const bin = load<i32>(at);
    setBit(own, bin);
    setBit(rows, bin);
    if (bin < lagCount) setBit(rows, bin + binCount);
  }
  for (let shift: usize = 1; shift < 8; shift++) {
    for (let w: usize = 0; w + 8 < stride; w += 8) {
      store<u64>(rows + shift * stride + w, (load<u64>(rows + w) >> shift) | (load<u64>(rows + w, 8) << (64 - shift)));
    }
  }
  for (let lag = 0; lag < lagCount; lag++) {
    let y = rows + <usize>(lag & 7) * stride + (<usize>lag >> 3), one: i64 = 0, other: i64 = 0;
    for (let x = own, stop = own + (<usize>words << 3); x < stop; x += 16, y += 16) {
      one += popcnt<i64>(load<i64>(x) & load<i64>(y));
      other += popcnt<i64>(load<i64>(x, 8) & load<i64>(y, 8));
    }
    store<i32>(sums + (<usize>lag << 2), <i32>(one + other));
  }
  // half a window apart both ways are counted by the bits, and doubled later
  if ((binCount & 1) == 0) store<i32>(sums + (<usize>binCount << 1), load<i32>(sums + (<usize>binCount << 1)) >> 1);
  for (let a = train; a < trainEnd; a += 8) {
    const excess = load<i32>(a, 4) - 1, bin = load<i32>(a);
    if (excess == 0) continue;
    for (let b = train; b < trainEnd; b += 8) addAt(sums, abs(load<i32>(b) - bin), binCount, excess);
    for (let b = a + 8; b < trainEnd; b += 8) {
      const more = load<i32>(b, 4) - 1;
      if (more != 0) addAt(sums, load<i32>(b) - bin, binCount, excess * more);
    }
  }
}

// @ts-ignore: decorator
@inline function setBit(row: usize, bit: i32): void {
  const at = row + (<usize>bit >> 3);
  store<u8>(at, load<u8>(at) | <u8>(<u32>1 << (bit & 7)));
}

function writeRow(sums: usize, centre: i32, lagCount: i32, offset: usize, p: usize): void {
  let squares: f64 = 0;
  for (let lag: usize = 0; lag < <usize>lagCount << 2; lag += 4) {
    const value = <f64>(load<i32>(sums + lag) - centre);
    squares += value * value;
  }
  const row = address(p, 1) + offset, highRow = address(p, 2) + offset, isNarrow = squares < narrow;
  memory.fill(row, 0, address(p, 3));
  memory.fill(highRow, 0, address(p, 3));
  if (isNarrow) {
    for (let lag: usize = 0; lag < <usize>lagCount; lag++) store<i16>(row + (lag << 1), <i16>(load<i32>(sums + (lag << 2)) - centre));
    return;
  }
  let highSquares: f64 = 0, lowSquares: f64 = 0;
  for (let lag: usize = 0; lag < <usize>lagCount; lag++) {
    const value = load<i32>(sums + (lag << 2)) - centre, high = (value + base / 2) >> 11, low = value - (high << 11);
    store<i16>(row + (lag << 1), <i16>low);
    store<i16>(highRow + (lag << 1), <i16>high);
    highSquares += <f64>high * <f64>high;
    lowSquares += <f64>low * <f64>low;
  }
  atomic.store<i32>(address(p, 5), 1);
  if (!(highSquares < narrow && lowSquares < narrow)) atomic.store<i32>(address(p, 6), 1);
}
