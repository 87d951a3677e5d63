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
 * high rows; whether a row is too large; scratch of each thread: bins and counts of a channel, R in 32 bits, a round and a half of
 * counts in 16 bits; bytes of it all.
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
  const lagCount = word(p, 0), sums = scratch + (<usize>binCount << 3), counts = sums + (<usize>((lagCount + 127) & ~63) << 2);
  takeTrain(channel, scratch);
  const size = <i64>((trainEnd - train) >> 3), squares = squareSum(), fits = squares < 32768;
  // an update of a sum takes about as long as two or one of eight lags at once
  if (size <= (<i64>lagCount * (fits ? 1 : 3)) >> 3) addPairs(sums, binCount, lagCount, squares);
  else {
    spreadCounts(counts, binCount, lagCount);
    if (fits) addLagsNarrow(sums, counts, lagCount);
    else addLags(sums, counts, lagCount);
  }

  const total = totalOf(channel), mean = total * total / <f64>binCount, centre = <i32>floor(mean + 0.5);
  const at = address(p, 4) + (<usize>channel << 3), array = <usize>channelCount << 3;
  store<f64>(at, <f64>(load<i32>(sums) - centre));
  store<f64>(at + array, (binCount & 1) == 0 ? <f64>(load<i32>(sums + (<usize>(lagCount - 1) << 2)) - centre) : 0);
  store<f64>(at + 2 * array, mean - <f64>centre);
  writeRow(sums, centre, lagCount, <usize>channel * address(p, 3), p);
}

function squareSum(): i32 {
  let sum = 0;
  for (let at = train; at < trainEnd; at += 8) sum += load<i32>(at, 4) * load<i32>(at, 4);
  return sum;
}

/** Two bins lie apart by a lag one way round and by the rest of the window the other: both fall to the shorter of them. */
function addPairs(sums: usize, binCount: i32, lagCount: i32, squares: i32): void {
  memory.fill(sums, 0, <usize>lagCount << 2);
  for (let a = train; a < trainEnd; a += 8) {
    const bin = load<i32>(a), count = load<i32>(a, 4);
    for (let b = a + 8; b < trainEnd; b += 8) {
      const gap = load<i32>(b) - bin, sum = sums + (<usize>min(gap, binCount - gap) << 2);
      store<i32>(sum, load<i32>(sum) + count * load<i32>(b, 4));
    }
  }
  store<i32>(sums, squares);
  // half a window apart they are so both ways round
  if ((binCount & 1) == 0) store<i32>(sums + (<usize>binCount << 1), load<i32>(sums + (<usize>binCount << 1)) << 1);
}

/** Counts of all bins, and once more of those a lag may reach behind the last. */
function spreadCounts(counts: usize, binCount: i32, lagCount: i32): void {
  memory.fill(counts, 0, <usize>(binCount + lagCount + 64) << 1);
  for (let at = train; at < trainEnd; at += 8) {
    const bin = load<i32>(at), count = <i16>load<i32>(at, 4);
    store<i16>(counts + (<usize>bin << 1), count);
    if (bin < lagCount) store<i16>(counts + (<usize>(bin + binCount) << 1), count);
  }
}

/** R(k) = Σ_b x_b x_b+k, 64 lags at once in 16 bits. */
function addLagsNarrow(sums: usize, counts: usize, lagCount: i32): void {
  for (let lag: usize = 0; lag < <usize>lagCount; lag += 64) {
    let a = i16x8.splat(0), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
    for (let at = train; at < trainEnd; at += 8) {
      const p = counts + ((<usize>load<u32>(at) + lag) << 1);
      for (let times = load<i32>(at, 4); times > 0; times--) {
        a = i16x8.add(a, v128.load(p)); b = i16x8.add(b, v128.load(p, 16));
        c = i16x8.add(c, v128.load(p, 32)); d = i16x8.add(d, v128.load(p, 48));
        e = i16x8.add(e, v128.load(p, 64)); f = i16x8.add(f, v128.load(p, 80));
        g = i16x8.add(g, v128.load(p, 96)); h = i16x8.add(h, v128.load(p, 112));
      }
    }
    const to = sums + (lag << 2);
    widen(to, a); widen(to + 32, b); widen(to + 64, c); widen(to + 96, d);
    widen(to + 128, e); widen(to + 160, f); widen(to + 192, g); widen(to + 224, h);
  }
}

// @ts-ignore: decorator
@inline function widen(to: usize, values: v128): void {
  v128.store(to, i32x4.extend_low_i16x8_u(values));
  v128.store(to, i32x4.extend_high_i16x8_u(values), 16);
}

/** The same in 32 bits, 32 lags at once. */
function addLags(sums: usize, counts: usize, lagCount: i32): void {
  for (let lag: usize = 0; lag < <usize>lagCount; lag += 32) {
    let a = i32x4.splat(0), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
    for (let at = train; at < trainEnd; at += 8) {
      const p = counts + ((<usize>load<u32>(at) + lag) << 1), count = i16x8.splat(<i16>load<i32>(at, 4));
      let x = v128.load(p);
      a = i32x4.add(a, i32x4.extmul_low_i16x8_s(x, count)); b = i32x4.add(b, i32x4.extmul_high_i16x8_s(x, count));
      x = v128.load(p, 16);
      c = i32x4.add(c, i32x4.extmul_low_i16x8_s(x, count)); d = i32x4.add(d, i32x4.extmul_high_i16x8_s(x, count));
      x = v128.load(p, 32);
      e = i32x4.add(e, i32x4.extmul_low_i16x8_s(x, count)); f = i32x4.add(f, i32x4.extmul_high_i16x8_s(x, count));
      x = v128.load(p, 48);
      g = i32x4.add(g, i32x4.extmul_low_i16x8_s(x, count)); h = i32x4.add(h, i32x4.extmul_high_i16x8_s(x, count));
    }
    const to = sums + (lag << 2);
    v128.store(to, a); v128.store(to, b, 16); v128.store(to, c, 32); v128.store(to, d, 48);
    v128.store(to, e, 64); v128.store(to, f, 80); v128.store(to, g, 96); v128.store(to, h, 112);
  }
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
