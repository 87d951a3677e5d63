import type { View } from '../program.ts'

/** The buffers a shader sees: planned memory, float inputs, graphs as whole numbers, and room for one instruction's sums. */
export type Space = 'numbers' | 'inputs' | 'graph' | 'scratch'

/** Where a view begins in its buffer, in elements of the tensor's type. */
export type Place = { readonly space: Space; readonly at: number }

/** A number that is known only when the program runs, from the run's scalars. */
export type RunNumber = (scalar: (name: string) => number) => number

/**
 * One dispatch: WGSL and the numbers it is called with. For each view v the shader may use `at_v(row, column)`, the place
 * of an element, `of_v(row, column)`, its value, and `p.v_rows`, `p.v_columns`; for each number n, `p.n`.
 */
export type Dispatch = {
  /** declarations and the entry point `main` */
  readonly code: string
  readonly views: Readonly<Record<string, View>>
  /** u32 */
  readonly counts?: Readonly<Record<string, number>>
  /** f32 */
  readonly floats?: Readonly<Record<string, number>>
  readonly runFloats?: Readonly<Record<string, RunNumber>>
  readonly runCounts?: Readonly<Record<string, RunNumber>>
  readonly groupCount: number
}

/** A dispatch's uniform block in bytes: the least distance between two that every device allows. */
export const blockBytes = 256
/** Groups along x; further ones lie in y, because a device takes at most 65,535 each way. */
export const groupsPerRow = 32768

/** Lanes of a group. */
export const laneCount = 256

const viewFields = ['at', 'stride', 'rows', 'columns']

/** The whole shader text; dispatches with the same text share a pipeline. */
export function shaderOf(dispatch: Dispatch, placeOf: (view: View) => Place): string {
  const { code, views, counts = {}, floats = {}, runFloats = {}, runCounts = {} } = dispatch
  const fields = [
    ...Object.keys(views).flatMap((name) => viewFields.map((field) => `${name}_${field}: u32`)),
    ...Object.keys(counts).map((name) => `${name}: u32`),
    ...Object.keys(floats).map((name) => `${name}: f32`),
    ...Object.keys(runFloats).map((name) => `${name}: f32`),
    ...Object.keys(runCounts).map((name) => `${name}: u32`),
    'unused: u32',
  ]
  const accessors = Object.entries(views).map(([name, view]) => {
    const { space } = placeOf(view),
      type = space === 'graph' ? 'u32' : 'f32'
    return `fn at_${name}(row: u32, column: u32) -> u32 { return p.${name}_at + row * p.${name}_stride + column; }
fn of_${name}(row: u32, column: u32) -> ${type} { return ${space}[at_${name}(row, column)]; }`
  })
  return [`struct P { ${fields.join(', ')} }`, prelude, ...accessors, code].join('\n')
}

const prelude = `@group(0) @binding(0) var<storage, read_write> numbers: array<f32>;
@group(0) @binding(1) var<storage, read_write> scratch: array<f32>;
@group(0) @binding(2) var<storage, read> inputs: array<f32>;
@group(0) @binding(3) var<storage, read> graph: array<u32>;
@group(0) @binding(4) var<uniform> p: P;
fn groupIndex(id: vec3<u32>) -> u32 { return id.y * ${groupsPerRow}u + id.x; }`

/** The numbers of a dispatch in the order of its shader's fields; those of the run are left at zero. */
export function blockOf(dispatch: Dispatch, placeOf: (view: View) => Place): Uint32Array {
  const { views, counts = {}, floats = {} } = dispatch,
    words = new Uint32Array(blockBytes / 4),
    asFloats = new Float32Array(words.buffer)
  let at = 0
  for (const view of Object.values(views)) {
    words.set([placeOf(view).at, view.stride, view.rowCount, view.columnCount], at)
    at += viewFields.length
  }
  for (const count of Object.values(counts)) words[at++] = count
  for (const value of Object.values(floats)) asFloats[at++] = value
  return words
}

/** Writes the run's numbers into a dispatch's block. */
export function setRunNumbers(dispatch: Dispatch, block: Uint32Array, scalar: (name: string) => number): void {
  const { views, counts = {}, floats = {}, runFloats = {}, runCounts = {} } = dispatch
  const asFloats = new Float32Array(block.buffer, block.byteOffset, block.length)
  let at = Object.keys(views).length * viewFields.length + Object.keys(counts).length + Object.keys(floats).length
  for (const value of Object.values(runFloats)) asFloats[at++] = value(scalar)
  for (const value of Object.values(runCounts)) block[at++] = value(scalar)
}

/** A dispatch with one lane per element of a matrix: `body` is WGSL that knows `row` and `column`. */
export function elementwise(
  size: { rowCount: number; columnCount: number },
  body: string,
  dispatch: Omit<Dispatch, 'code' | 'groupCount'>,
  declarations = '',
): Dispatch {
  const code = `${declarations}
@compute @workgroup_size(${laneCount})
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let element = groupIndex(id) * ${laneCount}u + lane;
  if (element >= p.elementCount) { return; }
  let row = element / p.width;
  let column = element % p.width;
  ${body}
}`
  const elementCount = size.rowCount * size.columnCount
  return {
    ...dispatch,
    code,
    counts: { ...dispatch.counts, elementCount, width: size.columnCount },
    groupCount: Math.ceil(elementCount / laneCount),
  }
}

type Sums = {
  /** WGSL that knows `row` and `column` and adds to `sum` */
  body: string
  /** WGSL that knows `total` and `column` */
  finish: string
  declarations?: string
}

/**
 * Sums over rows, one per column: lanes add strips of about √rows rows each, a second dispatch adds the strips. Nothing waits
 * at a barrier, neighbouring lanes read side by side, and the order of additions is always the same.
 */
export function columnSums(
  size: { rowCount: number; columnCount: number },
  { body, finish, declarations = '' }: Sums,
  memory: { scratch: (rowCount: number, columnCount: number) => View },
  dispatch: Omit<Dispatch, 'code' | 'groupCount'>,
): Dispatch[] {
  const { rowCount, columnCount } = size,
    stripCount = Math.ceil(Math.sqrt(rowCount)),
    strips = memory.scratch(stripCount, columnCount)
  const views = { ...dispatch.views, strips }
  const sums = elementwise(
    { rowCount: stripCount, columnCount },
    `let strip = row;
  var sum = 0.0;
  for (var row = strip; row < p.rowCount; row += p.strips_rows) { ${body} }
  scratch[at_strips(strip, column)] = sum;`,
    { ...dispatch, views, counts: { ...dispatch.counts, rowCount } },
    declarations,
  )
  const totals = elementwise(
    { rowCount: 1, columnCount },
    `var total = 0.0;
  for (var strip = 0u; strip < p.strips_rows; strip++) { total += of_strips(strip, column); }
  ${finish}`,
    { ...dispatch, views, counts: { ...dispatch.counts, rowCount } },
  )
  return [sums, totals]
}

/**
 * Logarithms with the error of a float32; WGSL's own may be off by 2^-21 around 1, where likelihoods live.
 * series: 2 artanh(s) for |s| ≤ 1/3.
 */
export const logarithms = `fn series(s: f32) -> f32 {
  let q = s * s;
  return 2.0 * s * (1.0 + q * (0.33333333 + q * (0.2 + q * (0.14285715 + q * (0.11111111 + q * (0.09090909 + q * 0.07692308))))));
}
fn log1p01(t: f32) -> f32 { return series(t / (2.0 + t)); }
fn ln(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  let isLow = (bits & 0x7fffffu) < 0x3504f3u;
  let power = i32(bits >> 23u) - select(126, 127, isLow);
  let m = bitcast<f32>((bits & 0x7fffffu) | select(0x3f000000u, 0x3f800000u, isLow));
  return series((m - 1.0) / (m + 1.0)) + f32(power) * 0.6931472;
}`

/** The logistic function from e^−|x|, without overflow. */
export const logistic = `fn logistic(x: f32) -> f32 {
  let t = exp(-abs(x));
  return select(t, 1.0, x >= 0.0) / (1.0 + t);
}`
