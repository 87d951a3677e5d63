/** Weighted cross-entropy of z zᵀ against a graph, in tiles of 32 × 64 of the upper triangle: N × N is never stored. */
import { exp4, laneSum, log4, madd, positive, putLanes, splat } from './lanes';
import { scratch } from './scratch';
import { address, rowAt, word } from './words';

const tileRows = 32, tileColumns = 64, latent = 8;
/** A lane's product of 64 factors in (1, 2] stays below 2⁶⁴: one logarithm for four rows of a tile. */
const rowsPerLog = 4;

/** Rows [first, end) of z, eight columns wide with zeros behind, and the same transposed. Words: z (view), rows, columns, padded rows, points, transposed. */
export function edgePoints(p: usize, first: i32, end: i32): void {
  const rows = word(p, 2), columns = word(p, 3), padded = word(p, 4), points = address(p, 5), transposed = address(p, 6);
  for (let row = first; row < end; row++) {
    for (let c = 0; c < latent; c++) {
      const value: f32 = row < rows && c < columns ? load<f32>(rowAt(p, 0, row) + (<usize>c << 2)) : 0;
      store<f32>(points + ((<usize>row * latent + c) << 2), value);
      store<f32>(transposed + ((<usize>c * padded + row) << 2), value);
    }
  }
}

/**
 * One piece of the triangle: rows from bounds[piece] to bounds[piece + 1], all columns from there.
 * Words: points, transposed, padded rows, rows, row bitmaps, bytes of a bitmap row, lane masks of 4 bits, bounds, weight of
 * an edge (float64, two words), slopes (view by piece, [padded][8]), sums (view by piece, float64), with diagonal, row
 * bitmaps of pairs held out (0 where there are none).
 */
export function edgeLoss(p: usize, first: i32, end: i32): void {
  for (let piece = first; piece < end; piece++) {
    const bounds = address(p, 7) + (<usize>piece << 2);
    store<f64>(rowAt(p, 12, piece), edgePiece(p, load<i32>(bounds), load<i32>(bounds, 4), rowAt(p, 10, piece)));
  }
}

function edgePiece(p: usize, top: i32, bottom: i32, slopes: usize): f64 {
  const points = address(p, 0), transposed = address(p, 1), padded = word(p, 2), n = word(p, 3);
  const bits = address(p, 4), bitRow = address(p, 5), masks = address(p, 6), heldBits = address(p, 15), edgeWeight = load<f64>(p, 32), tile = scratch();
  const minusWeight = splat(<f32>-edgeWeight), one = splat(1), zero = splat(0), lanes = i32x4(0, 1, 2, 3);
  memory.fill(slopes + (<usize>(top & ~(tileColumns - 1)) << 5), 0, <usize>(padded - (top & ~(tileColumns - 1))) << 5);
  let edges: f64 = 0, others: f64 = 0;
  for (let i = top; i < bottom; i += tileRows) {
    for (let j = i & ~(tileColumns - 1); j < n; j += tileColumns) {
      logits(points + (<usize>i << 5), transposed + (<usize>j << 2), <usize>padded << 2, tile);
      const isPartial = j < i + tileRows || j + tileColumns > n || i + tileRows > n;
      let edgeSum = zero, otherSum = zero, edgeProduct = one, otherProduct = one;
      for (let r = 0; r < tileRows; r++) {
        const inRow = <usize>(i + r) * bitRow + <usize>(j >> 3), row = bits + inRow, at = tile + (<usize>r << 8);
        for (let c = 0; c < tileColumns; c += 4) {
          const x = v128.load(at + (<usize>c << 2)), nibble = (<u32>load<u8>(row + <usize>(c >> 3)) >> (c & 4)) & 15;
          const isEdge = v128.load(masks + (<usize>nibble << 4));
          const decay = exp4(v128.or(x, splat(-0.0))), share = f32x4.div(one, f32x4.add(one, decay));
          // σ(x) and 1 − σ(x), each without taking a number near 1 from 1
          const small = f32x4.mul(decay, share), isNegative = i32x4.shr_s(x, 31);
          let factor = f32x4.add(one, decay), linear = f32x4.sub(positive(x), v128.and(isEdge, x));
          let slope = v128.bitselect(f32x4.mul(minusWeight, v128.bitselect(share, small, isNegative)), v128.bitselect(small, share, isNegative), isEdge);
          if (isPartial) {
            const column = i32x4.add(i32x4.splat(j + c), lanes);
            const counts = v128.and(i32x4.gt_s(column, i32x4.splat(i + r)), i32x4.lt_s(column, i32x4.splat(n)));
            factor = v128.bitselect(factor, one, counts);
            linear = v128.and(linear, counts);
            slope = v128.and(slope, counts);
          }
          if (heldBits != 0) {
            const held = (<u32>load<u8>(heldBits + inRow + <usize>(c >> 3)) >> (c & 4)) & 15;
            if (held != 0) {
              const isHeld = v128.load(masks + (<usize>held << 4));
              factor = v128.bitselect(one, factor, isHeld);
              linear = v128.andnot(linear, isHeld);
              slope = v128.andnot(slope, isHeld);
            }
          }
          edgeSum = f32x4.add(edgeSum, v128.and(isEdge, linear));
          otherSum = f32x4.add(otherSum, v128.andnot(linear, isEdge));
          edgeProduct = f32x4.mul(edgeProduct, v128.bitselect(factor, one, isEdge));
          otherProduct = f32x4.mul(otherProduct, v128.bitselect(one, factor, isEdge));
          v128.store(at + (<usize>c << 2), slope);
        }
        if (r % rowsPerLog == rowsPerLog - 1) {
          edgeSum = f32x4.add(edgeSum, log4(edgeProduct));
          otherSum = f32x4.add(otherSum, log4(otherProduct));
          edgeProduct = one;
          otherProduct = one;
        }
      }
      edges += <f64>laneSum(edgeSum);
      others += <f64>laneSum(otherSum);
      slopesOfRows(tile, points + (<usize>j << 5), slopes + (<usize>i << 5));
      slopesOfColumns(tile, points + (<usize>i << 5), slopes + (<usize>j << 5));
    }
  }
  let total = 2 * (edgeWeight * edges + others);
  if (word(p, 14) != 0) total += ownPairs(p, top, min(bottom, n), slopes);
  return total;
}

/** A tile of x = z_i · z_j. */
function logits(points: usize, transposed: usize, stride: usize, tile: usize): void {
  for (let r = 0; r < tileRows; r += 4) {
    const a = points + (<usize>r << 5), to = tile + (<usize>r << 8);
    for (let c = 0; c < tileColumns; c += 8) {
      let b = transposed + (<usize>c << 2), q = a;
      let s0 = splat(0), s1 = s0, t0 = s0, t1 = s0, u0 = s0, u1 = s0, v0 = s0, v1 = s0;
      for (let k = 0; k < latent; k++, b += stride, q += 4) {
        const b0 = v128.load(b), b1 = v128.load(b, 16);
        let value = v128.load32_splat(q); s0 = madd(value, b0, s0); s1 = madd(value, b1, s1);
        value = v128.load32_splat(q, 32); t0 = madd(value, b0, t0); t1 = madd(value, b1, t1);
        value = v128.load32_splat(q, 64); u0 = madd(value, b0, u0); u1 = madd(value, b1, u1);
        value = v128.load32_splat(q, 96); v0 = madd(value, b0, v0); v1 = madd(value, b1, v1);
      }
      const o = to + (<usize>c << 2);
      v128.store(o, s0); v128.store(o, s1, 16); v128.store(o, t0, 256); v128.store(o, t1, 272);
      v128.store(o, u0, 512); v128.store(o, u1, 528); v128.store(o, v0, 768); v128.store(o, v1, 784);
    }
  }
}

/** Slope of z_i += Σ_j slope_ij z_j. */
function slopesOfRows(tile: usize, points: usize, slopes: usize): void {
  for (let r = 0; r < tileRows; r += 4) {
    const o = slopes + (<usize>r << 5);
    let q = tile + (<usize>r << 8), b = points;
    let s0 = v128.load(o), s1 = v128.load(o, 16), t0 = v128.load(o, 32), t1 = v128.load(o, 48);
    let u0 = v128.load(o, 64), u1 = v128.load(o, 80), v0 = v128.load(o, 96), v1 = v128.load(o, 112);
    for (let k = 0; k < tileColumns; k++, q += 4, b += 32) {
      const b0 = v128.load(b), b1 = v128.load(b, 16);
      let value = v128.load32_splat(q); s0 = madd(value, b0, s0); s1 = madd(value, b1, s1);
      value = v128.load32_splat(q, 256); t0 = madd(value, b0, t0); t1 = madd(value, b1, t1);
      value = v128.load32_splat(q, 512); u0 = madd(value, b0, u0); u1 = madd(value, b1, u1);
      value = v128.load32_splat(q, 768); v0 = madd(value, b0, v0); v1 = madd(value, b1, v1);
    }
    v128.store(o, s0); v128.store(o, s1, 16); v128.store(o, t0, 32); v128.store(o, t1, 48);
    v128.store(o, u0, 64); v128.store(o, u1, 80); v128.store(o, v0, 96); v128.store(o, v1, 112);
  }
}

/** Slope of z_j += Σ_i slope_ij z_i. */
function slopesOfColumns(tile: usize, points: usize, slopes: usize): void {
  for (let c = 0; c < tileColumns; c += 4) {
    const o = slopes + (<usize>c << 5);
    let q = tile + (<usize>c << 2), b = points;
    let s0 = v128.load(o), s1 = v128.load(o, 16), t0 = v128.load(o, 32), t1 = v128.load(o, 48);
    let u0 = v128.load(o, 64), u1 = v128.load(o, 80), v0 = v128.load(o, 96), v1 = v128.load(o, 112);
    for (let k = 0; k < tileRows; k++, q += 256, b += 32) {
      const b0 = v128.load(b), b1 = v128.load(b, 16);
      let value = v128.load32_splat(q); s0 = madd(value, b0, s0); s1 = madd(value, b1, s1);
      value = v128.load32_splat(q, 4); t0 = madd(value, b0, t0); t1 = madd(value, b1, t1);
      value = v128.load32_splat(q, 8); u0 = madd(value, b0, u0); u1 = madd(value, b1, u1);
      value = v128.load32_splat(q, 12); v0 = madd(value, b0, v0); v1 = madd(value, b1, v1);
    }
    v128.store(o, s0); v128.store(o, s1, 16); v128.store(o, t0, 32); v128.store(o, t1, 48);
    v128.store(o, u0, 64); v128.store(o, u1, 80); v128.store(o, v0, 96); v128.store(o, v1, 112);
  }
}

/** The pairs (i, i): each stands once in the sum, and its slope with respect to z_i has two halves. */
function ownPairs(p: usize, top: i32, bottom: i32, slopes: usize): f64 {
  const bits = address(p, 4), bitRow = address(p, 5), weight = <f32>load<f64>(p, 32);
  let total: f64 = 0;
  for (let i = top; i < bottom; i++) {
    const z = address(p, 0) + (<usize>i << 5), low = v128.load(z), high = v128.load(z, 16);
    const isEdge = (load<u8>(bits + <usize>i * bitRow + <usize>(i >> 3)) >> (<u8>i & 7)) & 1;
    const x = splat(laneSum(f32x4.add(f32x4.mul(low, low), f32x4.mul(high, high)))), decay = exp4(v128.or(x, splat(-0.0)));
    const share = f32x4.div(splat(1), f32x4.add(splat(1), decay)), log = log4(f32x4.add(splat(1), decay));
    const slope = isEdge ? f32x4.mul(splat(-weight), f32x4.mul(decay, share)) : share, o = slopes + (<usize>i << 5);
    total += isEdge ? <f64>weight * <f64>f32x4.extract_lane(log, 0) : <f64>f32x4.extract_lane(f32x4.add(x, log), 0);
    v128.store(o, madd(slope, low, v128.load(o)));
    v128.store(o, madd(slope, high, v128.load(o, 16)), 16);
  }
  return total;
}

/**
 * Rows [first, end) of dZ (+)= factor · Σ over pieces of their slopes; a piece reaches rows from its first tile on.
 * Words: slopes (view by piece), pieces, bounds, dZ (view), columns, factor (float32), adds.
 */
export function edgeGradient(p: usize, first: i32, end: i32): void {
  const pieces = word(p, 2), bounds = address(p, 3), columns = word(p, 6), factor = splat(load<f32>(p, 28)), adds = word(p, 8) != 0;
  for (let row = first; row < end; row++) {
    let low = splat(0), high = low;
    for (let piece = 0; piece < pieces; piece++) {
      if ((load<i32>(bounds + (<usize>piece << 2)) & ~(tileColumns - 1)) > row) break;
      const from = rowAt(p, 0, piece) + (<usize>row << 5);
      low = f32x4.add(low, v128.load(from));
      high = f32x4.add(high, v128.load(from, 16));
    }
    const out = rowAt(p, 4, row);
    putLanes(out, f32x4.mul(factor, low), columns, adds);
    if (columns > 4) putLanes(out + 16, f32x4.mul(factor, high), columns - 4, adds);
  }
}
