/** Streams of random numbers; each step draws from its own, so that no step shifts another's (model spec 2.4). */
export const randomStreams = [
  'init',
  'noise',
  'thinning',
  'surrogates',
  'splits',
  'negatives',
  'projection',
  'bootstrap',
  'permutation',
  'simulate',
  'batches',
] as const
export type RandomStream = (typeof randomStreams)[number]

/** High and low 32 bits of a product of two unsigned 32-bit numbers. */
function highProduct(a: number, b: number): number {
  const aLow = a & 0xffff,
    aHigh = a >>> 16,
    bLow = b & 0xffff,
    bHigh = b >>> 16
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16)
  const carry = aLow * bHigh + (middle & 0xffff)
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(carry / 0x10000)) >>> 0
}

/**
 * One block of Philox 4×32-10: four unsigned 32-bit numbers that depend on key and counter only.
 * @param out written: 4 numbers
 * @source Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"
 */
export function philox(out: Uint32Array, key0: number, key1: number, c0: number, c1: number, c2: number, c3: number): void {
  let k0 = key0 >>> 0,
    k1 = key1 >>> 0
  let x0 = c0 >>> 0,
    x1 = c1 >>> 0,
    x2 = c2 >>> 0,
    x3 = c3 >>> 0
  for (let round = 0; round < 10; round++) {
    const high0 = highProduct(0xd2511f53, x0),
      low0 = Math.imul(0xd2511f53, x0) >>> 0
    const high1 = highProduct(0xcd9e8d57, x2),
      low1 = Math.imul(0xcd9e8d57, x2) >>> 0
    x0 = (high1 ^ x1 ^ k0) >>> 0
    x1 = low1
    x2 = (high0 ^ x3 ^ k1) >>> 0
    x3 = low0
    k0 = (k0 + 0x9e3779b9) >>> 0
    k1 = (k1 + 0xbb67ae85) >>> 0
  }
  out[0] = x0
  out[1] = x1
  out[2] = x2
  out[3] = x3
}

/** Uniform in the open interval (0, 1) from one 32-bit number. */
export const unitOf = (bits: number): number => (bits + 0.5) / 4294967296

/**
 * A sequence of uniforms in (0, 1) for code that asks for one number after another.
 * @param place two unsigned 32-bit numbers: each place of a stream has a sequence of its own, so that what one draws
 *   never shifts another's
 */
export function uniformSequence(seed: number, stream: RandomStream, place: readonly [number, number] = [0, 0]): () => number {
  const key = randomStreams.indexOf(stream),
    block = new Uint32Array(4)
  let drawn = 0
  return () => {
    if (drawn % 4 === 0) philox(block, seed, key, Math.floor(drawn / 4) >>> 0, Math.floor(drawn / 4 / 4294967296), ...place)
    return unitOf(block[drawn++ % 4]!)
  }
}
