/**
 * Steps of Barnes–Hut t-SNE in float32, as src/main/science/projection/tsne.ts defines them. Points of one packet go through
 * the tree together, and a cell counts as one point only where it is small for each of them: no less exact than one by one.
 */
import { barrier, goesOn } from './barrier';
import { laneSum, splat } from './lanes';
import { address, real, word } from './words';

/** Points of a leaf; more only where they fall into one cell of the finest grid. */
const leafSize = 8, levels = 16;
/** Points of a unit of work in each phase: what a unit sums up does not depend on who does it. */
const attractionUnit = 128, repulsionUnit = 64, updateUnit = 1024;
const nodeBytes: usize = 32;

let pointCount: i32, steps: i32, exaggeration: f32, momentum: f32, learningRate: f32, theta: f32;
let y: usize, update: usize, gains: usize, attraction: usize, repulsion: usize;
let rowStarts: usize, columns: usize, values: usize;
let sortedX: usize, sortedY: usize, order: usize, spareOrder: usize, codes: usize, spareCodes: usize, nodes: usize, counts: usize;
let sums: usize, found: usize;

function setPlan(p: usize): void {
  pointCount = word(p, 0); steps = word(p, 1);
  exaggeration = real(p, 2); momentum = real(p, 3); learningRate = real(p, 4); theta = real(p, 5);
  y = address(p, 6); update = address(p, 7); gains = address(p, 8); attraction = address(p, 9); repulsion = address(p, 10);
  rowStarts = address(p, 11); columns = address(p, 12); values = address(p, 13);
  sortedX = address(p, 14); sortedY = address(p, 15); order = address(p, 16); spareOrder = address(p, 17);
  codes = address(p, 18); spareCodes = address(p, 19); nodes = address(p, 20); counts = address(p, 21);
  sums = address(p, 22); found = address(p, 23);
}

/**
 * Goes the plan's number of steps, or with none only sums w = 1/(1 + |y_i − y_j|²) over all pairs.
 * @param deal three counters at 0, 64 bytes apart
 */
export function descend(thread: i32, threads: i32, control: usize, deal: usize, plan: usize): void {
  setPlan(plan);
  const goes = steps > 0;
  for (let step = max(steps, 1); step > 0; step--) {
    // the tree is one thread's work; meanwhile the others pull
    if (thread == 0) {
      atomic.store<i32>(deal + 64, 0);
      atomic.store<i32>(deal + 128, 0);
      buildTree();
    }
    if (goes) {
      for (let first = take(deal, attractionUnit); first < pointCount; first = take(deal, attractionUnit)) {
        if (!goesOn(thread, control)) return;
        attract(first, min(pointCount, first + attractionUnit));
      }
    }
    if (!barrier(control, threads)) return;
    if (thread == 0) atomic.store<i32>(deal, 0);
    for (let first = take(deal + 64, repulsionUnit); first < pointCount; first = take(deal + 64, repulsionUnit)) {
      if (!goesOn(thread, control)) return;
      repel(first, min(pointCount, first + repulsionUnit));
    }
    if (!barrier(control, threads)) return;
    const total = sumOfUnits();
    if (thread == 0) store<f64>(found, total);
    if (goes) {
      for (let first = take(deal + 128, updateUnit); first < pointCount; first = take(deal + 128, updateUnit)) {
        move(first, min(pointCount, first + updateUnit), <f32>(1 / total));
      }
    }
    if (!barrier(control, threads)) return;
  }
}

// @ts-ignore: decorator
@inline function take(counter: usize, size: i32): i32 { return atomic.add<i32>(counter, size); }

function sumOfUnits(): f64 {
  let total: f64 = 0;
  for (let first = 0, at = sums; first < pointCount; first += repulsionUnit, at += 8) total += load<f64>(at);
  return total;
}

/** Σ_j p_ij w (y_i − y_j); entries of a row are a multiple of four, those that fill it have p = 0. */
function attract(first: i32, end: i32): void {
  const one = splat(1);
  for (let i = first; i < end; i++) {
    const own = v128.load64_splat(y + (<usize>i << 3));
    let low = splat(0), high = low;
    const from = <usize>load<u32>(rowStarts + (<usize>i << 2)), to = <usize>load<u32>(rowStarts + (<usize>i << 2), 4);
    for (let e = from; e < to; e += 4) {
      const at = columns + (e << 2);
      let a = v128.load64_zero(y + (<usize>load<u32>(at) << 3)), b = v128.load64_zero(y + (<usize>load<u32>(at, 8) << 3));
      a = f32x4.sub(own, v128.load64_lane(y + (<usize>load<u32>(at, 4) << 3), a, 1));
      b = f32x4.sub(own, v128.load64_lane(y + (<usize>load<u32>(at, 12) << 3), b, 1));
      const aa = f32x4.mul(a, a), bb = f32x4.mul(b, b);
      const squares = f32x4.add(
        v128.shuffle<f32>(aa, bb, 0, 2, 4, 6), v128.shuffle<f32>(aa, bb, 1, 3, 5, 7));
      const pull = f32x4.div(v128.load(values + (e << 2)), f32x4.add(one, squares));
      low = f32x4.add(low, f32x4.mul(a, v128.shuffle<f32>(pull, pull, 0, 0, 1, 1)));
      high = f32x4.add(high, f32x4.mul(b, v128.shuffle<f32>(pull, pull, 2, 2, 3, 3)));
    }
    const both = f32x4.add(low, high);
    v128.store64_lane(attraction + (<usize>i << 3), f32x4.add(both, v128.shuffle<f32>(both, both, 2, 3, 0, 1)), 0);
  }
}

/** Σ_j w² (y_i − y_j) of the points [first, end) of the sorted ones, and Σ_i Σ_j w of them all. */
function repel(first: i32, end: i32): void {
  let total: f64 = 0;
  for (let packet = first; packet < end; packet += 4) total += repelPacket(packet, min(4, end - packet));
  store<f64>(sums + (<usize>(first / repulsionUnit) << 3), total);
}

function repelPacket(packet: i32, filled: i32): f64 {
  const x = v128.load(sortedX + (<usize>packet << 2)), z = v128.load(sortedY + (<usize>packet << 2)), one = splat(1);
  const last = nodes + <usize>load<i32>(counts) * nodeBytes;
  let forceX = splat(0), forceY = forceX, sum = forceX;
  for (let node = nodes; node < last;) {
    const dx = f32x4.sub(x, v128.load32_splat(node)), dy = f32x4.sub(z, v128.load32_splat(node, 4));
    const square = f32x4.add(f32x4.mul(dx, dx), f32x4.mul(dy, dy));
    if (i32x4.all_true(f32x4.gt(square, v128.load32_splat(node, 12)))) {
      const w = f32x4.div(one, f32x4.add(one, square)), weight = f32x4.mul(w, v128.load32_splat(node, 8)), force = f32x4.mul(w, weight);
      sum = f32x4.add(sum, weight);
      forceX = f32x4.add(forceX, f32x4.mul(force, dx));
      forceY = f32x4.add(forceY, f32x4.mul(force, dy));
      node = load<u32>(node, 16);
      continue;
    }
    const to = <usize>load<u32>(node, 24);
    if (to == 0) {
      node += nodeBytes;
      continue;
    }
    for (let q = <usize>load<u32>(node, 20); q < to; q += 4) {
      const ex = f32x4.sub(x, v128.load32_splat(sortedX + q)), ey = f32x4.sub(z, v128.load32_splat(sortedY + q));
      const w = f32x4.div(one, f32x4.add(one, f32x4.add(f32x4.mul(ex, ex), f32x4.mul(ey, ey)))), force = f32x4.mul(w, w);
      sum = f32x4.add(sum, w);
      forceX = f32x4.add(forceX, f32x4.mul(force, ex));
      forceY = f32x4.add(forceY, f32x4.mul(force, ey));
    }
    node = load<u32>(node, 16);
  }
  const low = v128.shuffle<f32>(forceX, forceY, 0, 4, 1, 5), high = v128.shuffle<f32>(forceX, forceY, 2, 6, 3, 7);
  const at = order + (<usize>packet << 2);
  v128.store64_lane(repulsion + (<usize>load<u32>(at) << 3), low, 0);
  // a point meets itself in its leaf with w = 1
  let total = <f64>f32x4.extract_lane(sum, 0) - 1;
  if (filled > 1) { v128.store64_lane(repulsion + (<usize>load<u32>(at, 4) << 3), low, 1); total += <f64>f32x4.extract_lane(sum, 1) - 1; }
  if (filled > 2) { v128.store64_lane(repulsion + (<usize>load<u32>(at, 8) << 3), high, 0); total += <f64>f32x4.extract_lane(sum, 2) - 1; }
  if (filled > 3) { v128.store64_lane(repulsion + (<usize>load<u32>(at, 12) << 3), high, 1); total += <f64>f32x4.extract_lane(sum, 3) - 1; }
  return total;
}

/** Gradient, gains and momentum; two points at a time, the pair behind an odd last one is padding. */
function move(first: i32, end: i32, inverse: f32): void {
  const pull = splat(exaggeration), push = splat(inverse), keep = splat(momentum), rate = splat(learningRate), zero = splat(0);
  for (let at = <usize>first << 3, stop = <usize>end << 3; at < stop; at += 16) {
    const force = f32x4.sub(f32x4.mul(pull, v128.load(attraction + at)), f32x4.mul(push, v128.load(repulsion + at)));
    const before = v128.load(update + at), gain = v128.load(gains + at);
    const turns = f32x4.lt(f32x4.mul(before, force), zero);
    const next = v128.bitselect(f32x4.add(gain, splat(0.2)), f32x4.pmax(splat(0.01), f32x4.mul(gain, splat(0.8))), turns);
    const moved = f32x4.sub(f32x4.mul(keep, before), f32x4.mul(f32x4.mul(rate, next), force));
    v128.store(gains + at, next);
    v128.store(update + at, moved);
    v128.store(y + at, f32x4.add(v128.load(y + at), moved));
  }
}

/** Every second bit of a 32-bit number from the lower 16 bits of x. */
// @ts-ignore: decorator
@inline function spread(x: u32): u32 {
  x = (x | (x << 8)) & 0x00ff00ff;
  x = (x | (x << 4)) & 0x0f0f0f0f;
  x = (x | (x << 2)) & 0x33333333;
  return (x | (x << 1)) & 0x55555555;
}

/** Sorts the points along the Z curve, starting from the order of the step before, and builds the tree over them. */
function buildTree(): void {
  let left = f32.MAX_VALUE, right = -f32.MAX_VALUE, bottom = f32.MAX_VALUE, top = -f32.MAX_VALUE;
  for (let at = y, stop = y + (<usize>pointCount << 3); at < stop; at += 8) {
    const x = load<f32>(at), z = load<f32>(at, 4);
    left = min(left, x); right = max(right, x); bottom = min(bottom, z); top = max(top, z);
  }
  const width = max(max(right - left, top - bottom), f32.MIN_NORMAL_VALUE), cells = <f32>65536 / width;
  for (let p: usize = 0; p < <usize>pointCount << 2; p += 4) {
    const at = y + (<usize>load<u32>(order + p) << 3);
    const across = min(<u32>((load<f32>(at) - left) * cells), 65535), up = min(<u32>((load<f32>(at, 4) - bottom) * cells), 65535);
    store<u32>(codes + p, spread(across) | (spread(up) << 1));
  }
  sortByCode();
  for (let p: usize = 0; p < <usize>pointCount << 2; p += 4) {
    const at = y + (<usize>load<u32>(order + p) << 3);
    store<f32>(sortedX + p, load<f32>(at));
    store<f32>(sortedY + p, load<f32>(at, 4));
  }
  // the points that fill the last packet stand where its last one does
  for (let p = pointCount; (p & 3) != 0; p++) {
    store<f32>(sortedX + (<usize>p << 2), load<f32>(sortedX + (<usize>(pointCount - 1) << 2)));
    store<f32>(sortedY + (<usize>p << 2), load<f32>(sortedY + (<usize>(pointCount - 1) << 2)));
  }
  nodeCount = 0;
  addNode(0, pointCount, 0, width);
  store<i32>(counts, nodeCount);
}

function sortByCode(): void {
  let from = codes, to = spareCodes, orderFrom = order, orderTo = spareOrder;
  const places = counts + 64, size = <usize>pointCount << 2;
  // four passes: the result is back where it began
  for (let shift = 0; shift < 32; shift += 8) {
    memory.fill(places, 0, 1024);
    for (let p: usize = 0; p < size; p += 4) {
      const place = places + (((load<u32>(from + p) >> shift) & 255) << 2);
      store<i32>(place, load<i32>(place) + 1);
    }
    for (let digit: usize = 0, sum = 0; digit < 1024; digit += 4) {
      const count = load<i32>(places + digit);
      store<i32>(places + digit, sum);
      sum += count;
    }
    for (let p: usize = 0; p < size; p += 4) {
      const code = load<u32>(from + p), place = places + (((code >> shift) & 255) << 2), at = <usize>load<u32>(place);
      store<u32>(place, <u32>at + 1);
      store<u32>(to + (at << 2), code);
      store<u32>(orderTo + (at << 2), load<u32>(orderFrom + p));
    }
    const codesWere = from, orderWas = orderFrom;
    from = to; to = codesWere; orderFrom = orderTo; orderTo = orderWas;
  }
}

let nodeCount: i32 = 0;

/**
 * Adds the cell of the sorted points [from, to) and what is below it. A node: centre x and y, points, (width/θ)²; the node
 * behind its subtree; of a leaf the range of its points in bytes, else 0.
 */
function addNode(from: i32, to: i32, level: i32, width: f32): void {
  const shift = 30 - 2 * level, isLeaf = to - from <= leafSize || level == levels;
  if (!isLeaf) {
    // a cell with all points in one quarter is that quarter
    const quarter = (codeAt(from) >> shift) & 3;
    if (((codeAt(to - 1) >> shift) & 3) == quarter) return addNode(from, to, level + 1, width * 0.5);
  }
  const node = nodes + <usize>nodeCount * nodeBytes;
  nodeCount++;
  let x: f32 = 0, z: f32 = 0;
  if (isLeaf) {
    for (let p = <usize>from << 2; p < <usize>to << 2; p += 4) {
      x += load<f32>(sortedX + p);
      z += load<f32>(sortedY + p);
    }
  } else {
    for (let quarter: u32 = 0, start = from; quarter < 4; quarter++) {
      const end = quarter == 3 ? to : quarterEnd(start, to, shift, quarter);
      if (end > start) {
        const child = nodes + <usize>nodeCount * nodeBytes;
        addNode(start, end, level + 1, width * 0.5);
        x += load<f32>(child) * load<f32>(child, 8);
        z += load<f32>(child, 4) * load<f32>(child, 8);
      }
      start = end;
    }
  }
  const count = <f32>(to - from);
  store<f32>(node, x / count);
  store<f32>(node, z / count, 4);
  store<f32>(node, count, 8);
  store<f32>(node, (width / theta) * (width / theta), 12);
  store<u32>(node, <u32>(nodes + <usize>nodeCount * nodeBytes), 16);
  store<u32>(node, <u32>from << 2, 20);
  store<u32>(node, isLeaf ? <u32>to << 2 : 0, 24);
}

// @ts-ignore: decorator
@inline function codeAt(p: i32): u32 { return load<u32>(codes + (<usize>p << 2)); }

/** The first point of [from, to) whose two bits at the level are above `quarter`. */
function quarterEnd(from: i32, to: i32, shift: i32, quarter: u32): i32 {
  while (from < to) {
    const middle = (from + to) >> 1;
    if (((codeAt(middle) >> shift) & 3) > quarter) to = middle;
    else from = middle + 1;
  }
  return from;
}
