/** Every thread walks the same list of instructions over one shared memory; src/main/engine/cpu/encode.ts writes the list. */
import { addWeighted, attendDots, attendSlopes, attendWeights, mix } from './attend';
import { barrier, goesOn } from './barrier';
import { blockProduct, lookup, lookupAdjoint } from './blocks';
import { edgeGradient, edgeLoss, edgePoints } from './edge-loss';
import {
  addDoubles, blend, blendAdjoint, divergence, divergenceAdjoint, fill, gate, gateAdjoint, multiply, readout, readoutAdjoint,
  rectify, shift, softplus, softplusAdjoint, sumCopies,
} from './elementwise';
import { gaussian, gaussianAdjoint } from './gaussian';
import { gather, scaleRows } from './graph';
import { addPartials, affine, columnSums, packPanels, symmetricProduct, weightGradient, wideWeightGradient } from './products';
import {
  crossEntropy, crossEntropyAdjoint, gelu, geluAdjoint, normalise, normaliseAdjoint, scaleShift, scaleShiftAdjoint, softmax, softmaxAdjoint,
  squaredError, squaredErrorAdjoint,
} from './rows';
import { setScratch } from './scratch';
import { adam, clipNorm, nesterov, penalise, scaleBy, squares } from './update';

/**
 * Walks the segments in [from, end). A segment is a count of groups and its groups; between segments is a barrier. A group
 * is items, items of a unit, items of a block, the thread its first unit falls to (−1: neighbouring units share a thread),
 * a count of instructions and these: kernel, words, then the words. A block goes through all of a group's instructions
 * while it is in the cache; what a unit sums up does not depend on who owns it.
 */
export function walk(thread: i32, threads: i32, control: usize, scratch: usize, from: usize, end: usize): void {
  setScratch(scratch);
  for (let at = from; at < end;) {
    let groups = load<i32>(at);
    at += 4;
    for (; groups > 0; groups--) {
      const items = load<i32>(at), unit = load<i32>(at, 4), block = load<i32>(at, 8), owner = load<i32>(at, 12);
      const size = <usize>load<i32>(at, 20), count = load<i32>(at, 16), list = at + 24, units = (items + unit - 1) / unit;
      const start = owner < 0 ? units * thread / threads : (thread - owner % threads + threads) % threads;
      const stop = owner < 0 ? units * (thread + 1) / threads : units, step = owner < 0 ? 1 : threads;
      for (let u = start; u < stop; u += step) {
        const last = min(items, (u + 1) * unit);
        for (let first = u * unit; first < last; first += block) {
          if (!goesOn(thread, control)) return;
          runAll(list, count, first, min(last, first + block));
        }
      }
      at = list + size;
    }
    if (!barrier(control, threads)) return;
  }
}

function runAll(list: usize, count: i32, first: i32, end: i32): void {
  for (let p = list; count > 0; count--) {
    const kernel = load<i32>(p), words = load<i32>(p, 4);
    p += 8;
    run(kernel, p, first, end);
    p += <usize>words << 2;
  }
}

/** Kernels by number, in the order of `kernelNames` in src/main/engine/cpu/kernel-names.ts. */
function run(kernel: i32, p: usize, first: i32, end: i32): void {
  switch (kernel) {
    case 0: fill(p, first, end); break;
    case 1: shift(p, first, end); break;
    case 2: sumCopies(p, first, end); break;
    case 3: rectify(p, first, end); break;
    case 4: multiply(p, first, end); break;
    case 5: gate(p, first, end); break;
    case 6: gateAdjoint(p, first, end); break;
    case 7: blend(p, first, end); break;
    case 8: blendAdjoint(p, first, end); break;
    case 9: softplus(p, first, end); break;
    case 10: softplusAdjoint(p, first, end); break;
    case 11: divergence(p, first, end); break;
    case 12: divergenceAdjoint(p, first, end); break;
    case 13: addDoubles(p, first, end); break;
    case 14: readout(p, first, end); break;
    case 15: readoutAdjoint(p, first, end); break;
    case 16: gaussian(p, first, end); break;
    case 17: gaussianAdjoint(p, first, end); break;
    case 18: packPanels(p, first, end); break;
    case 19: affine(p, first, end); break;
    case 20: weightGradient(p, first, end); break;
    case 21: wideWeightGradient(p, first, end); break;
    case 22: columnSums(p, first, end); break;
    case 23: addPartials(p, first, end); break;
    case 24: scaleRows(p, first, end); break;
    case 25: gather(p, first, end); break;
    case 26: edgePoints(p, first, end); break;
    case 27: edgeLoss(p, first, end); break;
    case 28: edgeGradient(p, first, end); break;
    case 29: attendWeights(p, first, end); break;
    case 30: mix(p, first, end); break;
    case 31: attendDots(p, first, end); break;
    case 32: attendSlopes(p, first, end); break;
    case 33: addWeighted(p, first, end); break;
    case 34: squares(p, first, end); break;
    case 35: clipNorm(p, first, end); break;
    case 36: scaleBy(p, first, end); break;
    case 37: adam(p, first, end); break;
    case 38: symmetricProduct(p, first, end); break;
    case 39: softmax(p, first, end); break;
    case 40: softmaxAdjoint(p, first, end); break;
    case 41: normalise(p, first, end); break;
    case 42: normaliseAdjoint(p, first, end); break;
    case 43: scaleShift(p, first, end); break;
    case 44: scaleShiftAdjoint(p, first, end); break;
    case 45: gelu(p, first, end); break;
    case 46: geluAdjoint(p, first, end); break;
    case 47: crossEntropy(p, first, end); break;
    case 48: crossEntropyAdjoint(p, first, end); break;
    case 49: squaredError(p, first, end); break;
    case 50: squaredErrorAdjoint(p, first, end); break;
    case 51: blockProduct(p, first, end); break;
    case 52: lookup(p, first, end); break;
    case 53: lookupAdjoint(p, first, end); break;
    case 54: penalise(p, first, end); break;
    case 55: nesterov(p, first, end); break;
    default: unreachable();
  }
}
