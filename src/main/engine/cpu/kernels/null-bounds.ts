/** Variance of every pair's co-count over all circular offsets, and what its p is at least. */
import { goesOn } from './barrier';
import { coCountsAt, rowOffset, rowUnit, setWindow, totalOf } from './co-counts';
import { log4, splat } from './lanes';
import { fourByTwo } from './symmetric-product';
import { address, word } from './words';

/** Words of the plan from 26: variances; bounds; products of each thread, [4, rowUnit, columns], and their bytes. */
export function bounds(thread: i32, control: usize, deal: usize, plan: usize): void {
  setWindow(plan);
  const channelCount = word(plan, 0), p = plan + 56, out = plan + 104;
  if (load<i32>(address(p, 6)) != 0) return;
  const isWide = load<i32>(address(p, 5)) != 0, columns = (channelCount + 3) & ~3;
  const products = address(out, 2) + <usize>thread * address(out, 3), part = <usize>(rowUnit * columns) << 2;
  const low = address(p, 1), high = address(p, 2), stride = address(p, 3);
  for (let first = atomic.add<i32>(deal, rowUnit); first < channelCount; first = atomic.add<i32>(deal, rowUnit)) {
    if (!goesOn(thread, control)) return;
    const end = min(columns, first + rowUnit);
    multiply(low, low, stride, first, end, columns, products);
    if (isWide) {
      multiply(high, low, stride, first, end, columns, products + part);
      multiply(low, high, stride, first, end, columns, products + 2 * part);
      multiply(high, high, stride, first, end, columns, products + 3 * part);
    }
    for (let i = first; i < min(channelCount - 1, end); i++) {
      const row = products + (<usize>((i - first) * columns) << 2);
      varianceRow(i, channelCount, word(plan, 2), row, isWide ? part : 0, address(p, 4), address(out, 0));
      boundRow(i, channelCount, <f32>word(plan, 2), address(out, 0), address(out, 1));
    }
  }
}

/** Σ_k x_ik y_jk of the rows [first, end) of x with the rows from `first` of y. */
function multiply(x: usize, y: usize, stride: usize, first: i32, end: i32, columns: i32, out: usize): void {
  for (let j = first; j < columns; j += 2) {
    for (let i = first; i < end && i <= j; i += 4) {
      fourByTwo(x + <usize>i * stride, y + <usize>j * stride, stride, out + (<usize>((i - first) * columns + j) << 2), <usize>columns << 2);
    }
  }
}

/** The operations of src/main/science/circular-null.ts in their order. */
function varianceRow(i: i32, channelCount: i32, binCount: i32, products: usize, part: usize, moments: usize, variances: usize): void {
  const array = <usize>channelCount << 3, own = moments + (<usize>i << 3), row = rowOffset(channelCount, i);
  const zero = f64x2.splat(load<f64>(own)), half = f64x2.splat(load<f64>(own + array)), off = f64x2.splat(load<f64>(own + 2 * array));
  const length = f64x2.splat(<f64>binCount), none = f64x2.splat(0), base = f64x2.splat(2048), two = f64x2.splat(2);
  for (let j = i + 1; j < channelCount; j += 2) {
    const at = products + (<usize>j << 2), column = moments + (<usize>j << 3);
    let sum = doubles(at);
    if (part != 0) {
      const mixed = f64x2.add(doubles(at + part), doubles(at + 2 * part));
      sum = f64x2.add(sum, f64x2.mul(base, f64x2.add(mixed, f64x2.mul(base, doubles(at + 3 * part)))));
    }
    const allLags = f64x2.sub(
      f64x2.sub(f64x2.mul(two, sum), f64x2.mul(zero, v128.load(column))), f64x2.mul(half, v128.load(column + array)));
    const value = f64x2.sub(f64x2.div(allLags, length), f64x2.mul(off, v128.load(column + 2 * array)));
    const kept = v128.bitselect(value, none, f64x2.gt(value, none)), place = variances + (<usize>(row + j) << 3);
    if (j + 1 < channelCount) v128.store(place, kept);
    else v128.store64_lane(place, kept, 0);
  }
}

// @ts-ignore: decorator
@inline function doubles(at: usize): v128 { return f64x2.convert_low_i32x4_s(v128.load64_zero(at)); }

/** logLeastP of src/main/science/tails.ts in float32; infinite where there is no variance. What fills the last four is not kept. */
function boundRow(i: i32, channelCount: i32, binCount: f32, variances: usize, bounds: usize): void {
  const row = rowOffset(channelCount, i), own = <f32>totalOf(i) / binCount;
  for (let j = i + 1; j < channelCount; j += 4) {
    const pair = <usize>(row + j), left = channelCount - j;
    const variance = v128.shuffle<f32>(
      f32x4.demote_f64x2_zero(v128.load(variances + (pair << 3))), f32x4.demote_f64x2_zero(v128.load(variances + (pair << 3), 16)), 0, 1, 4, 5);
    const count = f32x4.convert_i32x4_s(v128.load(coCountsAt() + (pair << 2)));
    const other = f32x4(<f32>totalOf(j), left > 1 ? <f32>totalOf(j + 1) : 0, left > 2 ? <f32>totalOf(j + 2) : 0, left > 3 ? <f32>totalOf(j + 3) : 0);
    const value = v128.bitselect(logLeastP(count, f32x4.mul(splat(own), other), variance), splat(f32.POSITIVE_INFINITY), f32x4.gt(variance, splat(0)));
    const place = bounds + (pair << 2);
    if (left >= 4) v128.store(place, value);
    else for (let lane = 0; lane < left; lane++) store<f32>(place + (<usize>lane << 2), lane == 0 ? f32x4.extract_lane(value, 0) : lane == 1 ? f32x4.extract_lane(value, 1) : f32x4.extract_lane(value, 2));
  }
}

// @ts-ignore: decorator
@inline function logLeastP(count: v128, mean: v128, variance: v128): v128 {
  const one = splat(1), zero = splat(0);
  const excess = f32x4.pmax(zero, f32x4.div(f32x4.sub(variance, mean), mean)), q = f32x4.div(one, f32x4.add(one, excess));
  const x = f32x4.mul(excess, q), sizeX = f32x4.mul(mean, q), isNone = f32x4.eq(count, zero), some = f32x4.pmax(count, one);
  const beyond = f32x4.mul(f32x4.sub(count, mean), q);
  const ofSize = f32x4.mul(
    v128.bitselect(f32x4.neg(mean), beyond, isNone),
    logRatio(v128.bitselect(excess, f32x4.div(f32x4.mul(f32x4.sub(count, mean), x), mean), isNone)));
  const ofCount = f32x4.mul(beyond, logRatio(f32x4.neg(f32x4.div(beyond, some))));
  const up = more(few, ratioUp(count, sizeX, x), ratioUp(f32x4.add(count, splat(few)), sizeX, x));
  const farUp = more(many, ratioUp(count, sizeX, x), ratioUp(f32x4.add(count, splat(many)), sizeX, x));
  const down = more(few, ratioDown(count, sizeX, x), ratioDown(f32x4.sub(count, splat(few - 1)), sizeX, x));
  const farDown = more(many, ratioDown(count, sizeX, x), ratioDown(f32x4.sub(count, splat(many - 1)), sizeX, x));
  const terms = f32x4.pmin(f32x4.pmax(up, farUp), f32x4.pmax(down, farDown));
  const spread = v128.bitselect(
    one, f32x4.mul(f32x4.mul(some, splat(6.2831853)), f32x4.add(one, f32x4.div(f32x4.mul(some, excess), mean))), isNone);
  const ofTerms = f32x4.mul(splat(0.5), log4(f32x4.div(f32x4.mul(terms, terms), spread)));
  const stirling = v128.andnot(
    f32x4.mul(splat(0.0833334), f32x4.add(f32x4.div(one, some), f32x4.div(excess, mean))), isNone);
  const count2 = v128.andnot(ofCount, isNone);
  const margin = f32x4.add(splat(0.02), f32x4.mul(splat(0.00001), f32x4.add(f32x4.abs(ofSize), f32x4.abs(count2))));
  const value = f32x4.sub(f32x4.sub(f32x4.add(f32x4.sub(ofSize, count2), ofTerms), stirling), margin);
  return f32x4.pmin(zero, f32x4.add(value, splat(0.6931472)));
}

const few: f32 = 4, many: f32 = 32;

/** log(1 + y)/y, 1 at 0, for y > −1. */
// @ts-ignore: decorator
@inline function logRatio(y: v128): v128 {
  const u = f32x4.add(splat(1), y), gap = f32x4.sub(u, splat(1)), isSmall = f32x4.eq(gap, splat(0));
  return v128.bitselect(splat(1), f32x4.div(log4(u), gap), isSmall);
}

/** P(k + 1)/P(k) and P(k − 1)/P(k) */
// @ts-ignore: decorator
@inline function ratioUp(k: v128, sizeX: v128, x: v128): v128 {
  return f32x4.div(f32x4.add(sizeX, f32x4.mul(k, x)), f32x4.add(k, splat(1)));
}
// @ts-ignore: decorator
@inline function ratioDown(k: v128, sizeX: v128, x: v128): v128 {
  return f32x4.div(f32x4.pmax(splat(0), k), f32x4.add(sizeX, f32x4.mul(f32x4.pmax(splat(0), f32x4.sub(k, splat(1))), x)));
}

/** At least the sum of so many terms over the first, where each is at least the smaller of two ratios times the one before. */
// @ts-ignore: decorator
@inline function more(terms: f32, near: v128, far: v128): v128 {
  const ratio = f32x4.pmax(splat(0), f32x4.pmin(splat(0.99), f32x4.pmin(near, far)));
  let power = f32x4.mul(ratio, ratio);
  power = f32x4.mul(power, power);
  if (terms > 4) {
    power = f32x4.mul(power, power);
    power = f32x4.mul(power, power);
    power = f32x4.mul(power, power);
  }
  return f32x4.div(f32x4.sub(splat(1), power), f32x4.sub(splat(1), ratio));
}
