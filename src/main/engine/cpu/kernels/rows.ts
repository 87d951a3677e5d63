/** Kernels of the baselines whose row needs nothing but that row. Each takes rows [first, end). */
import { exp4, firstLanes, laneSum, loadLanes, madd, putLanes, splat, storeLanes, tanh4 } from './lanes';
import { address, real, rowAt, word } from './words';

// @ts-ignore: decorator
@inline function total(v: v128, left: i32): f64 { return <f64>laneSum(firstLanes(v, left)); }

function largest(x: usize, columns: i32): f32 {
  let most = load<f32>(x);
  for (let c = 1; c < columns; c++) most = max(most, load<f32>(x + (<usize>c << 2)));
  return most;
}

/** Σ e^(x − most) of a row. */
function powerSum(x: usize, columns: i32, most: f32): f64 {
  let sum: f64 = 0;
  for (let c = 0; c < columns; c += 4) {
    const left = columns - c;
    sum += total(exp4(f32x4.sub(loadLanes(x + (<usize>c << 2), left), splat(most))), left);
  }
  return sum;
}

/** Words: x (view), out (view), columns. */
export function softmax(p: usize, first: i32, end: i32): void {
  const columns = word(p, 4);
  for (let row = first; row < end; row++) {
    const x = rowAt(p, 0, row), out = rowAt(p, 2, row), most = largest(x, columns), share = splat(<f32>(1 / powerSum(x, columns, most)));
    for (let c = 0; c < columns; c += 4) {
      const at = <usize>c << 2, left = columns - c;
      storeLanes(out + at, f32x4.mul(share, exp4(f32x4.sub(loadLanes(x + at, left), splat(most)))), left);
    }
  }
}

/** Words: out (view), dOut (view), dX (view), columns. */
export function softmaxAdjoint(p: usize, first: i32, end: i32): void {
  const columns = word(p, 6);
  for (let row = first; row < end; row++) {
    const y = rowAt(p, 0, row), d = rowAt(p, 2, row), dX = rowAt(p, 4, row);
    let sum: f64 = 0;
    for (let c = 0; c < columns; c += 4) {
      const at = <usize>c << 2, left = columns - c;
      sum += total(f32x4.mul(loadLanes(y + at, left), loadLanes(d + at, left)), left);
    }
    const mean = splat(<f32>sum);
    for (let c = 0; c < columns; c += 4) {
      const at = <usize>c << 2, left = columns - c;
      putLanes(dX + at, f32x4.mul(loadLanes(y + at, left), f32x4.sub(loadLanes(d + at, left), mean)), left, true);
    }
  }
}

function meanOf(x: usize, columns: i32, centres: bool): f64 {
  if (!centres) return 0;
  let sum: f64 = 0;
  for (let c = 0; c < columns; c += 4) sum += total(loadLanes(x + (<usize>c << 2), columns - c), columns - c);
  return sum / columns;
}

/** √(mean (x − mean)² + ε) of a row. */
function scaleOf(x: usize, columns: i32, mean: f32, epsilon: f32): f64 {
  let squares: f64 = 0;
  for (let c = 0; c < columns; c += 4) {
    const left = columns - c, gap = f32x4.sub(loadLanes(x + (<usize>c << 2), left), splat(mean));
    squares += total(f32x4.mul(gap, gap), left);
  }
  return Math.sqrt(squares / columns + epsilon);
}

/** Words: x (view), out (view), columns, whether the mean is taken off, ε, factor. */
export function normalise(p: usize, first: i32, end: i32): void {
  const columns = word(p, 4), centres = word(p, 5) != 0;
  for (let row = first; row < end; row++) {
    const x = rowAt(p, 0, row), out = rowAt(p, 2, row), mean = <f32>meanOf(x, columns, centres);
    const factor = splat(<f32>(<f64>real(p, 7) / scaleOf(x, columns, mean, real(p, 6))));
    for (let c = 0; c < columns; c += 4) {
      const at = <usize>c << 2, left = columns - c;
      storeLanes(out + at, f32x4.mul(factor, f32x4.sub(loadLanes(x + at, left), splat(mean))), left);
    }
  }
}

/** Words: x (view), dOut (view), dX (view), columns, whether the mean is taken off, ε, factor. */
export function normaliseAdjoint(p: usize, first: i32, end: i32): void {
  const columns = word(p, 6), centres = word(p, 7) != 0;
  for (let row = first; row < end; row++) {
    const x = rowAt(p, 0, row), d = rowAt(p, 2, row), dX = rowAt(p, 4, row), mean = <f32>meanOf(x, columns, centres);
    const scale = scaleOf(x, columns, mean, real(p, 8)), across = splat(<f32>meanOf(d, columns, centres));
    let along: f64 = 0;
    for (let c = 0; c < columns; c += 4) {
      const at = <usize>c << 2, left = columns - c;
      along += total(f32x4.mul(loadLanes(d + at, left), f32x4.sub(loadLanes(x + at, left), splat(mean))), left);
    }
    const slope = splat(<f32>(along / columns / (scale * scale))), factor = splat(<f32>(<f64>real(p, 9) / scale));
    for (let c = 0; c < columns; c += 4) {
      const at = <usize>c << 2, left = columns - c, gap = f32x4.sub(loadLanes(x + at, left), splat(mean));
      const rest = f32x4.sub(f32x4.sub(loadLanes(d + at, left), across), f32x4.mul(slope, gap));
      putLanes(dX + at, f32x4.mul(factor, rest), left, true);
    }
  }
}

/** Words: x (view), gain, bias, out (view), columns. */
export function scaleShift(p: usize, first: i32, end: i32): void {
  const gain = address(p, 2), bias = address(p, 3), columns = word(p, 6);
  for (let row = first; row < end; row++) {
    const x = rowAt(p, 0, row), out = rowAt(p, 4, row);
    for (let c = 0; c < columns; c += 4) {
      const at = <usize>c << 2, left = columns - c;
      storeLanes(out + at, madd(loadLanes(x + at, left), loadLanes(gain + at, left), loadLanes(bias + at, left)), left);
    }
  }
}

/**
 * dX += dOut ⊙ gain, with the column sums of dOut ⊙ x and of dOut by unit.
 * Words: x (view), gain, dOut (view), dX (view), columns, sums of the gain and of the bias (views by unit), unit, then whether each starts anew.
 */
export function scaleShiftAdjoint(p: usize, first: i32, end: i32): void {
  const gain = address(p, 2), columns = word(p, 7), unit = word(p, 12), isFirst = first % unit == 0;
  const gains = rowAt(p, 8, first / unit), biases = rowAt(p, 10, first / unit);
  for (let c = 0; c < columns; c += 4) {
    const at = <usize>c << 2, left = columns - c, factor = loadLanes(gain + at, left);
    let ofGain = isFirst && word(p, 13) != 0 ? splat(0) : v128.load(gains + at);
    let ofBias = isFirst && word(p, 14) != 0 ? splat(0) : v128.load(biases + at);
    for (let row = first; row < end; row++) {
      const d = loadLanes(rowAt(p, 3, row) + at, left);
      ofGain = madd(d, loadLanes(rowAt(p, 0, row) + at, left), ofGain);
      ofBias = f32x4.add(ofBias, d);
      putLanes(rowAt(p, 5, row) + at, f32x4.mul(d, factor), left, true);
    }
    v128.store(gains + at, ofGain);
    v128.store(biases + at, ofBias);
  }
}

// @ts-ignore: decorator
@inline function geluTanh(x: v128): v128 {
  const cube = f32x4.mul(f32x4.mul(x, x), x);
  return tanh4(f32x4.mul(splat(0.7978845608), madd(splat(0.044715), cube, x)));
}

/** Words: x (view), out (view), columns. */
export function gelu(p: usize, first: i32, end: i32): void {
  const columns = word(p, 4);
  for (let row = first; row < end; row++) {
    const from = rowAt(p, 0, row), out = rowAt(p, 2, row);
    for (let c = 0; c < columns; c += 4) {
      const at = <usize>c << 2, left = columns - c, x = loadLanes(from + at, left);
      storeLanes(out + at, f32x4.mul(f32x4.mul(splat(0.5), x), f32x4.add(splat(1), geluTanh(x))), left);
    }
  }
}

/** Words: x (view), dOut (view), dX (view), columns. */
export function geluAdjoint(p: usize, first: i32, end: i32): void {
  const columns = word(p, 6), one = splat(1);
  for (let row = first; row < end; row++) {
    const from = rowAt(p, 0, row), d = rowAt(p, 2, row), out = rowAt(p, 4, row);
    for (let c = 0; c < columns; c += 4) {
      const at = <usize>c << 2, left = columns - c, x = loadLanes(from + at, left), t = geluTanh(x);
      const inner = f32x4.mul(splat(0.7978845608), madd(f32x4.mul(splat(0.134145), x), x, one));
      const slope = f32x4.add(f32x4.add(one, t), f32x4.mul(f32x4.mul(x, f32x4.sub(one, f32x4.mul(t, t))), inner));
      putLanes(out + at, f32x4.mul(loadLanes(d + at, left), f32x4.mul(splat(0.5), slope)), left, true);
    }
  }
}

/** Σ (log Σ eˣ − x at the target) by unit, float64. Words: x (view), target (view; address 0 for none), columns, sums (view by unit), unit. */
export function crossEntropy(p: usize, first: i32, end: i32): void {
  const columns = word(p, 4), unit = word(p, 7), to = rowAt(p, 5, first / unit);
  let sum: f64 = first % unit == 0 ? 0 : load<f64>(to);
  for (let row = first; row < end; row++) {
    const x = rowAt(p, 0, row), most = largest(x, columns);
    sum += <f64>most + Math.log(powerSum(x, columns, most));
    if (word(p, 2) != 0) sum -= <f64>load<f32>(x + (<usize>load<f32>(rowAt(p, 2, row)) << 2));
  }
  store<f64>(to, sum);
}

/** Words: x (view), target (view; address 0 for none), dX (view), columns, scale. */
export function crossEntropyAdjoint(p: usize, first: i32, end: i32): void {
  const columns = word(p, 6), scale = real(p, 7);
  for (let row = first; row < end; row++) {
    const x = rowAt(p, 0, row), dX = rowAt(p, 4, row), most = largest(x, columns);
    const share = splat(<f32>(<f64>scale / powerSum(x, columns, most)));
    for (let c = 0; c < columns; c += 4) {
      const at = <usize>c << 2, left = columns - c;
      putLanes(dX + at, f32x4.mul(share, exp4(f32x4.sub(loadLanes(x + at, left), splat(most)))), left, true);
    }
    if (word(p, 2) == 0) continue;
    const target = dX + (<usize>load<f32>(rowAt(p, 2, row)) << 2);
    store<f32>(target, load<f32>(target) - scale);
  }
}

// @ts-ignore: decorator
@inline function weightOf(y: v128, edge: v128): v128 { return v128.bitselect(edge, splat(1), f32x4.gt(y, splat(0))); }

/** Σ w (x − y)² by unit, float64. Words: x (view), y (view), columns, weight where y > 0, sums (view by unit), unit. */
export function squaredError(p: usize, first: i32, end: i32): void {
  const columns = word(p, 4), edge = splat(real(p, 5)), unit = word(p, 8), to = rowAt(p, 6, first / unit);
  let sum: f64 = first % unit == 0 ? 0 : load<f64>(to);
  for (let row = first; row < end; row++) {
    for (let c = 0; c < columns; c += 4) {
      const at = <usize>c << 2, left = columns - c, y = loadLanes(rowAt(p, 2, row) + at, left);
      const gap = f32x4.sub(loadLanes(rowAt(p, 0, row) + at, left), y);
      sum += total(f32x4.mul(weightOf(y, edge), f32x4.mul(gap, gap)), left);
    }
  }
  store<f64>(to, sum);
}

/** Words: x (view), y (view), dX (view), dY (view; address 0 for none), columns, weight where y > 0, twice the scale. */
export function squaredErrorAdjoint(p: usize, first: i32, end: i32): void {
  const columns = word(p, 8), edge = splat(real(p, 9)), scale = splat(real(p, 10));
  for (let row = first; row < end; row++) {
    for (let c = 0; c < columns; c += 4) {
      const at = <usize>c << 2, left = columns - c, y = loadLanes(rowAt(p, 2, row) + at, left);
      const d = f32x4.mul(f32x4.mul(scale, weightOf(y, edge)), f32x4.sub(loadLanes(rowAt(p, 0, row) + at, left), y));
      if (word(p, 4) != 0) putLanes(rowAt(p, 4, row) + at, d, left, true);
      if (word(p, 6) != 0) putLanes(rowAt(p, 6, row) + at, f32x4.neg(d), left, true);
    }
  }
}
