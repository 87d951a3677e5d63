/** Normal numbers from a counter, as src/shared/domain/random.ts and the plain engine draw them, and what is made of them. */
import { loadLanes, madd, putLanes, splat, storeLanes } from './lanes';
import { address, rowAt, word } from './words';

/** Four blocks of Philox 4×32-10 that differ in their last counter: the first two numbers of each are used. */
let bits0: v128 = i32x4.splat(0), bits1: v128 = i32x4.splat(0);

// @ts-ignore: decorator
@inline function highOf(low: v128, high: v128): v128 { return v128.shuffle<i32>(low, high, 1, 3, 5, 7); }
// @ts-ignore: decorator
@inline function lowOf(low: v128, high: v128): v128 { return v128.shuffle<i32>(low, high, 0, 2, 4, 6); }

function drawBits(key0: i32, key1: i32, c0: i32, c1: i32, c2: i32, c3: v128): void {
  const m0 = i32x4.splat(<i32>0xd2511f53), m1 = i32x4.splat(<i32>0xcd9e8d57);
  let x0 = i32x4.splat(c0), x1 = i32x4.splat(c1), x2 = i32x4.splat(c2), x3 = c3;
  for (let round = 0; round < 10; round++) {
    const a = i64x2.extmul_low_i32x4_u(m0, x0), b = i64x2.extmul_high_i32x4_u(m0, x0);
    const c = i64x2.extmul_low_i32x4_u(m1, x2), d = i64x2.extmul_high_i32x4_u(m1, x2);
    x0 = v128.xor(v128.xor(highOf(c, d), x1), i32x4.splat(key0));
    x2 = v128.xor(v128.xor(highOf(a, b), x3), i32x4.splat(key1));
    x1 = lowOf(c, d);
    x3 = lowOf(a, b);
    key0 += <i32>0x9e3779b9;
    key1 += <i32>0xbb67ae85;
  }
  bits0 = x0;
  bits1 = x1;
}

// @ts-ignore: decorator
@inline function d2(x: f64): v128 { return f64x2.splat(x); }
/** a · b + c in two roundings, in every build: these numbers are the same everywhere. */
// @ts-ignore: decorator
@inline function step(a: v128, b: v128, c: v128): v128 { return f64x2.add(f64x2.mul(a, b), c); }

/** ln x of positive normal numbers, within a unit in the last place: x = 2ᵏ (1 + f), s = f/(2 + f), a series in s. */
function log2of(x: v128): v128 {
  const offset = i64x2.splat(0x3fe6a09e667f3bcd), exponent = i64x2.shr_s(i64x2.sub(x, offset), 52);
  const f = f64x2.sub(i64x2.sub(x, i64x2.shl(exponent, 52)), d2(1));
  const k = f64x2.convert_low_i32x4_s(v128.shuffle<i32>(exponent, exponent, 0, 2, 0, 2));
  const s = f64x2.div(f, f64x2.add(d2(2), f)), z = f64x2.mul(s, s), w = f64x2.mul(z, z);
  const even = f64x2.mul(w, step(w, step(w, d2(1.531383769920937332e-1), d2(2.222219843214978396e-1)), d2(3.999999999940941908e-1)));
  const odd = f64x2.mul(z, step(w, step(w, step(w, d2(1.479819860511658591e-1), d2(1.818357216161805012e-1)), d2(2.857142874366239149e-1)), d2(6.666666666666735130e-1)));
  const half = f64x2.mul(d2(0.5), f64x2.mul(f, f)), rest = f64x2.add(f64x2.mul(s, f64x2.add(half, f64x2.add(even, odd))), f64x2.mul(k, d2(1.90821492927058770002e-10)));
  return f64x2.sub(f64x2.mul(k, d2(6.93147180369123816490e-1)), f64x2.sub(f64x2.sub(half, rest), f));
}

/** cos x for x in [0, 2π]: the nearest multiple of π/2 is taken off, then one of two series. */
function cos2of(x: v128): v128 {
  const quadrant = f64x2.nearest(f64x2.mul(x, d2(6.36619772367581382433e-1)));
  const r = f64x2.sub(f64x2.sub(x, f64x2.mul(quadrant, d2(1.57079632673412561417))), f64x2.mul(quadrant, d2(6.07710050650619224932e-11)));
  const z = f64x2.mul(r, r);
  const sineTail = step(z, step(z, step(z, step(z, d2(1.58969099521155010221e-10), d2(-2.50507602534068634195e-8)), d2(2.75573137070700676789e-6)), d2(-1.98412698298579493134e-4)), d2(8.33333333332248946124e-3));
  const sine = f64x2.add(r, f64x2.mul(f64x2.mul(z, r), step(z, sineTail, d2(-1.66666666666666324348e-1))));
  const cosineTail = f64x2.mul(z, step(z, step(z, step(z, step(z, step(z, d2(-1.13596475577881948265e-11), d2(2.08757232129817482790e-9)), d2(-2.75573143513906633035e-7)), d2(2.48015872894767294178e-5)), d2(-1.38888888888741095749e-3)), d2(4.16666666666666019037e-2)));
  const halfSquare = f64x2.mul(d2(0.5), z), w = f64x2.sub(d2(1), halfSquare);
  const cosine = f64x2.add(w, f64x2.add(f64x2.sub(f64x2.sub(d2(1), w), halfSquare), f64x2.mul(z, cosineTail)));
  const isOdd = v128.or(f64x2.eq(quadrant, d2(1)), f64x2.eq(quadrant, d2(3)));
  const isNegative = v128.or(f64x2.eq(quadrant, d2(1)), f64x2.eq(quadrant, d2(2)));
  return v128.xor(v128.bitselect(sine, cosine, isOdd), v128.and(isNegative, i64x2.splat(i64.MIN_VALUE)));
}

/** Two numbers by Box and Muller from the low two lanes of both. */
function normals(a: v128, b: v128): v128 {
  const u = f64x2.mul(f64x2.add(f64x2.convert_low_i32x4_u(a), d2(0.5)), d2(2.3283064365386962890625e-10));
  const v = f64x2.mul(f64x2.add(f64x2.convert_low_i32x4_u(b), d2(0.5)), d2(2.3283064365386962890625e-10));
  return f64x2.mul(f64x2.sqrt(f64x2.mul(d2(-2), log2of(u))), cos2of(f64x2.mul(d2(6.283185307179586), v)));
}

/**
 * ε of rows [first, end), float32, and out = mean + ε ⊙ std.
 * Words: mean, std, given noise (view; address 0 to draw), ε (view), out (view), columns, snapshot, stream, addresses of the
 * scalars seed, epoch and noiseScale (float64).
 */
export function gaussian(p: usize, first: i32, end: i32): void {
  const columns = word(p, 10), scale = load<f64>(address(p, 15)), isGiven = word(p, 4) != 0;
  const seed = <i32>(<i64>load<f64>(address(p, 13))), epoch = <i32>(<i64>load<f64>(address(p, 14)));
  for (let row = first; row < end; row++) {
    for (let c = 0; c < columns; c += 4) {
      const at = <usize>c << 2, left = columns - c;
      let noise = splat(0);
      if (scale != 0) {
        if (isGiven) noise = loadLanes(rowAt(p, 4, row) + at, left);
        else {
          drawBits(seed, word(p, 12), epoch, word(p, 11), row, i32x4.add(i32x4.splat(c), i32x4(0, 1, 2, 3)));
          const low = normals(bits0, bits1), a = v128.shuffle<i64>(bits0, bits0, 1, 0), b = v128.shuffle<i64>(bits1, bits1, 1, 0);
          noise = v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(normals(a, b)), 0, 2);
        }
        noise = f32x4.mul(noise, splat(<f32>scale));
      }
      storeLanes(rowAt(p, 6, row) + at, noise, left);
      storeLanes(rowAt(p, 8, row) + at, madd(noise, loadLanes(rowAt(p, 2, row) + at, left), loadLanes(rowAt(p, 0, row) + at, left)), left);
    }
  }
}

/** Words: dOut, ε, dMean, dStd (views; address 0 for none), columns, whether dMean and dStd are added to. */
export function gaussianAdjoint(p: usize, first: i32, end: i32): void {
  const columns = word(p, 8);
  for (let row = first; row < end; row++) {
    for (let c = 0; c < columns; c += 4) {
      const at = <usize>c << 2, left = columns - c, d = loadLanes(rowAt(p, 0, row) + at, left);
      if (word(p, 4) != 0) putLanes(rowAt(p, 4, row) + at, d, left, word(p, 9) != 0);
      if (word(p, 6) != 0) putLanes(rowAt(p, 6, row) + at, f32x4.mul(d, loadLanes(rowAt(p, 2, row) + at, left)), left, word(p, 10) != 0);
    }
  }
}
