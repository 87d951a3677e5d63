/**
 * Exact nearest neighbours in a k-d tree, the same bits as src/main/science/projection/neighbours.ts: float32 distances, four
 * points at a time, pass over what is certainly too far, and what is left is measured in float64 like there.
 */
import { goesOn } from './barrier';
import { splat } from './lanes';
import { address, word } from './words';

const unit = 32;

let pointCount: i32, dimensionCount: i32, neighbourCount: i32, nodeCount: i32;
let exact: usize, lanes: usize, order: usize, from: usize, to: usize, boxes: usize, indexes: usize, squares: usize;
let width: usize, heapSquares: usize, heapIndexes: usize, query: usize, splats: usize, own: i32, size: i32;

/**
 * Plan: points, dimensions, neighbours, nodes of the tree; then addresses: coordinates [point, dimension] in float64 and in
 * float32 by fours [point / 4, dimension, 4], both in the order of the leaves;
 * order; from and to of the nodes, in points; boxes in float64; out: indexes and squared distances, nearest first.
 */
export function search(thread: i32, control: usize, deal: usize, plan: usize, scratch: usize): void {
  pointCount = word(plan, 0); dimensionCount = word(plan, 1); neighbourCount = word(plan, 2); nodeCount = word(plan, 3);
  exact = address(plan, 4); lanes = address(plan, 5); order = address(plan, 6); from = address(plan, 7); to = address(plan, 8);
  boxes = address(plan, 9); indexes = address(plan, 10); squares = address(plan, 11);
  splats = scratch; width = <usize>dimensionCount << 2;
  const last = min(pointCount, word(plan, 13));
  for (let first = word(plan, 12) + atomic.add<i32>(deal, unit); first < last; first = word(plan, 12) + atomic.add<i32>(deal, unit)) {
    if (!goesOn(thread, control)) return;
    for (let p = first; p < min(last, first + unit); p++) findNear(p);
  }
}

function findNear(p: i32): void {
  own = load<i32>(order + (<usize>p << 2));
  query = exact + (<usize>(p * dimensionCount) << 3);
  for (let d = 0; d < dimensionCount; d++) v128.store(splats + (<usize>d << 4), splat(<f32>load<f64>(query + (<usize>d << 3))));
  const at = <usize>own * <usize>neighbourCount;
  heapSquares = squares + (at << 3);
  heapIndexes = indexes + (at << 2);
  size = neighbourCount;
  for (let k: usize = 0; k < <usize>neighbourCount; k++) {
    store<f64>(heapSquares + (k << 3), f64.POSITIVE_INFINITY);
    store<i32>(heapIndexes + (k << 2), pointCount);
  }
  visit(0);
  // empties the heap from its end: nearest first
  while (size > 0) {
    size--;
    const last = <usize>size, square = load<f64>(heapSquares), index = load<i32>(heapIndexes);
    siftDown(load<f64>(heapSquares + (last << 3)), load<i32>(heapIndexes + (last << 2)));
    store<f64>(heapSquares + (last << 3), square);
    store<i32>(heapIndexes + (last << 2), index);
  }
}

function visit(node: i32): void {
  if (2 * node + 2 < nodeCount) {
    const left = squareToBox(2 * node + 1), right = squareToBox(2 * node + 2), nearer = left <= right ? 2 * node + 1 : 2 * node + 2;
    if (min(left, right) <= load<f64>(heapSquares)) visit(nearer);
    if (max(left, right) <= load<f64>(heapSquares)) visit(4 * node + 3 - nearer);
    return;
  }
  const first = load<i32>(from + (<usize>node << 2)), end = load<i32>(to + (<usize>node << 2));
  // from a multiple of four, so that lanes of a neighbouring leaf may come along; they are offered in their own
  for (let p = first & ~3; p < end; p += 4) {
    let sum = splat(0);
    const block = lanes + <usize>p * width;
    for (let d: usize = 0; d < width << 2; d += 16) {
      const gap = f32x4.sub(v128.load(block + d), v128.load(splats + d));
      sum = f32x4.add(sum, f32x4.mul(gap, gap));
    }
    // a hair more than float32 can be wrong by
    const limit = <f32>(min(load<f64>(heapSquares) * 1.0001, <f64>f32.MAX_VALUE));
    for (let near = i32x4.bitmask(f32x4.le(sum, splat(limit))); near != 0; near &= near - 1) {
      const candidate = p + ctz(near);
      if (candidate >= first && candidate < end) offer(candidate);
    }
  }
}

function offer(p: i32): void {
  const index = load<i32>(order + (<usize>p << 2));
  if (index == own) return;
  let square: f64 = 0;
  for (let d: usize = 0, at = exact + (<usize>(p * dimensionCount) << 3); d < <usize>dimensionCount << 3; d += 8) {
    const gap = load<f64>(at + d) - load<f64>(query + d);
    square += gap * gap;
  }
  if (isWorse(load<f64>(heapSquares), load<i32>(heapIndexes), square, index)) siftDown(square, index);
}

// @ts-ignore: decorator
@inline function isWorse(square: f64, index: i32, thanSquare: f64, thanIndex: i32): bool {
  return square > thanSquare || (square == thanSquare && index > thanIndex);
}

/** Puts a pair where it belongs, from the top of the heap down. */
function siftDown(square: f64, index: i32): void {
  let place = 0;
  for (;;) {
    let child = 2 * place + 1;
    if (child >= size) break;
    if (child + 1 < size && isWorse(squareAt(child + 1), indexAt(child + 1), squareAt(child), indexAt(child))) child++;
    if (!isWorse(squareAt(child), indexAt(child), square, index)) break;
    store<f64>(heapSquares + (<usize>place << 3), squareAt(child));
    store<i32>(heapIndexes + (<usize>place << 2), indexAt(child));
    place = child;
  }
  store<f64>(heapSquares + (<usize>place << 3), square);
  store<i32>(heapIndexes + (<usize>place << 2), index);
}

// @ts-ignore: decorator
@inline function squareAt(place: i32): f64 { return load<f64>(heapSquares + (<usize>place << 3)); }
// @ts-ignore: decorator
@inline function indexAt(place: i32): i32 { return load<i32>(heapIndexes + (<usize>place << 2)); }

/** Squared distance from the query to the nearest place of a node's box; never above that to any point in it. */
function squareToBox(node: i32): f64 {
  const bytes = <usize>dimensionCount << 3;
  let low = boxes + <usize>node * 2 * bytes, square: f64 = 0;
  for (let d: usize = 0; d < bytes; d += 8, low += 8) {
    const value = load<f64>(query + d), gap = max(max(load<f64>(low) - value, value - load<f64>(low + bytes)), 0);
    square += gap * gap;
  }
  return square;
}
