/** Four float32 lanes: loading, storing and the functions of the model. Errors are a few units in the last place. */

// @ts-ignore: decorator
@inline export function splat(x: f32): v128 { return f32x4.splat(x); }

/** a · b + c: one rounding in the relaxed build, two in the plain build. */
// @ts-ignore: decorator
@inline export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** max(x, 0), one instruction on x86; a NaN stays. */
// @ts-ignore: decorator
@inline export function positive(x: v128): v128 { return f32x4.pmax(x, f32x4.splat(0)); }

/** The lanes of a row's last columns, `count` of them; zeros behind. */
export function loadSome(p: usize, count: i32): v128 {
  let v = f32x4.replace_lane(f32x4.splat(0), 0, load<f32>(p));
  if (count > 1) v = f32x4.replace_lane(v, 1, load<f32>(p, 4));
  if (count > 2) v = f32x4.replace_lane(v, 2, load<f32>(p, 8));
  return v;
}

export function storeSome(p: usize, v: v128, count: i32): void {
  store<f32>(p, f32x4.extract_lane(v, 0));
  if (count > 1) store<f32>(p, f32x4.extract_lane(v, 1), 4);
  if (count > 2) store<f32>(p, f32x4.extract_lane(v, 2), 8);
}

/** Up to four lanes; `left` columns of the row are left. */
// @ts-ignore: decorator
@inline export function loadLanes(p: usize, left: i32): v128 { return left >= 4 ? v128.load(p) : loadSome(p, left); }

// @ts-ignore: decorator
@inline export function storeLanes(p: usize, v: v128, left: i32): void {
  if (left >= 4) v128.store(p, v);
  else storeSome(p, v, left);
}

/** Stores v, or adds it to what is there. */
// @ts-ignore: decorator
@inline export function putLanes(p: usize, v: v128, left: i32, adds: bool): void {
  storeLanes(p, adds ? f32x4.add(loadLanes(p, left), v) : v, left);
}

// @ts-ignore: decorator
@inline export function laneSum(v: v128): f32 {
  return (f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1)) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3));
}

/** Keeps `count` lanes, zeros the rest. */
export function firstLanes(v: v128, count: i32): v128 {
  return count >= 4 ? v : v128.and(v, i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count)));
}

/**
 * eˣ: x = n ln 2 + r with n found by adding 1.5 · 2²³, a polynomial of degree 6 in r, n added to the exponent's bits.
 * Arguments are held within ±87; a NaN stays one.
 */
// @ts-ignore: decorator
@inline export function exp4(value: v128): v128 {
  const x = f32x4.pmax(f32x4.pmin(value, splat(87)), splat(-87)), magic = splat(12582912);
  const shifted = madd(x, splat(1.44269504), magic), n = f32x4.sub(shifted, magic);
  const r = madd(n, splat(2.12194440e-4), madd(n, splat(-0.693359375), x));
  let p = madd(splat(1.9875691500e-4), r, splat(1.3981999507e-3));
  p = madd(p, r, splat(8.3334519073e-3));
  p = madd(p, r, splat(4.1665795894e-2));
  p = madd(p, r, splat(1.6666665459e-1));
  p = madd(p, r, splat(5.0000001201e-1));
  p = madd(f32x4.mul(p, r), r, f32x4.add(r, splat(1)));
  return i32x4.add(p, i32x4.shl(shifted, 23));
}

/** ln x of positive normal numbers: mantissa in [√½, √2), a polynomial of degree 9. */
// @ts-ignore: decorator
@inline export function log4(x: v128): v128 {
  const mantissa = v128.or(v128.and(x, i32x4.splat(0x007fffff)), i32x4.splat(0x3f000000));
  const isLow = f32x4.lt(mantissa, splat(0.707106781));
  const exponent = f32x4.convert_i32x4_s(i32x4.add(i32x4.sub(i32x4.shr_u(x, 23), i32x4.splat(126)), isLow));
  const m = f32x4.sub(f32x4.add(mantissa, v128.and(isLow, mantissa)), splat(1)), square = f32x4.mul(m, m);
  let p = madd(splat(7.0376836292e-2), m, splat(-1.1514610310e-1));
  p = madd(p, m, splat(1.1676998740e-1));
  p = madd(p, m, splat(-1.2420140846e-1));
  p = madd(p, m, splat(1.4249322787e-1));
  p = madd(p, m, splat(-1.6668057665e-1));
  p = madd(p, m, splat(2.0000714765e-1));
  p = madd(p, m, splat(-2.4999993993e-1));
  p = madd(p, m, splat(3.3333331174e-1));
  const small = madd(exponent, splat(-2.12194440e-4), madd(square, splat(-0.5), f32x4.mul(f32x4.mul(p, m), square)));
  return madd(exponent, splat(0.693359375), f32x4.add(m, small));
}

// @ts-ignore: decorator
@inline export function sigmoid4(x: v128): v128 { return f32x4.div(splat(1), f32x4.add(splat(1), exp4(f32x4.neg(x)))); }

// @ts-ignore: decorator
@inline export function tanh4(x: v128): v128 { return madd(splat(2), sigmoid4(f32x4.add(x, x)), splat(-1)); }

// @ts-ignore: decorator
@inline export function softplus4(x: v128): v128 {
  return f32x4.add(positive(x), log4(f32x4.add(splat(1), exp4(f32x4.neg(f32x4.abs(x))))));
}
