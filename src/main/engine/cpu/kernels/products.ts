/** Dense products in tiles of 4 × 8, summed over the inner index in order, so that a row's bits depend on nothing but itself. */
import { firstLanes, loadLanes, loadSome, madd, positive, splat, storeLanes } from './lanes';
import { scratch } from './scratch';
import { address, rowAt, word } from './words';

/**
 * W or Wᵀ as panels of eight columns, [columns/8][depth][8], zeros behind: rows [first, end) of W.
 * Words: W (view), rows, columns, panels, whether transposed.
 */
export function packPanels(p: usize, first: i32, end: i32): void {
  const rows = word(p, 2), columns = word(p, 3), panels = address(p, 4), isTransposed = word(p, 5) != 0;
  const depth = isTransposed ? columns : rows, width = isTransposed ? rows : columns;
  for (let row = first; row < end; row++) {
    const from = rowAt(p, 0, row);
    for (let column = 0; column < columns; column++) {
      const k = isTransposed ? column : row, j = isTransposed ? row : column;
      store<f32>(panels + ((<usize>(j & ~7) * depth + <usize>(k << 3) + (j & 7)) << 2), load<f32>(from + (<usize>column << 2)));
    }
  }
  if (end < rows || (width & 7) == 0) return;
  for (let k = 0; k < depth; k++) {
    for (let j = width; j < ((width + 7) & ~7); j++) {
      store<f32>(panels + ((<usize>(j & ~7) * depth + <usize>(k << 3) + (j & 7)) << 2), 0);
    }
  }
}

/** Words: x (view), panels, bias or 0, out (view), depth, width, adds, relu. Rows [first, end). */
export function affine(p: usize, first: i32, end: i32): void {
  const panels = address(p, 2), bias = address(p, 3), depth = word(p, 6), width = word(p, 7);
  const adds = word(p, 8) != 0, relu = word(p, 9) != 0, xStride = address(p, 1), outStride = address(p, 5);
  for (let j = 0; j < width; j += 8) {
    const panel = panels + ((<usize>j * depth) << 2), left = width - j;
    let low = splat(0), high = low;
    if (bias != 0) {
      low = loadLanes(bias + (<usize>j << 2), left);
      if (left > 4) high = loadLanes(bias + (<usize>j << 2) + 16, left - 4);
    }
    let x = rowAt(p, 0, first), out = rowAt(p, 4, first) + (<usize>j << 2), row = first;
    if (left >= 8) {
      for (; row + 4 <= end; row += 4) {
        fourRows(x, xStride, panel, depth, out, outStride, low, high, adds, relu);
        x += xStride << 2;
        out += outStride << 2;
      }
    }
    for (; row < end; row++) {
      oneRow(x, panel, depth, out, left, low, high, adds, relu);
      x += xStride;
      out += outStride;
    }
  }
}

// @ts-ignore: decorator
@inline function finish(out: usize, sum: v128, relu: bool): void { v128.store(out, relu ? positive(sum) : sum); }

function fourRows(
  x: usize, xStride: usize, panel: usize, depth: i32, out: usize, outStride: usize, low: v128, high: v128, adds: bool, relu: bool,
): void {
  const out1 = out + outStride, out2 = out1 + outStride, out3 = out2 + outStride;
  let a0 = low, a1 = high, b0 = low, b1 = high, c0 = low, c1 = high, d0 = low, d1 = high;
  if (adds) {
    a0 = v128.load(out); a1 = v128.load(out, 16); b0 = v128.load(out1); b1 = v128.load(out1, 16);
    c0 = v128.load(out2); c1 = v128.load(out2, 16); d0 = v128.load(out3); d1 = v128.load(out3, 16);
  }
  let x1 = x + xStride, x2 = x1 + xStride, x3 = x2 + xStride;
  for (const stop = panel + (<usize>depth << 5); panel < stop; panel += 32) {
    const w0 = v128.load(panel), w1 = v128.load(panel, 16);
    let value = v128.load32_splat(x); a0 = madd(value, w0, a0); a1 = madd(value, w1, a1);
    value = v128.load32_splat(x1); b0 = madd(value, w0, b0); b1 = madd(value, w1, b1);
    value = v128.load32_splat(x2); c0 = madd(value, w0, c0); c1 = madd(value, w1, c1);
    value = v128.load32_splat(x3); d0 = madd(value, w0, d0); d1 = madd(value, w1, d1);
    x += 4; x1 += 4; x2 += 4; x3 += 4;
  }
  finish(out, a0, relu); finish(out + 16, a1, relu); finish(out1, b0, relu); finish(out1 + 16, b1, relu);
  finish(out2, c0, relu); finish(out2 + 16, c1, relu); finish(out3, d0, relu); finish(out3 + 16, d1, relu);
}

function oneRow(x: usize, panel: usize, depth: i32, out: usize, left: i32, low: v128, high: v128, adds: bool, relu: bool): void {
  let a0 = low, a1 = high;
  if (adds) {
    a0 = loadLanes(out, left);
    if (left > 4) a1 = loadLanes(out + 16, left - 4);
  }
  for (const stop = panel + (<usize>depth << 5); panel < stop; panel += 32) {
    const value = v128.load32_splat(x);
    a0 = madd(value, v128.load(panel), a0);
    a1 = madd(value, v128.load(panel, 16), a1);
    x += 4;
  }
  storeLanes(out, relu ? positive(a0) : a0, left);
  if (left > 4) storeLanes(out + 16, relu ? positive(a1) : a1, left - 4);
}

/**
 * xᵀ dOut over rows [first, end), added to the partial sum of their unit, [depth][width8].
 * Words: x (view), dOut (view), depth, width, partials (view by unit), unit, whether a unit's first block overwrites.
 */
export function weightGradient(p: usize, first: i32, end: i32): void {
  const depth = word(p, 4), width = word(p, 5), unit = word(p, 8), wide = (width + 7) & ~7;
  const to = rowAt(p, 6, first / unit), adds = !(word(p, 9) != 0 && first % unit == 0);
  transposedProduct(rowAt(p, 0, first), address(p, 1), rowAt(p, 2, first), address(p, 3), end - first, 0, depth, width, to, <usize>wide << 2, adds);
}

/**
 * Rows [first, end) of dW = xᵀ dOut, for inputs so wide that they are dealt out instead of the rows: at most 32 at a time.
 * Their block of x is copied together first, for its rows lie pages apart.
 * Words: x (view), dOut (view), rows, width, dW (view), adds; the width is a multiple of 8.
 */
export function wideWeightGradient(p: usize, first: i32, end: i32): void {
  const rows = word(p, 4), width = word(p, 5), adds = word(p, 8) != 0, block = 64, copy = scratch(), count = end - first;
  for (let row = 0; row < rows; row += block) {
    const most = min(block, rows - row);
    let from = rowAt(p, 0, row) + (<usize>first << 2);
    for (let r = 0; r < most; r++, from += address(p, 1)) {
      const to = copy + (<usize>r << 7);
      for (let c = 0; c < count; c += 4) storeLanes(to + (<usize>c << 2), loadLanes(from + (<usize>c << 2), count - c), count - c);
    }
    transposedProduct(
      copy, 128, rowAt(p, 2, row), address(p, 3), most, 0, count, width, rowAt(p, 6, first), address(p, 7), adds || row > 0,
    );
  }
}

/** Rows k in [first, end) of to (+)= Σ x[row, k] · d[row, :] over `rows` rows; `to` begins at row `first`. */
function transposedProduct(
  x: usize, xStride: usize, d: usize, dStride: usize, rows: i32, first: i32, end: i32, width: i32, to: usize, toStride: usize, adds: bool,
): void {
  for (let j = 0; j < width; j += 8) {
    const left = width - j, dj = d + (<usize>j << 2);
    let k = first, out = to + (<usize>j << 2);
    if (left >= 8) {
      for (; k + 4 <= end; k += 4) {
        fourColumns(x + (<usize>k << 2), xStride, dj, dStride, rows, out, toStride, adds);
        out += toStride << 2;
      }
    }
    for (; k < end; k++) {
      oneColumn(x + (<usize>k << 2), xStride, dj, dStride, rows, out, left, adds);
      out += toStride;
    }
  }
}

function fourColumns(x: usize, xStride: usize, d: usize, dStride: usize, rows: i32, out: usize, outStride: usize, adds: bool): void {
  const out1 = out + outStride, out2 = out1 + outStride, out3 = out2 + outStride;
  let a0 = splat(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0;
  if (adds) {
    a0 = v128.load(out); a1 = v128.load(out, 16); b0 = v128.load(out1); b1 = v128.load(out1, 16);
    c0 = v128.load(out2); c1 = v128.load(out2, 16); d0 = v128.load(out3); d1 = v128.load(out3, 16);
  }
  for (let row = 0; row < rows; row++) {
    const w0 = v128.load(d), w1 = v128.load(d, 16);
    let value = v128.load32_splat(x); a0 = madd(value, w0, a0); a1 = madd(value, w1, a1);
    value = v128.load32_splat(x, 4); b0 = madd(value, w0, b0); b1 = madd(value, w1, b1);
    value = v128.load32_splat(x, 8); c0 = madd(value, w0, c0); c1 = madd(value, w1, c1);
    value = v128.load32_splat(x, 12); d0 = madd(value, w0, d0); d1 = madd(value, w1, d1);
    x += xStride;
    d += dStride;
  }
  v128.store(out, a0); v128.store(out, a1, 16); v128.store(out1, b0); v128.store(out1, b1, 16);
  v128.store(out2, c0); v128.store(out2, c1, 16); v128.store(out3, d0); v128.store(out3, d1, 16);
}

/** The partial sums are padded to eight columns; `dW` itself is only reached with whole ones. */
function oneColumn(x: usize, xStride: usize, d: usize, dStride: usize, rows: i32, out: usize, left: i32, adds: bool): void {
  let a0 = splat(0), a1 = a0;
  if (adds) { a0 = v128.load(out); a1 = v128.load(out, 16); }
  for (let row = 0; row < rows; row++) {
    const value = v128.load32_splat(x);
    a0 = madd(value, loadLanes(d, left), a0);
    if (left > 4) a1 = madd(value, left >= 8 ? v128.load(d, 16) : loadSome(d + 16, left - 4), a1);
    x += xStride;
    d += dStride;
  }
  v128.store(out, firstLanes(a0, left));
  v128.store(out, firstLanes(a1, left - 4), 16);
}

/** Column sums of dOut's rows [first, end). Words: dOut (view), width, partials (view by unit), unit, overwrite. */
export function columnSums(p: usize, first: i32, end: i32): void {
  const width = word(p, 2), unit = word(p, 5), to = rowAt(p, 3, first / unit), adds = !(word(p, 6) != 0 && first % unit == 0);
  for (let j = 0; j < width; j += 4) {
    const left = width - j, out = to + (<usize>j << 2);
    let sum = adds ? v128.load(out) : splat(0), d = rowAt(p, 0, first) + (<usize>j << 2);
    for (let row = first; row < end; row++, d += address(p, 1)) sum = f32x4.add(sum, loadLanes(d, left));
    v128.store(out, sum);
  }
}

/**
 * Rows [first, end) of out (+)= Σ over units of their partial sums, in order of units.
 * Words: partials (view by unit), units, bytes of a partial's row, out (view), width, adds.
 */
export function addPartials(p: usize, first: i32, end: i32): void {
  const units = word(p, 2), partialRow = address(p, 3), width = word(p, 6), adds = word(p, 7) != 0;
  for (let row = first; row < end; row++) {
    const out = rowAt(p, 4, row);
    for (let j = 0; j < width; j += 4) {
      const left = width - j;
      let from = address(p, 0) + <usize>row * partialRow + (<usize>j << 2), sum = splat(0);
      for (let unit = 0; unit < units; unit++, from += address(p, 1)) sum = f32x4.add(sum, v128.load(from));
      const to = out + (<usize>j << 2);
      storeLanes(to, adds ? f32x4.add(loadLanes(to, left), sum) : sum, left);
    }
  }
}
