/** Conditional probabilities of t-SNE in float32, as src/main/science/projection/affinities.ts defines them. */
import { goesOn } from './barrier';
import { exp4, laneSum, splat } from './lanes';
import { address, real, word } from './words';

const unit = 64, mostHalvings = 64;
const entropyTolerance: f32 = 1e-5;

/**
 * p_j|i ∝ exp(−β (d_j² − d_1²)) over the neighbours of each point, β such that the entropy is the wanted one.
 * Plan: points, lanes of a row (a multiple of four), entropy, rows of d² − d_1², which become p; what fills a row is huge.
 */
export function conditional(thread: i32, control: usize, deal: usize, plan: usize): void {
  const pointCount = word(plan, 0), width = <usize>word(plan, 1) << 2, entropy = real(plan, 2), rows = address(plan, 3);
  for (let first = atomic.add<i32>(deal, unit); first < pointCount; first = atomic.add<i32>(deal, unit)) {
    if (!goesOn(thread, control)) return;
    for (let i = first; i < min(pointCount, first + unit); i++) fit(rows + <usize>i * width, rows + <usize>(i + 1) * width, entropy);
  }
}

function fit(row: usize, end: usize, entropy: f32): void {
  let beta: f32 = 1, low: f32 = 0, high = f32.MAX_VALUE;
  for (let halving = 0; ; halving++) {
    const slope = splat(-beta);
    let sums = splat(0), weighted = sums;
    for (let at = row; at < end; at += 16) {
      const square = v128.load(at), weight = weightOf(square, slope);
      sums = f32x4.add(sums, weight);
      weighted = f32x4.add(weighted, f32x4.mul(weight, square));
    }
    const sum = laneSum(sums), tooWide = <f32>Math.log(<f64>sum) + beta * laneSum(weighted) / sum - entropy;
    if (Mathf.abs(tooWide) < entropyTolerance || halving == mostHalvings) {
      const scale = splat(1 / sum);
      for (let at = row; at < end; at += 16) v128.store(at, f32x4.mul(scale, weightOf(v128.load(at), slope)));
      return;
    }
    if (tooWide > 0) {
      low = beta;
      beta = high == f32.MAX_VALUE ? beta * 2 : (beta + high) * 0.5;
    } else {
      high = beta;
      beta = (beta + low) * 0.5;
    }
  }
}

/** eˣ, and 0 where it is below 10⁻³⁴. */
// @ts-ignore: decorator
@inline function weightOf(square: v128, slope: v128): v128 {
  const power = f32x4.mul(square, slope);
  return v128.and(exp4(power), f32x4.gt(power, splat(-78)));
}
