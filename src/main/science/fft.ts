/**
 * Discrete Fourier transform of one length, in place.
 * @param length a power of two, at least 2
 * @source Cooley & Tukey 1965
 */
export function fourierTransform(length: number): (real: Float64Array, imaginary: Float64Array) => void {
  const cosines = Float64Array.from({ length: length / 2 }, (_, k) => Math.cos((2 * Math.PI * k) / length)),
    sines = Float64Array.from({ length: length / 2 }, (_, k) => -Math.sin((2 * Math.PI * k) / length))
  return (real, imaginary) => {
    swapMirrored(real, imaginary)
    for (let half = 1, stride = length / 2; half < length; half *= 2, stride /= 2) {
      for (let first = 0; first < length; first += 2 * half) {
        for (let k = 0, at = first; k < half; k++, at++) {
          const other = at + half,
            cosine = cosines[k * stride]!,
            sine = sines[k * stride]!,
            a = real[other]! * cosine - imaginary[other]! * sine,
            b = real[other]! * sine + imaginary[other]! * cosine
          real[other] = real[at]! - a
          imaginary[other] = imaginary[at]! - b
          real[at]! += a
          imaginary[at]! += b
        }
      }
    }
  }
}

/** Puts every number where its index stands with its bits mirrored. */
function swapMirrored(real: Float64Array, imaginary: Float64Array): void {
  const length = real.length
  for (let at = 1, mirrored = 0; at < length; at++) {
    let bit = length >> 1
    for (; mirrored & bit; bit >>= 1) mirrored ^= bit
    mirrored ^= bit
    if (at >= mirrored) continue
    const a = real[at]!,
      b = imaginary[at]!
    real[at] = real[mirrored]!
    imaginary[at] = imaginary[mirrored]!
    real[mirrored] = a
    imaginary[mirrored] = b
  }
}

/** Gives Σ_b x_b x_b+k around the circle of series of one length, for the lags k = 0 … ⌊count/2⌋. */
export function circularAutocorrelation(count: number): (x: Float64Array) => Float64Array {
  const length = 2 ** Math.ceil(Math.log2(Math.max(2, 2 * count))),
    transform = fourierTransform(length),
    real = new Float64Array(length),
    imaginary = new Float64Array(length)
  return (x) => {
    real.fill(0).set(x)
    imaginary.fill(0)
    transform(real, imaginary)
    for (let k = 0; k < length; k++) {
      real[k] = (real[k]! ** 2 + imaginary[k]! ** 2) / length
      imaginary[k] = 0
    }
    transform(real, imaginary)
    // behind the zeros stand the lags of the series laid out straight; the circle adds those that reach around it
    return Float64Array.from({ length: Math.floor(count / 2) + 1 }, (_, k) => real[k]! + (k > 0 ? real[count - k]! : 0))
  }
}
