import { philox, randomStreams, unitOf } from '../../shared/domain/random.ts'

const stream = randomStreams.indexOf('noise')

/**
 * ε of one snapshot, standard normal, float32, row-major [rowCount, columnCount].
 * @source model spec 2.4: Philox with key (seed, stream), counter (epoch, snapshot, vertex, component); Box–Muller in float64
 */
export function drawNoise(
  { seed, epoch, snapshot }: { seed: number; epoch: number; snapshot: number },
  rowCount: number,
  columnCount: number,
): Float32Array {
  const values = new Float32Array(rowCount * columnCount),
    block = new Uint32Array(4)
  for (let row = 0, at = 0; row < rowCount; row++) {
    for (let column = 0; column < columnCount; column++, at++) {
      philox(block, seed, stream, epoch, snapshot, row, column)
      values[at] = Math.sqrt(-2 * Math.log(unitOf(block[0]!))) * Math.cos(2 * Math.PI * unitOf(block[1]!))
    }
  }
  return values
}
