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
        fourColumns(x + (<usize>k << 2), xStride, dj, dStride, rows, out, toStride, splat(0), splat(0), adds, false);
        out += toStride << 2;
      }
    }
    for (; k < end; k++) {
      oneColumn(x + (<usize>k << 2), xStride, dj, dStride, rows, out, left, adds);
      out += toStride;
    }
  }
}

function fourColumns(
  x: usize, xStride: usize, d: usize, dStride: usize, rows: i32, out: usize, outStride: usize, low: v128, high: v128, adds: bool, relu: bool,
): void {
  const out1 = out + outStride, out2 = out1 + outStride, out3 = out2 + outStride;
  let a0 = low, a1 = high, b0 = low, b1 = high, c0 = low, c1 = high, d0 = low, d1 = high;
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
  finish(out, a0, relu); finish(out + 16, a1, relu); finish(out1, b0, relu); finish(out1 + 16, b1, relu);
  finish(out2, c0, relu); finish(out2 + 16, c1, relu); finish(out3, d0, relu); finish(out3 + 16, d1, relu);
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

/** Rows and columns of a tile of a symmetric matrix. */
const tileSize = 32;

/**
 * Rows [first, end) of out (+)= |X| W, relu, X symmetric and stored as tiles of its upper triangle, 16-bit fixed point. One
 * tile at a time is unpacked into the thread's own memory and read along its rows or, below the diagonal, its columns.
 * Words: tiles, size of X, panels of W, bias or 0, out (view), width (a multiple of 8), adds, relu.
 */
export function symmetricProduct(p: usize, first: i32, end: i32): void {
  const tiles = address(p, 0), size = word(p, 1), panels = address(p, 2), bias = address(p, 3), outStride = address(p, 5);
  const width = word(p, 6), across = (size + tileSize - 1) / tileSize, row = first / tileSize, tile = scratch();
  for (let column = 0; column < across; column++) {
    const isBelow = column < row, depth = min(tileSize, size - column * tileSize);
    unpackTile(tiles + ((<usize>tileIndex(isBelow ? column : row, isBelow ? row : column, across)) << 11), tile);
    const adds = word(p, 7) != 0 || column > 0, relu = word(p, 8) != 0 && column == across - 1;
    for (let j = 0; j < width; j += 8) {
      const panel = panels + ((<usize>j * size + <usize>(column * tileSize << 3)) << 2);
      let low = splat(0), high = low, out = rowAt(p, 4, first) + (<usize>j << 2), i = 0;
      if (bias != 0) {
        low = v128.load(bias + (<usize>j << 2));
        high = v128.load(bias + (<usize>j << 2), 16);
      }
      for (; i + 4 <= end - first; i += 4, out += outStride << 2) {
        if (isBelow) fourColumns(tile + (<usize>i << 2), 128, panel, 32, depth, out, outStride, low, high, adds, relu);
        else fourRows(tile + (<usize>i << 7), 128, panel, depth, out, outStride, low, high, adds, relu);
      }
      for (; i < end - first; i++, out += outStride) {
        if (isBelow) transposeColumn(tile, i, depth);
        oneRow(isBelow ? tile + 4096 : tile + (<usize>i << 7), panel, depth, out, 8, low, high, adds, relu);
      }
    }
  }
}

/** Tiles of the upper triangle by rows of tiles. */
function tileIndex(row: i32, column: i32, across: i32): i32 { return row * across - row * (row - 1) / 2 + column - row; }

/** Fixed point is the store's: 32767 is 1. */
function unpackTile(from: usize, to: usize): void {
  const unit = splat(<f32>(1.0 / 32767.0));
  for (let at: usize = 0; at < 2048; at += 16) {
    const eight = v128.load(from + at), o = to + (at << 1);
    v128.store(o, f32x4.mul(unit, f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(eight))));
    v128.store(o, f32x4.mul(unit, f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(eight))), 16);
  }
}

/** Column i of the tile as a row behind it. */
function transposeColumn(tile: usize, i: i32, depth: i32): void {
  for (let k = 0; k < depth; k++) store<f32>(tile + 4096 + (<usize>k << 2), load<f32>(tile + (<usize>k << 7) + (<usize>i << 2)));
}
