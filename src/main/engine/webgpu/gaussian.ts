import { randomStreams } from '../../../shared/domain/random.ts'
import type { GaussianAdjointInstruction, GaussianInstruction } from '../operations/gaussian.ts'
import type { View } from '../program.ts'
import type { Kernel } from './memory.ts'
import { elementwise, logarithms, type Dispatch } from './shader.ts'

/**
 * The same Philox block as everywhere, bit for bit; Box–Muller in float32, its logarithm and cosine good to the last digits
 * because both angle and distance from 1 are formed from the whole numbers (WGSL's own cosine may be off by 2^-11).
 */
const drawn = `${logarithms}
fn highProduct(a: u32, b: u32) -> u32 {
  let aLow = a & 0xffffu;
  let aHigh = a >> 16u;
  let bLow = b & 0xffffu;
  let bHigh = b >> 16u;
  let middle = aHigh * bLow + ((aLow * bLow) >> 16u);
  let carry = aLow * bHigh + (middle & 0xffffu);
  return aHigh * bHigh + (middle >> 16u) + (carry >> 16u);
}
fn philox(key0: u32, key1: u32, counter: vec4<u32>) -> vec4<u32> {
  var k0 = key0;
  var k1 = key1;
  var x = counter;
  for (var round = 0u; round < 10u; round++) {
    let high0 = highProduct(0xd2511f53u, x.x);
    let low0 = 0xd2511f53u * x.x;
    let high1 = highProduct(0xcd9e8d57u, x.z);
    let low1 = 0xcd9e8d57u * x.z;
    x = vec4(high1 ^ x.y ^ k0, low1, high0 ^ x.w ^ k1, low0);
    k0 += 0x9e3779b9u;
    k1 += 0xbb67ae85u;
  }
  return x;
}
fn unit(bits: u32) -> f32 { return (f32(bits) + 0.5) * 2.3283064e-10; }
fn lnOfUnit(bits: u32) -> f32 {
  if (bits < 0x80000000u) { return ln(unit(bits)); }
  let gap = unit(~bits);
  return series(-gap / (2.0 - gap));
}
fn cosOfTurn(bits: u32) -> f32 {
  let quarter = bits >> 30u;
  let rest = bits & 0x3fffffffu;
  let isLate = rest >= 0x20000000u;
  let a = (f32(select(rest, 0x3fffffffu - rest, isLate)) + 0.5) * 1.4629181e-9;
  let q = a * a;
  let sine = a * (1.0 + q * (-0.16666667 + q * (0.008333333 + q * (-1.9841270e-4 + q * 2.7557319e-6))));
  let cosine = 1.0 + q * (-0.5 + q * (0.041666668 + q * (-0.0013888889 + q * (2.4801587e-5 - q * 2.7557319e-7))));
  let isSine = (quarter % 2u == 1u) != isLate;
  let size = select(cosine, sine, isSine);
  return select(size, -size, quarter == 1u || quarter == 2u);
}
fn noise(row: u32, column: u32) -> f32 {
  let block = philox(p.seed, ${randomStreams.indexOf('noise')}u, vec4(p.epoch, p.snapshot, row, column));
  return sqrt(-2.0 * lnOfUnit(block.x)) * cosOfTurn(block.y) * p.noiseScale;
}`
const taken = 'fn noise(row: u32, column: u32) -> f32 { return of_noise(row, column) * p.noiseScale; }'

/** Declarations and numbers of the noise of one snapshot: given, or drawn where it is needed. */
function noiseOf(noise: View | null, snapshot: number): { declarations: string; dispatch: Omit<Dispatch, 'code' | 'groupCount'> } {
  const runFloats: Dispatch['runFloats'] = { noiseScale: (scalar) => scalar('noiseScale') }
  if (noise !== null) return { declarations: taken, dispatch: { views: { noise }, runFloats } }
  const runCounts: Dispatch['runCounts'] = { seed: (scalar) => scalar('seed') >>> 0, epoch: (scalar) => scalar('epoch') }
  return { declarations: drawn, dispatch: { views: {}, counts: { snapshot }, runFloats, runCounts } }
}

export const gaussian: Kernel<GaussianInstruction> = ({ from: { mean, std, noise }, to: { out }, snapshot }) => {
  const { declarations, dispatch } = noiseOf(noise, snapshot)
  return [
    elementwise(
      out,
      'numbers[at_out(row, column)] = of_mean(row, column) + noise(row, column) * of_std(row, column);',
      {
        ...dispatch,
        views: { ...dispatch.views, mean, std, out },
      },
      declarations,
    ),
  ]
}

export const gaussianAdjoint: Kernel<GaussianAdjointInstruction> = ({ from: { dOut, noise }, to: { dMean, dStd }, snapshot }) => {
  const { declarations, dispatch } = noiseOf(noise, snapshot)
  return [
    elementwise(
      dOut,
      `let d = of_dOut(row, column);
  ${dMean === null ? '' : 'numbers[at_dMean(row, column)] += d;'}
  ${dStd === null ? '' : 'numbers[at_dStd(row, column)] += d * noise(row, column);'}`,
      {
        ...dispatch,
        views: { ...dispatch.views, dOut, ...(dMean && { dMean }), ...(dStd && { dStd }) },
      },
      declarations,
    ),
  ]
}
