import { philox, randomStreams, unitOf } from '../../../shared/domain/random.ts'
import type { View } from '../program.ts'
import type { GaussianAdjointInstruction, GaussianInstruction } from '../operations/gaussian.ts'
import { floatsOf, scalarOf, type Kernel, type Memory } from './memory.ts'

const stream = randomStreams.indexOf('noise')

/**
 * ε of a snapshot as float32, [rows, columns]: given, zero, or drawn; times the run's noise scale.
 * @source model spec 2.4: Philox with key (seed, stream), counter (epoch, snapshot, vertex, component); Box–Muller in float64
 */
function noiseOf(memory: Memory, noise: View | null, like: View, snapshot: number): Float64Array {
  const { rowCount, columnCount } = like,
    count = rowCount * columnCount,
    values = memory.scratch('noise', count)
  const scale = scalarOf(memory, 'noiseScale')
  if (scale === 0) return values.fill(0)
  if (noise !== null) {
    const given = floatsOf(memory, noise)
    for (let at = 0; at < count; at++)
      values[at] = given[noise.offset + Math.floor(at / columnCount) * noise.stride + (at % columnCount)]! * scale
    return values
  }
  const seed = scalarOf(memory, 'seed'),
    epoch = scalarOf(memory, 'epoch'),
    block = new Uint32Array(4)
  for (let row = 0, at = 0; row < rowCount; row++) {
    for (let column = 0; column < columnCount; column++, at++) {
      philox(block, seed, stream, epoch, snapshot, row, column)
      values[at] = Math.fround(Math.sqrt(-2 * Math.log(unitOf(block[0]!))) * Math.cos(2 * Math.PI * unitOf(block[1]!))) * scale
    }
  }
  return values
}

export const gaussian: Kernel<GaussianInstruction> = ({ from: { mean, std, noise }, to: { out }, snapshot }, memory) => {
  const epsilon = noiseOf(memory, noise, out, snapshot)
  const means = floatsOf(memory, mean),
    stds = floatsOf(memory, std),
    outs = floatsOf(memory, out)
  for (let row = 0, at = 0; row < out.rowCount; row++) {
    const atMean = mean.offset + row * mean.stride,
      atStd = std.offset + row * std.stride,
      to = out.offset + row * out.stride
    for (let c = 0; c < out.columnCount; c++, at++) outs[to + c] = means[atMean + c]! + epsilon[at]! * stds[atStd + c]!
  }
}

export const gaussianAdjoint: Kernel<GaussianAdjointInstruction> = ({ from: { dOut, noise }, to: { dMean, dStd }, snapshot }, memory) => {
  const ds = floatsOf(memory, dOut),
    epsilon = noiseOf(memory, noise, dOut, snapshot)
  for (let row = 0, at = 0; row < dOut.rowCount; row++) {
    for (let c = 0; c < dOut.columnCount; c++, at++) {
      const d = ds[dOut.offset + row * dOut.stride + c]!
      if (dMean !== null) floatsOf(memory, dMean)[dMean.offset + row * dMean.stride + c]! += d
      if (dStd !== null) floatsOf(memory, dStd)[dStd.offset + row * dStd.stride + c]! += d * epsilon[at]!
    }
  }
}
