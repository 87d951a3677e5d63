/** Kernels whose element (row, column) needs nothing but elements (row, column). Each takes rows [first, end). */
import { loadLanes, log4, madd, positive, putLanes, sigmoid4, softplus4, splat, storeLanes, tanh4, laneSum, firstLanes } from './lanes';
import { address, real, rowAt, word } from './words';

/** Words: out (view), floats of a row, value. */
export function fill(p: usize, first: i32, end: i32): void {
  const count = word(p, 2), value = real(p, 3);
  for (let row = first; row < end; row++) {
    const out = rowAt(p, 0, row);
    if (value == 0) memory.fill(out, 0, <usize>count << 2);
    else for (let c = 0; c < count; c += 4) storeLanes(out + (<usize>c << 2), splat(value), count - c);
  }
}

/** out (+)= x + bias, relu. Words: x (view), bias or 0, out (view), columns, adds, relu. */
export function shift(p: usize, first: i32, end: i32): void {
  const bias = address(p, 2), columns = word(p, 5), adds = word(p, 6) != 0, relu = word(p, 7) != 0;
  for (let row = first; row < end; row++) {
    const x = rowAt(p, 0, row), out = rowAt(p, 3, row);
    for (let c = 0; c < columns; c += 4) {
      const at = <usize>c << 2, left = columns - c;
      let value = loadLanes(x + at, left);
      if (bias != 0) value = f32x4.add(value, loadLanes(bias + at, left));
      putLanes(out + at, relu ? positive(value) : value, left, adds);
    }
  }
}

/** out (+)= Σ over copies of x's rows. Words: x (view), copies, bytes from copy to copy, out (view), columns, adds. */
export function sumCopies(p: usize, first: i32, end: i32): void {
  const copies = word(p, 2), step = address(p, 3), columns = word(p, 6), adds = word(p, 7) != 0;
  for (let row = first; row < end; row++) {
    const x = rowAt(p, 0, row), out = rowAt(p, 4, row);
    for (let c = 0; c < columns; c += 4) {
      const left = columns - c;
      let from = x + (<usize>c << 2), sum = splat(0);
      for (let copy = 0; copy < copies; copy++, from += step) sum = f32x4.add(sum, loadLanes(from, left));
      putLanes(out + (<usize>c << 2), sum, left, adds);
    }
  }
}

/** dOut becomes 0 where out is not positive. Words: out (view), dOut (view), columns. */
export function rectify(p: usize, first: i32, end: i32): void {
  const columns = word(p, 4);
  for (let row = first; row < end; row++) {
    const out = rowAt(p, 0, row), d = rowAt(p, 2, row);
    for (let c = 0; c < columns; c += 4) {
      const at = <usize>c << 2, left = columns - c;
      storeLanes(d + at, v128.and(loadLanes(d + at, left), f32x4.gt(loadLanes(out + at, left), splat(0))), left);
    }
  }
}

/** Words: a (view), b (view), out (view), columns, adds. */
export function multiply(p: usize, first: i32, end: i32): void {
  const columns = word(p, 6), adds = word(p, 7) != 0;
  for (let row = first; row < end; row++) {
    const a = rowAt(p, 0, row), b = rowAt(p, 2, row), out = rowAt(p, 4, row);
    for (let c = 0; c < columns; c += 4) {
      const at = <usize>c << 2, left = columns - c;
      putLanes(out + at, f32x4.mul(loadLanes(a + at, left), loadLanes(b + at, left)), left, adds);
    }
  }
}

/** Words: x (view), bias or 0, out (view), columns, whether tanh. */
export function gate(p: usize, first: i32, end: i32): void {
  const bias = address(p, 2), columns = word(p, 5), isTanh = word(p, 6) != 0;
  for (let row = first; row < end; row++) {
    const x = rowAt(p, 0, row), out = rowAt(p, 3, row);
    for (let c = 0; c < columns; c += 4) {
      const at = <usize>c << 2, left = columns - c;
      let sum = loadLanes(x + at, left);
      if (bias != 0) sum = f32x4.add(sum, loadLanes(bias + at, left));
      storeLanes(out + at, isTanh ? tanh4(sum) : sigmoid4(sum), left);
    }
  }
}

/**
 * dX (+)= dOut f′, and its column sums by unit, where they are wanted.
 * Words: out (view), dOut (view), dX (view), columns, whether tanh, adds, sums (view by unit; address 0 for none), unit, whether sums start anew.
 */
export function gateAdjoint(p: usize, first: i32, end: i32): void {
  const columns = word(p, 6), isTanh = word(p, 7) != 0, adds = word(p, 8) != 0, unit = word(p, 11);
  const sums = rowAt(p, 9, first / unit), hasSums = word(p, 9) != 0, isFresh = !hasSums || (word(p, 12) != 0 && first % unit == 0);
  for (let c = 0; c < columns; c += 4) {
    const at = <usize>c << 2, left = columns - c;
    let sum = isFresh ? splat(0) : v128.load(sums + at);
    for (let row = first; row < end; row++) {
      const y = loadLanes(rowAt(p, 0, row) + at, left), slope = f32x4.mul(isTanh ? f32x4.add(splat(1), y) : y, f32x4.sub(splat(1), y));
      const d = f32x4.mul(loadLanes(rowAt(p, 2, row) + at, left), slope);
      sum = f32x4.add(sum, d);
      putLanes(rowAt(p, 4, row) + at, d, left, adds);
    }
    if (hasSums) v128.store(sums + at, sum);
  }
}

/** Words: u, h, c, out (views), columns. */
export function blend(p: usize, first: i32, end: i32): void {
  const columns = word(p, 8);
  for (let row = first; row < end; row++) {
    const u = rowAt(p, 0, row), h = rowAt(p, 2, row), c = rowAt(p, 4, row), out = rowAt(p, 6, row);
    for (let column = 0; column < columns; column += 4) {
      const at = <usize>column << 2, left = columns - column, fresh = loadLanes(c + at, left);
      storeLanes(out + at, madd(loadLanes(u + at, left), f32x4.sub(loadLanes(h + at, left), fresh), fresh), left);
    }
  }
}

/** Words: u, h, c, dOut, dU, dH, dC (views; address 0 for none), columns, then whether dU, dH, dC are added to. */
export function blendAdjoint(p: usize, first: i32, end: i32): void {
  const columns = word(p, 14), addsU = word(p, 15) != 0, addsH = word(p, 16) != 0, addsC = word(p, 17) != 0;
  const hasU = word(p, 8) != 0, hasH = word(p, 10) != 0, hasC = word(p, 12) != 0;
  for (let row = first; row < end; row++) {
    const u = rowAt(p, 0, row), h = rowAt(p, 2, row), c = rowAt(p, 4, row), dOut = rowAt(p, 6, row);
    for (let column = 0; column < columns; column += 4) {
      const at = <usize>column << 2, left = columns - column, d = loadLanes(dOut + at, left), share = loadLanes(u + at, left);
      if (hasU) putLanes(rowAt(p, 8, row) + at, f32x4.mul(d, f32x4.sub(loadLanes(h + at, left), loadLanes(c + at, left))), left, addsU);
      if (hasH) putLanes(rowAt(p, 10, row) + at, f32x4.mul(d, share), left, addsH);
      if (hasC) putLanes(rowAt(p, 12, row) + at, f32x4.mul(d, f32x4.sub(splat(1), share)), left, addsC);
    }
  }
}

/** Words: x (view), out (view), columns, floor. */
export function softplus(p: usize, first: i32, end: i32): void {
  const columns = word(p, 4), floor = splat(real(p, 5));
  for (let row = first; row < end; row++) {
    const x = rowAt(p, 0, row), out = rowAt(p, 2, row);
    for (let c = 0; c < columns; c += 4) {
      const at = <usize>c << 2, left = columns - c;
      storeLanes(out + at, f32x4.add(softplus4(loadLanes(x + at, left)), floor), left);
    }
  }
}

/** Words: x (view), dOut (view), dX (view), columns, adds. */
export function softplusAdjoint(p: usize, first: i32, end: i32): void {
  const columns = word(p, 6), adds = word(p, 7) != 0;
  for (let row = first; row < end; row++) {
    const x = rowAt(p, 0, row), d = rowAt(p, 2, row), out = rowAt(p, 4, row);
    for (let c = 0; c < columns; c += 4) {
      const at = <usize>c << 2, left = columns - c;
      putLanes(out + at, f32x4.mul(loadLanes(d + at, left), sigmoid4(loadLanes(x + at, left))), left, adds);
    }
  }
}

/**
 * Σ 2 log(σ′/σ) + (σ² + (μ − μ′)²)/σ′² − 1, float64, one sum a unit.
 * Words: μ, σ, μ′, σ′ (views), columns, ε, sums (view by unit), unit.
 */
export function divergence(p: usize, first: i32, end: i32): void {
  const columns = word(p, 8), epsilon = splat(real(p, 9)), unit = word(p, 12), to = rowAt(p, 10, first / unit);
  let total: f64 = first % unit == 0 ? 0 : load<f64>(to);
  for (let row = first; row < end; row++) {
    for (let c = 0; c < columns; c += 4) {
      const at = <usize>c << 2, left = columns - c;
      const s1 = f32x4.add(loadLanes(rowAt(p, 2, row) + at, left), epsilon), s2 = f32x4.add(loadLanes(rowAt(p, 6, row) + at, left), epsilon);
      const gap = f32x4.sub(loadLanes(rowAt(p, 0, row) + at, left), loadLanes(rowAt(p, 4, row) + at, left));
      const ratio = f32x4.div(madd(gap, gap, f32x4.mul(s1, s1)), f32x4.mul(s2, s2));
      const term = f32x4.add(f32x4.mul(splat(2), f32x4.sub(log4(s2), log4(s1))), f32x4.sub(ratio, splat(1)));
      total += <f64>laneSum(firstLanes(term, left));
    }
  }
  store<f64>(to, total);
}

/**
 * Words: μ, σ, μ′, σ′, dμ, dσ, dμ′, dσ′ (views; address 0 for none), columns, ε, address of the weight (float64),
 * 1/rows², then whether the four gradients are added to.
 */
export function divergenceAdjoint(p: usize, first: i32, end: i32): void {
  const columns = word(p, 16), epsilon = splat(real(p, 17)), scale = splat(<f32>(load<f64>(address(p, 18)) * <f64>real(p, 19)));
  const one = splat(1);
  for (let row = first; row < end; row++) {
    for (let c = 0; c < columns; c += 4) {
      const at = <usize>c << 2, left = columns - c;
      const s1 = f32x4.add(loadLanes(rowAt(p, 2, row) + at, left), epsilon), s2 = f32x4.add(loadLanes(rowAt(p, 6, row) + at, left), epsilon);
      const gap = f32x4.sub(loadLanes(rowAt(p, 0, row) + at, left), loadLanes(rowAt(p, 4, row) + at, left));
      const inverse = f32x4.div(one, s2), square = f32x4.mul(inverse, inverse), dMean = f32x4.mul(scale, f32x4.mul(gap, square));
      if (word(p, 8) != 0) putLanes(rowAt(p, 8, row) + at, dMean, left, word(p, 20) != 0);
      if (word(p, 12) != 0) putLanes(rowAt(p, 12, row) + at, f32x4.neg(dMean), left, word(p, 22) != 0);
      if (word(p, 10) != 0) {
        putLanes(rowAt(p, 10, row) + at, f32x4.mul(scale, f32x4.sub(f32x4.mul(s1, square), f32x4.div(one, s1))), left, word(p, 21) != 0);
      }
      if (word(p, 14) != 0) {
        const ratio = f32x4.mul(madd(gap, gap, f32x4.mul(s1, s1)), square);
        putLanes(rowAt(p, 14, row) + at, f32x4.mul(scale, f32x4.mul(inverse, f32x4.sub(one, ratio))), left, word(p, 23) != 0);
      }
    }
  }
}

/** out (=, +=) factor · Σ of float64 partial sums in order. Words: partials (view), count, factor (float64, two words), out, adds. */
export function addDoubles(p: usize, _first: i32, _end: i32): void {
  const count = word(p, 2), out = address(p, 5);
  let sum: f64 = 0;
  for (let k = 0; k < count; k++) sum += load<f64>(rowAt(p, 0, k));
  sum *= load<f64>(p, 12);
  store<f64>(out, word(p, 6) != 0 ? load<f64>(out) + sum : sum);
}

/** out = x's last row, or the mean of its rows. Words: x (view), rows, out, columns, whether the mean. One thread. */
export function readout(p: usize, _first: i32, _end: i32): void {
  const rows = word(p, 2), out = address(p, 3), columns = word(p, 4), from = word(p, 5) != 0 ? 0 : rows - 1;
  for (let c = 0; c < columns; c += 4) {
    const at = <usize>c << 2, left = columns - c;
    let sum = splat(0);
    for (let row = from; row < rows; row++) sum = f32x4.add(sum, loadLanes(rowAt(p, 0, row) + at, left));
    storeLanes(out + at, f32x4.div(sum, splat(<f32>(rows - from))), left);
  }
}

/** dX's rows [first, end) += dOut / share. Words: dOut, dX (view), columns, share. */
export function readoutAdjoint(p: usize, first: i32, end: i32): void {
  const d = address(p, 0), columns = word(p, 3), share = splat(real(p, 4));
  for (let row = first; row < end; row++) {
    for (let c = 0; c < columns; c += 4) {
      const at = <usize>c << 2, left = columns - c;
      putLanes(rowAt(p, 1, row) + at, f32x4.div(loadLanes(d + at, left), share), left, true);
    }
  }
}
