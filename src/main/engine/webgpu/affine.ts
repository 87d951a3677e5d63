import type { AffineBiasGradientInstruction, AffineInstruction, AffineWeightGradientInstruction } from '../operations/affine.ts'
import type { Kernel } from './memory.ts'
import { columnSums, elementwise, laneCount, type Dispatch } from './shader.ts'

/** A group computes a tile of 64 rows and 32 columns, 4 × 2 of them per lane, and reads 16 terms of the sum at a time. */
const tileRows = 64,
  tileColumns = 32,
  tileDepth = 16
/** Below so many rows of a short sum a lane per number is as fast: everything it reads is near. */
const smallRows = 1024

/** One shader for all forms of a product: what differs stands in the numbers, because compiling costs more than a test at the end. */
export const affine: Kernel<AffineInstruction> = ({ from: { x, weight, bias }, to: { out }, transposed, accumulate, relu }) => {
  const views = { weight, out, bias: bias ?? weight }
  const flags = { hasBias: Number(bias !== null), isAdded: Number(accumulate), isRectified: Number(relu) }
  if (x === null) return [elementwise(out, 'store(row, column, of_weight(row, column));', { views, counts: flags }, store)]
  const counts = { ...flags, isTransposed: Number(transposed), depthCount: x.columnCount }
  if (out.rowCount < tileRows || (out.rowCount < smallRows && x.columnCount < 4 * tileDepth)) {
    return [elementwise(out, smallProduct, { views: { x, ...views }, counts }, store)]
  }
  const tilesAcross = Math.ceil(out.columnCount / tileColumns),
    tilesDown = Math.ceil(out.rowCount / tileRows)
  return [{ views: { x, ...views }, counts: { ...counts, tilesAcross }, groupCount: tilesAcross * tilesDown, code: tiledProduct }]
}

const store = `fn store(row: u32, column: u32, product: f32) {
  var sum = product;
  if (p.hasBias == 1u) { sum += of_bias(0u, column); }
  if (p.isAdded == 1u) { sum += of_out(row, column); }
  if (p.isRectified == 1u) { sum = select(sum, 0.0, sum < 0.0); }
  numbers[at_out(row, column)] = sum;
}`

const smallProduct = `var sum = 0.0;
  for (var k = 0u; k < p.depthCount; k++) {
    sum += of_x(row, k) * of_weight(select(k, column, p.isTransposed == 1u), select(column, k, p.isTransposed == 1u));
  }
  store(row, column, sum);`

/** Four rows of x lie in one vector; a weight is read along its rows in both forms, neighbouring lanes side by side. */
const tiledProduct = `${store}
var<workgroup> xs: array<vec4<f32>, ${(tileRows / 4) * tileDepth}>;
var<workgroup> ws: array<f32, ${tileDepth * tileColumns}>;
@compute @workgroup_size(${laneCount})
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let tile = groupIndex(id);
  let firstRow = tile / p.tilesAcross * ${tileRows}u;
  let firstColumn = tile % p.tilesAcross * ${tileColumns}u;
  let ownRows = lane / 16u;
  let ownColumn = lane % 16u;
  var left = vec4<f32>();
  var right = vec4<f32>();
  for (var depth = 0u; depth < p.depthCount; depth += ${tileDepth}u) {
    for (var place = lane; place < ${tileRows * tileDepth}u; place += ${laneCount}u) {
      let row = place / ${tileDepth}u;
      let k = place % ${tileDepth}u;
      var value = 0.0;
      if (firstRow + row < p.out_rows && depth + k < p.depthCount) { value = of_x(firstRow + row, depth + k); }
      xs[row / 4u * ${tileDepth}u + k][row % 4u] = value;
    }
    for (var place = lane; place < ${tileDepth * tileColumns}u; place += ${laneCount}u) {
      let k = select(place / ${tileColumns}u, place % ${tileDepth}u, p.isTransposed == 1u);
      let j = select(place % ${tileColumns}u, place / ${tileDepth}u, p.isTransposed == 1u);
      let row = select(depth + k, firstColumn + j, p.isTransposed == 1u);
      let column = select(firstColumn + j, depth + k, p.isTransposed == 1u);
      var value = 0.0;
      if (firstColumn + j < p.out_columns && depth + k < p.depthCount) { value = of_weight(row, column); }
      ws[k * ${tileColumns}u + j] = value;
    }
    workgroupBarrier();
    for (var k = 0u; k < ${tileDepth}u; k++) {
      let x = xs[ownRows * ${tileDepth}u + k];
      left += x * ws[k * ${tileColumns}u + ownColumn];
      right += x * ws[k * ${tileColumns}u + ownColumn + 16u];
    }
    workgroupBarrier();
  }
  let column = firstColumn + ownColumn;
  for (var r = 0u; r < 4u; r++) {
    let row = firstRow + 4u * ownRows + r;
    if (row < p.out_rows && column < p.out_columns) { store(row, column, left[r]); }
    if (row < p.out_rows && column + 16u < p.out_columns) { store(row, column + 16u, right[r]); }
  }
}`

/** Rows that one group sums; further groups share the sum, and a second dispatch adds their parts in order. */
const chunkRows = 256,
  chunkLimit = 64

/** dW += xᵀ dOut */
export const affineWeightGradient: Kernel<AffineWeightGradientInstruction> = ({ from: { x, dOut }, to: { dWeight } }, memory) => {
  if (x === null) return [elementwise(dWeight, 'numbers[at_dWeight(row, column)] += of_dOut(row, column);', { views: { dWeight, dOut } })]
  const { rowCount: depth, columnCount: width } = dWeight,
    chunkCount = Math.min(chunkLimit, Math.ceil(x.rowCount / chunkRows))
  const parts = memory.scratch(chunkCount * depth, width),
    tilesDown = Math.ceil(depth / 32),
    tilesAcross = Math.ceil(width / 32)
  const sums: Dispatch = {
    views: { x, dOut, parts },
    counts: { depth, tilesDown, tilesAcross, rowsPerChunk: Math.ceil(x.rowCount / chunkCount) },
    groupCount: tilesDown * tilesAcross * chunkCount,
    code: `var<workgroup> xs: array<vec4<f32>, 128>;
var<workgroup> ds: array<f32, 512>;
@compute @workgroup_size(${laneCount})
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let tile = groupIndex(id) % (p.tilesDown * p.tilesAcross);
  let chunk = groupIndex(id) / (p.tilesDown * p.tilesAcross);
  let firstK = tile / p.tilesAcross * 32u;
  let firstJ = tile % p.tilesAcross * 32u;
  let end = min(p.x_rows, (chunk + 1u) * p.rowsPerChunk);
  let ownK = lane / 32u;
  let ownJ = lane % 32u;
  var sums = vec4<f32>();
  for (var first = chunk * p.rowsPerChunk; first < end; first += 16u) {
    for (var place = lane; place < 512u; place += ${laneCount}u) {
      let row = first + place / 32u;
      let c = place % 32u;
      var a = 0.0;
      var b = 0.0;
      if (row < end && firstK + c < p.depth) { a = of_x(row, firstK + c); }
      if (row < end && firstJ + c < p.dOut_columns) { b = of_dOut(row, firstJ + c); }
      xs[place / 4u][place % 4u] = a;
      ds[place] = b;
    }
    workgroupBarrier();
    for (var r = 0u; r < 16u; r++) { sums += xs[r * 8u + ownK] * ds[r * 32u + ownJ]; }
    workgroupBarrier();
  }
  let j = firstJ + ownJ;
  for (var c = 0u; c < 4u; c++) {
    let k = firstK + 4u * ownK + c;
    if (k < p.depth && j < p.dOut_columns) { scratch[at_parts(chunk * p.depth + k, j)] = sums[c]; }
  }
}`,
  }
  const total = elementwise(
    dWeight,
    `var sum = 0.0;
  for (var part = row; part < p.parts_rows; part += p.dWeight_rows) { sum += of_parts(part, column); }
  numbers[at_dWeight(row, column)] += sum;`,
    { views: { parts, dWeight } },
  )
  return [sums, total]
}

/** db += column sums of dOut. */
export const affineBiasGradient: Kernel<AffineBiasGradientInstruction> = ({ from: { dOut }, to: { dBias } }, memory) =>
  columnSums(dOut, { body: 'sum += of_dOut(row, column);', finish: 'numbers[at_dBias(0u, column)] += total;' }, memory, {
    views: { dOut, dBias },
  })
