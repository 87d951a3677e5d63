/** Products of blocks of rows, and rows picked by number. */
import { laneSum, loadLanes, madd, putLanes, splat, storeLanes } from './lanes';
import { address, real, rowAt, word } from './words';

/** Below so many terms a product of rows with rows is added up in four lanes at once, not along the rows. */
const shortDepth = 8;

/**
 * Rows [first, end) of out (+)= scale · A B, block by block; one side may be transposed.
 * Words: A, B, out (views), rows of out's block, of A's, of B's, inner size, columns, whether A and B are transposed, scale, adds.
 */
export function blockProduct(p: usize, first: i32, end: i32): void {
  const m = word(p, 6), depth = word(p, 9), columns = word(p, 10), isA = word(p, 11) != 0, isB = word(p, 12) != 0;
  const scale = real(p, 13), adds = word(p, 14) != 0, aInner: usize = isA ? address(p, 1) : 4;
  for (let row = first; row < end; row++) {
    const block = row / m, i = row % m, out = rowAt(p, 4, row);
    const a = isA ? rowAt(p, 0, block * word(p, 7)) + (<usize>i << 2) : rowAt(p, 0, block * word(p, 7) + i), b = block * word(p, 8);
    if (isB) {
      let j = 0;
      if (depth < shortDepth) {
        for (; j + 4 <= columns; j += 4) {
          let sum = splat(0), from = a, other = rowAt(p, 2, b + j);
          for (let k = 0; k < depth; k++, from += aInner, other += 4) sum = madd(splat(load<f32>(from)), column(other, address(p, 3)), sum);
          putLanes(out + (<usize>j << 2), f32x4.mul(splat(scale), sum), 4, adds);
        }
      }
      for (; j < columns; j++) {
        const to = out + (<usize>j << 2), sum = scale * dot(a, rowAt(p, 2, b + j), depth);
        store<f32>(to, adds ? load<f32>(to) + sum : sum);
      }
      continue;
    }
    for (let j = 0; j < columns; j += 4) {
      const left = columns - j;
      let sum = splat(0), from = a, other = rowAt(p, 2, b) + (<usize>j << 2);
      for (let k = 0; k < depth; k++, from += aInner, other += address(p, 3)) sum = madd(splat(load<f32>(from)), loadLanes(other, left), sum);
      putLanes(out + (<usize>j << 2), f32x4.mul(splat(scale), sum), left, adds);
    }
  }
}

/** The same number of four rows. */
// @ts-ignore: decorator
@inline function column(at: usize, stride: usize): v128 {
  let v = f32x4.splat(load<f32>(at));
  v = f32x4.replace_lane(v, 1, load<f32>(at + stride));
  v = f32x4.replace_lane(v, 2, load<f32>(at + (stride << 1)));
  return f32x4.replace_lane(v, 3, load<f32>(at + (stride << 1) + stride));
}

function dot(a: usize, b: usize, count: i32): f32 {
  let sum = splat(0);
  for (let k = 0; k < count; k += 4) {
    const at = <usize>k << 2, left = count - k;
    sum = madd(loadLanes(a + at, left), loadLanes(b + at, left), sum);
  }
  return laneSum(sum);
}

/** Words: table (view), index (view), out (view), columns. */
export function lookup(p: usize, first: i32, end: i32): void {
  const columns = word(p, 6);
  for (let row = first; row < end; row++) {
    const from = rowAt(p, 0, <i32>load<f32>(rowAt(p, 2, row))), out = rowAt(p, 4, row);
    for (let c = 0; c < columns; c += 4) storeLanes(out + (<usize>c << 2), loadLanes(from + (<usize>c << 2), columns - c), columns - c);
  }
}

/** Rows [first, end) of dTable += what they were looked up for, in order. Words: index (view), count, dOut (view), dTable (view), columns. */
export function lookupAdjoint(p: usize, first: i32, end: i32): void {
  const count = word(p, 2), columns = word(p, 7);
  for (let k = 0; k < count; k++) {
    const row = <i32>load<f32>(rowAt(p, 0, k));
    if (row < first || row >= end) continue;
    const d = rowAt(p, 3, k), to = rowAt(p, 5, row);
    for (let c = 0; c < columns; c += 4) putLanes(to + (<usize>c << 2), loadLanes(d + (<usize>c << 2), columns - c), columns - c, true);
  }
}
