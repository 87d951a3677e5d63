/** Attention of one query over the new state and k earlier ones, one below the other. Weights are aligned to the right. */
import { firstLanes, laneSum, loadLanes, madd, putLanes, splat, storeLanes } from './lanes';
import { address, rowAt, word } from './words';

function dot(a: usize, b: usize, columns: i32): f32 {
  let sum = splat(0);
  for (let c = 0; c < columns; c += 4) {
    const at = <usize>c << 2, left = columns - c;
    sum = f32x4.add(sum, firstLanes(f32x4.mul(loadLanes(a + at, left), loadLanes(b + at, left)), left));
  }
  return laneSum(sum);
}

/** Words: query, new key, keys (view), earlier, columns, weights, width. One thread. */
export function attendWeights(p: usize, _first: i32, _end: i32): void {
  const query = address(p, 0), earlier = word(p, 4), columns = word(p, 5), width = word(p, 7);
  const weights = address(p, 6), mine = weights + (<usize>(width - 1 - earlier) << 2), scale = 1 / Math.sqrt(<f64>columns);
  memory.fill(weights, 0, mine - weights);
  let largest: f64 = -Infinity, sum: f64 = 0;
  for (let k = 0; k <= earlier; k++) {
    const score = <f64>dot(k == earlier ? address(p, 1) : rowAt(p, 2, k), query, columns) * scale;
    store<f32>(mine + (<usize>k << 2), <f32>score);
    // not max(): a NaN must stay
    if (!(score <= largest)) largest = score;
  }
  for (let k = 0; k <= earlier; k++) sum += Math.exp(<f64>load<f32>(mine + (<usize>k << 2)) - largest);
  for (let k = 0; k <= earlier; k++) {
    const at = mine + (<usize>k << 2);
    store<f32>(at, <f32>(Math.exp(<f64>load<f32>(at) - largest) / sum));
  }
}

/** out = Σ weight_k state_k. Words: new state (view), states (view), bytes from state to state, earlier, weights of these, out (view), columns. */
export function mix(p: usize, first: i32, end: i32): void {
  const step = address(p, 4), earlier = word(p, 5), weights = address(p, 6), columns = word(p, 9);
  const own = v128.load32_splat(weights + (<usize>earlier << 2));
  for (let row = first; row < end; row++) {
    const state = rowAt(p, 0, row), states = rowAt(p, 2, row), out = rowAt(p, 7, row);
    for (let c = 0; c < columns; c += 4) {
      const at = <usize>c << 2, left = columns - c;
      let sum = f32x4.mul(own, loadLanes(state + at, left)), from = states + at;
      for (let k = 0; k < earlier; k++, from += step) sum = madd(v128.load32_splat(weights + (<usize>k << 2)), loadLanes(from, left), sum);
      storeLanes(out + at, sum, left);
    }
  }
}

/**
 * Products of dOut with every state, float64, summed by unit.
 * Words: dOut (view), new state (view), states (view), bytes from state to state, earlier, columns, sums (view by unit), unit.
 */
export function attendDots(p: usize, first: i32, end: i32): void {
  const step = address(p, 6), earlier = word(p, 7), columns = word(p, 8), unit = word(p, 11), sums = rowAt(p, 9, first / unit);
  for (let k = 0; k <= earlier; k++) {
    const to = sums + (<usize>k << 3);
    let total: f64 = first % unit == 0 ? 0 : load<f64>(to), sum = splat(0);
    for (let row = first; row < end; row++) {
      const d = rowAt(p, 0, row), state = k == earlier ? rowAt(p, 2, row) : rowAt(p, 4, row) + <usize>k * step;
      for (let c = 0; c < columns; c += 4) {
        const at = <usize>c << 2, left = columns - c;
        sum = f32x4.add(sum, f32x4.mul(loadLanes(d + at, left), loadLanes(state + at, left)));
      }
    }
    total += <f64>laneSum(sum);
    store<f64>(to, total);
  }
}

function addScaled(to: usize, factor: f32, from: usize, columns: i32): void {
  if (to == 0) return;
  for (let c = 0; c < columns; c += 4) {
    const at = <usize>c << 2, left = columns - c;
    storeLanes(to + at, madd(splat(factor), loadLanes(from + at, left), loadLanes(to + at, left)), left);
  }
}

/**
 * From the products to the gradients of query and keys.
 * Words: sums (view by unit), units, earlier, weights, query, new key, keys (view), columns, dQuery, dNewKey, dKeys (view; 0 for none). One thread.
 */
export function attendSlopes(p: usize, _first: i32, _end: i32): void {
  const units = word(p, 2), earlier = word(p, 3), weights = address(p, 4), columns = word(p, 9);
  let mean: f64 = 0;
  for (let k = 0; k <= earlier; k++) mean += <f64>load<f32>(weights + (<usize>k << 2)) * total(p, units, k);
  const scale = 1 / Math.sqrt(<f64>columns);
  for (let k = 0; k <= earlier; k++) {
    const slope = <f32>(<f64>load<f32>(weights + (<usize>k << 2)) * (total(p, units, k) - mean) * scale);
    addScaled(address(p, 10), slope, k == earlier ? address(p, 6) : rowAt(p, 7, k), columns);
    addScaled(k == earlier ? address(p, 11) : word(p, 12) == 0 ? 0 : rowAt(p, 12, k), slope, address(p, 5), columns);
  }
}

function total(p: usize, units: i32, k: i32): f64 {
  let sum: f64 = 0;
  for (let unit = 0; unit < units; unit++) sum += load<f64>(rowAt(p, 0, unit) + (<usize>k << 3));
  return sum;
}

/**
 * d new state (+)= its weight · dOut, and the same for one or more earlier ones.
 * Words: dOut (view), weight, d state (view), columns, adds.
 */
export function addWeighted(p: usize, first: i32, end: i32): void {
  const weight = v128.load32_splat(address(p, 2)), columns = word(p, 5), adds = word(p, 6) != 0;
  for (let row = first; row < end; row++) {
    const d = rowAt(p, 0, row), out = rowAt(p, 3, row);
    for (let c = 0; c < columns; c += 4) {
      const at = <usize>c << 2, left = columns - c;
      putLanes(out + at, f32x4.mul(weight, loadLanes(d + at, left)), left, adds);
    }
  }
}
