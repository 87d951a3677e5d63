/** Clip and Adam over flat stretches: items are numbers. */
import { loadLanes, madd, splat, storeLanes } from './lanes';
import { address, real, rowAt, word } from './words';

/** Σ g² in float64 by unit. Words: gradients (view, one number a row), sums (view by unit), unit. */
export function squares(p: usize, first: i32, end: i32): void {
  const unit = word(p, 4), to = rowAt(p, 2, first / unit);
  let sum: f64 = first % unit == 0 ? 0 : load<f64>(to);
  for (let at = rowAt(p, 0, first), stop = rowAt(p, 0, end); at < stop; at += 4) {
    const g = <f64>load<f32>(at);
    sum += g * g;
  }
  store<f64>(to, sum);
}

/** The norm of all stretches and the factor that clips it. Words: sums, count, norm, factor, limit (float64, two words; not above 0 for none). */
export function clipNorm(p: usize, _first: i32, _end: i32): void {
  const count = word(p, 1), limit = load<f64>(p, 16);
  let sum: f64 = 0;
  for (let k = 0; k < count; k++) sum += load<f64>(address(p, 0) + (<usize>k << 3));
  const norm = Math.sqrt(sum), factor = limit / (norm + 1e-12);
  store<f64>(address(p, 2), norm);
  store<f32>(address(p, 3), limit > 0 && factor < 1 ? <f32>factor : 1);
}

/** Words: gradients (view, one number a row), factor. */
export function scaleBy(p: usize, first: i32, end: i32): void {
  const factor = load<f32>(address(p, 2));
  if (factor == 1) return;
  for (let at = first; at < end; at += 4) {
    const to = rowAt(p, 0, at);
    storeLanes(to, f32x4.mul(splat(factor), loadLanes(to, end - at)), end - at);
  }
}

/** Words: parameters, means, variances, gradients (views, one number a row), addresses of learningRate and step (float64), decay. */
export function adam(p: usize, first: i32, end: i32): void {
  const rate = load<f64>(address(p, 8)), step = load<f64>(address(p, 9));
  const keep = splat(<f32>(1 - rate * <f64>real(p, 10)));
  const meanShare = splat(<f32>(rate / (1 - Math.pow(0.9, step)))), varianceShare = splat(<f32>(1 / (1 - Math.pow(0.999, step))));
  for (let at = first; at < end; at += 4) {
    const left = end - at, g = loadLanes(rowAt(p, 6, at), left), mean = rowAt(p, 2, at), variance = rowAt(p, 4, at);
    const m = madd(splat(0.1), g, f32x4.mul(splat(0.9), loadLanes(mean, left)));
    const v = madd(f32x4.mul(splat(0.001), g), g, f32x4.mul(splat(0.999), loadLanes(variance, left)));
    storeLanes(mean, m, left);
    storeLanes(variance, v, left);
    const move = f32x4.div(f32x4.mul(meanShare, m), f32x4.add(f32x4.sqrt(f32x4.mul(varianceShare, v)), splat(1e-8)));
    storeLanes(rowAt(p, 0, at), f32x4.sub(f32x4.mul(keep, loadLanes(rowAt(p, 0, at), left)), move), left);
  }
}

/** gradients += l1 sign(p) + 2 l2 p. Words: parameters, gradients (views, one number a row), l1, 2 l2. */
export function penalise(p: usize, first: i32, end: i32): void {
  const l1 = splat(real(p, 4)), l2 = splat(real(p, 5)), zero = splat(0);
  for (let at = first; at < end; at += 4) {
    const left = end - at, value = loadLanes(rowAt(p, 0, at), left), to = rowAt(p, 2, at);
    const sign = f32x4.sub(v128.and(l1, f32x4.gt(value, zero)), v128.and(l1, f32x4.lt(value, zero)));
    storeLanes(to, f32x4.add(loadLanes(to, left), madd(l2, value, sign)), left);
  }
}

/** Words: parameters, velocity, gradients (views, one number a row), address of learningRate (float64), momentum. */
export function nesterov(p: usize, first: i32, end: i32): void {
  const rate = splat(<f32>load<f64>(address(p, 6))), momentum = splat(real(p, 7));
  for (let at = first; at < end; at += 4) {
    const left = end - at, to = rowAt(p, 0, at), velocity = rowAt(p, 2, at), move = f32x4.mul(rate, loadLanes(rowAt(p, 4, at), left));
    const v = f32x4.sub(f32x4.mul(momentum, loadLanes(velocity, left)), move);
    storeLanes(velocity, v, left);
    storeLanes(to, f32x4.add(loadLanes(to, left), f32x4.sub(f32x4.mul(momentum, v), move)), left);
  }
}
