/** The propagation: rows are scaled by D^−½, added up along the edges of a binary graph, and scaled again. */
import { loadLanes, positive, splat, storeLanes } from './lanes';
import { scratch } from './scratch';
import { address, rowAt, word } from './words';

/**
 * scaled = D^−½ x for rows [first, end), in rows of `wide` floats; where the graph is stored as its complement, also the
 * column sums of every unit. Words: x (view), D^−½, columns, scaled (view), wide, sums (view by unit) or 0, unit.
 */
export function scaleRows(p: usize, first: i32, end: i32): void {
  const scales = address(p, 2), columns = word(p, 3), wide = word(p, 6), sums = address(p, 7), unit = word(p, 9);
  for (let row = first; row < end; row++) {
    const x = rowAt(p, 0, row), to = rowAt(p, 4, row), scale = v128.load32_splat(scales + (<usize>row << 2));
    for (let c = 0; c < wide; c += 4) {
      const at = <usize>c << 2, left = columns - c;
      v128.store(to + at, left > 0 ? f32x4.mul(scale, loadLanes(x + at, left)) : splat(0));
    }
  }
  if (sums == 0) return;
  const total = rowAt(p, 7, first / unit);
  for (let c = 0; c < wide; c += 4) {
    let sum = first % unit == 0 ? splat(0) : v128.load(total + (<usize>c << 2)), from = rowAt(p, 4, first) + (<usize>c << 2);
    for (let row = first; row < end; row++, from += address(p, 5)) sum = f32x4.add(sum, v128.load(from));
    v128.store(total + (<usize>c << 2), sum);
  }
}

/**
 * Rows [first, end) of out (+)= D^−½ A scaled. Words: row starts (of row 0), columns of entries, D^−½ (of row 0), scaled
 * (view), out (view), width, adds, relu, sums (view by unit) or 0 for a graph stored as it is, units.
 */
export function gather(p: usize, first: i32, end: i32): void {
  const width = word(p, 7), block = scratch();
  for (let column = 0; column < width;) {
    const left = width - column;
    if (left > 16) {
      if (word(p, 10) != 0) sumUnits(p, column, 32, block);
      gather32(p, first, end, column, block);
      column += 32;
    } else if (left > 8) {
      if (word(p, 10) != 0) sumUnits(p, column, 16, block);
      gather16(p, first, end, column, block);
      column += 16;
    } else {
      if (word(p, 10) != 0) sumUnits(p, column, 8, block);
      gather8(p, first, end, column, block);
      column += 8;
    }
  }
}

/** What a complement is subtracted from: column sums of all scaled rows. */
function sumUnits(p: usize, column: i32, count: i32, to: usize): void {
  const units = word(p, 12);
  for (let c = 0; c < count; c += 4) {
    let sum = splat(0), from = address(p, 10) + (<usize>(column + c) << 2);
    for (let unit = 0; unit < units; unit++, from += address(p, 11)) sum = f32x4.add(sum, v128.load(from));
    v128.store(to + (<usize>c << 2), sum);
  }
}

// @ts-ignore: decorator
@inline function put(p: usize, out: usize, left: i32, scale: v128, sum: v128): void {
  if (left <= 0) return;
  let value = f32x4.mul(scale, sum);
  if (word(p, 8) != 0) value = f32x4.add(loadLanes(out, left), value);
  storeLanes(out, word(p, 9) != 0 ? positive(value) : value, left);
}

function gather32(p: usize, first: i32, end: i32, column: i32, sums: usize): void {
  const starts = address(p, 0), entries = address(p, 1), base = address(p, 3) + (<usize>column << 2), stride = address(p, 4);
  const isComplement = word(p, 10) != 0, left = word(p, 7) - column;
  for (let row = first; row < end; row++) {
    let q = entries + (<usize>load<u32>(starts + (<usize>row << 2)) << 1);
    const stop = entries + (<usize>load<u32>(starts + (<usize>row << 2), 4) << 1);
    let s0 = splat(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
    for (; q + 4 <= stop; q += 4) {
      const a = base + <usize>load<u16>(q) * stride, b = base + <usize>load<u16>(q, 2) * stride;
      s0 = f32x4.add(s0, v128.load(a)); s1 = f32x4.add(s1, v128.load(a, 16)); s2 = f32x4.add(s2, v128.load(a, 32)); s3 = f32x4.add(s3, v128.load(a, 48));
      s4 = f32x4.add(s4, v128.load(a, 64)); s5 = f32x4.add(s5, v128.load(a, 80)); s6 = f32x4.add(s6, v128.load(a, 96)); s7 = f32x4.add(s7, v128.load(a, 112));
      s0 = f32x4.add(s0, v128.load(b)); s1 = f32x4.add(s1, v128.load(b, 16)); s2 = f32x4.add(s2, v128.load(b, 32)); s3 = f32x4.add(s3, v128.load(b, 48));
      s4 = f32x4.add(s4, v128.load(b, 64)); s5 = f32x4.add(s5, v128.load(b, 80)); s6 = f32x4.add(s6, v128.load(b, 96)); s7 = f32x4.add(s7, v128.load(b, 112));
    }
    if (q < stop) {
      const a = base + <usize>load<u16>(q) * stride;
      s0 = f32x4.add(s0, v128.load(a)); s1 = f32x4.add(s1, v128.load(a, 16)); s2 = f32x4.add(s2, v128.load(a, 32)); s3 = f32x4.add(s3, v128.load(a, 48));
      s4 = f32x4.add(s4, v128.load(a, 64)); s5 = f32x4.add(s5, v128.load(a, 80)); s6 = f32x4.add(s6, v128.load(a, 96)); s7 = f32x4.add(s7, v128.load(a, 112));
    }
    if (isComplement) {
      s0 = f32x4.sub(v128.load(sums), s0); s1 = f32x4.sub(v128.load(sums, 16), s1); s2 = f32x4.sub(v128.load(sums, 32), s2); s3 = f32x4.sub(v128.load(sums, 48), s3);
      s4 = f32x4.sub(v128.load(sums, 64), s4); s5 = f32x4.sub(v128.load(sums, 80), s5); s6 = f32x4.sub(v128.load(sums, 96), s6); s7 = f32x4.sub(v128.load(sums, 112), s7);
    }
    const scale = v128.load32_splat(address(p, 2) + (<usize>row << 2)), out = rowAt(p, 5, row) + (<usize>column << 2);
    put(p, out, left, scale, s0); put(p, out + 16, left - 4, scale, s1); put(p, out + 32, left - 8, scale, s2); put(p, out + 48, left - 12, scale, s3);
    put(p, out + 64, left - 16, scale, s4); put(p, out + 80, left - 20, scale, s5); put(p, out + 96, left - 24, scale, s6); put(p, out + 112, left - 28, scale, s7);
  }
}

function gather16(p: usize, first: i32, end: i32, column: i32, sums: usize): void {
  const starts = address(p, 0), entries = address(p, 1), base = address(p, 3) + (<usize>column << 2), stride = address(p, 4);
  const isComplement = word(p, 10) != 0, left = word(p, 7) - column;
  for (let row = first; row < end; row++) {
    let q = entries + (<usize>load<u32>(starts + (<usize>row << 2)) << 1);
    const stop = entries + (<usize>load<u32>(starts + (<usize>row << 2), 4) << 1);
    let s0 = splat(0), s1 = s0, s2 = s0, s3 = s0, r0 = s0, r1 = s0, r2 = s0, r3 = s0;
    for (; q + 4 <= stop; q += 4) {
      const a = base + <usize>load<u16>(q) * stride, b = base + <usize>load<u16>(q, 2) * stride;
      s0 = f32x4.add(s0, v128.load(a)); s1 = f32x4.add(s1, v128.load(a, 16)); s2 = f32x4.add(s2, v128.load(a, 32)); s3 = f32x4.add(s3, v128.load(a, 48));
      r0 = f32x4.add(r0, v128.load(b)); r1 = f32x4.add(r1, v128.load(b, 16)); r2 = f32x4.add(r2, v128.load(b, 32)); r3 = f32x4.add(r3, v128.load(b, 48));
    }
    if (q < stop) {
      const a = base + <usize>load<u16>(q) * stride;
      s0 = f32x4.add(s0, v128.load(a)); s1 = f32x4.add(s1, v128.load(a, 16)); s2 = f32x4.add(s2, v128.load(a, 32)); s3 = f32x4.add(s3, v128.load(a, 48));
    }
    s0 = f32x4.add(s0, r0); s1 = f32x4.add(s1, r1); s2 = f32x4.add(s2, r2); s3 = f32x4.add(s3, r3);
    if (isComplement) {
      s0 = f32x4.sub(v128.load(sums), s0); s1 = f32x4.sub(v128.load(sums, 16), s1); s2 = f32x4.sub(v128.load(sums, 32), s2); s3 = f32x4.sub(v128.load(sums, 48), s3);
    }
    const scale = v128.load32_splat(address(p, 2) + (<usize>row << 2)), out = rowAt(p, 5, row) + (<usize>column << 2);
    put(p, out, left, scale, s0); put(p, out + 16, left - 4, scale, s1); put(p, out + 32, left - 8, scale, s2); put(p, out + 48, left - 12, scale, s3);
  }
}

function gather8(p: usize, first: i32, end: i32, column: i32, sums: usize): void {
  const starts = address(p, 0), entries = address(p, 1), base = address(p, 3) + (<usize>column << 2), stride = address(p, 4);
  const isComplement = word(p, 10) != 0, left = word(p, 7) - column;
  for (let row = first; row < end; row++) {
    let q = entries + (<usize>load<u32>(starts + (<usize>row << 2)) << 1);
    const stop = entries + (<usize>load<u32>(starts + (<usize>row << 2), 4) << 1);
    let s0 = splat(0), s1 = s0;
    for (; q < stop; q += 2) {
      const a = base + <usize>load<u16>(q) * stride;
      s0 = f32x4.add(s0, v128.load(a));
      s1 = f32x4.add(s1, v128.load(a, 16));
    }
    if (isComplement) {
      s0 = f32x4.sub(v128.load(sums), s0);
      s1 = f32x4.sub(v128.load(sums, 16), s1);
    }
    const scale = v128.load32_splat(address(p, 2) + (<usize>row << 2)), out = rowAt(p, 5, row) + (<usize>column << 2);
    put(p, out, left, scale, s0);
    put(p, out + 16, left - 4, scale, s1);
  }
}
