/** Products of every pair of rows of small whole numbers, in a module of their own: sums in 32 bits, exact where they fit. */

/**
 * Doubles that are whole numbers to 16 bits, rounded towards zero and held within ±32,767 where they are larger.
 * @param to padded with zeros to a multiple of eight
 * @returns Σx² of the row
 */
export function pack(from: usize, to: usize, count: i32): f64 {
  let squares = f64x2.splat(0), k = 0;
  for (; k + 8 <= count; k += 8, from += 64, to += 16) {
    const a = v128.load(from), b = v128.load(from, 16), c = v128.load(from, 32), d = v128.load(from, 48);
    squares = f64x2.add(squares, f64x2.add(f64x2.add(f64x2.mul(a, a), f64x2.mul(b, b)), f64x2.add(f64x2.mul(c, c), f64x2.mul(d, d))));
    v128.store(to, i16x8.narrow_i32x4_s(whole(a, b), whole(c, d)));
  }
  let sum = f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1);
  if (k == count) return sum;
  v128.store(to, i16x8.splat(0));
  for (; k < count; k++, from += 8, to += 2) {
    const x = load<f64>(from);
    sum += x * x;
    store<i16>(to, <i16>max(min(x, 32767), -32767));
  }
  return sum;
}

// @ts-ignore: decorator
@inline function whole(a: v128, b: v128): v128 {
  return i8x16.shuffle(
    i32x4.trunc_sat_f64x2_s_zero(a), i32x4.trunc_sat_f64x2_s_zero(b), 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
}

/**
 * Σ_k x_ik x_jk of the rows [first, end) with the rows [first, count), where these come before or meet: other places may
 * hold anything.
 * @param rows 16 bits, each row `stride` bytes, a multiple of 16; count and end − first are multiples of 4
 * @param out [end − first, count] 32-bit sums, wrong where |Σ| reaches 2³¹
 */
export function multiply(rows: usize, stride: usize, first: i32, end: i32, count: i32, out: usize): void {
  for (let j = first; j < count; j += 2) {
    const y = rows + <usize>j * stride;
    for (let i = first; i < end && i <= j; i += 4) {
      fourByTwo(rows + <usize>i * stride, y, stride, out + ((<usize>(i - first) * count + j) << 2), <usize>count << 2);
    }
  }
}

export function fourByTwo(x0: usize, y0: usize, stride: usize, out: usize, outStride: usize): void {
  let x1 = x0 + stride, x2 = x1 + stride, x3 = x2 + stride, y1 = y0 + stride;
  let a0 = i32x4.splat(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0;
  for (const stop = y1; y0 < stop; y0 += 16, y1 += 16, x0 += 16, x1 += 16, x2 += 16, x3 += 16) {
    const p = v128.load(y0), q = v128.load(y1);
    let x = v128.load(x0); a0 = i32x4.add(a0, i32x4.dot_i16x8_s(x, p)); a1 = i32x4.add(a1, i32x4.dot_i16x8_s(x, q));
    x = v128.load(x1); b0 = i32x4.add(b0, i32x4.dot_i16x8_s(x, p)); b1 = i32x4.add(b1, i32x4.dot_i16x8_s(x, q));
    x = v128.load(x2); c0 = i32x4.add(c0, i32x4.dot_i16x8_s(x, p)); c1 = i32x4.add(c1, i32x4.dot_i16x8_s(x, q));
    x = v128.load(x3); d0 = i32x4.add(d0, i32x4.dot_i16x8_s(x, p)); d1 = i32x4.add(d1, i32x4.dot_i16x8_s(x, q));
  }
  putTwo(out, a0, a1);
  putTwo(out += outStride, b0, b1);
  putTwo(out += outStride, c0, c1);
  putTwo(out + outStride, d0, d1);
}

// @ts-ignore: decorator
@inline function putTwo(out: usize, left: v128, right: v128): void {
  const low = i8x16.shuffle(left, right, 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27);
  const high = i8x16.shuffle(left, right, 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31);
  const both = i32x4.add(low, high);
  v128.store64_lane(out, i32x4.add(both, i8x16.shuffle(both, both, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7)), 0);
}
