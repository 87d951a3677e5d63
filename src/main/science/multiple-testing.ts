/**
 * Benjamini and Hochberg: every p up to the returned cut is a discovery at this false discovery rate; −1 where none is.
 * With k discoveries among n tests the cut is level·k/n, the largest k for which k tests lie under their cut. Found from
 * above: tests over the cut of all that are left can never be discoveries, so they go, and the cut falls until none goes.
 * @param p all tests of the family; NaN where there is none
 * @source Benjamini & Hochberg 1995
 */
export function discoveryCut(p: Float64Array, level: number): number {
  let leftCount = 0,
    missingCount = 0,
    cut = level
  for (let k = 0; k < p.length; k++) {
    if (p[k]! <= cut) leftCount++
    else if (Number.isNaN(p[k]!)) missingCount++
  }
  const left = new Float64Array(leftCount)
  for (let k = 0, kept = 0; kept < leftCount; k++) if (p[k]! <= cut) left[kept++] = p[k]!
  for (;;) {
    cut = (level * leftCount) / (p.length - missingCount)
    let underCount = 0
    for (let k = 0; k < leftCount; k++) if (left[k]! <= cut) left[underCount++] = left[k]!
    if (underCount === 0) return -1
    if (underCount === leftCount) return cut
    leftCount = underCount
  }
}

/** The logarithm of that cut, of logarithms of p; −∞ where nothing is a discovery. */
export function logDiscoveryCut(logP: Float32Array, level: number): number {
  const left = new Float32Array(logP.length)
  let leftCount = 0,
    cut = Math.log(level)
  for (let k = 0; k < logP.length; k++) if (logP[k]! <= cut) left[leftCount++] = logP[k]!
  for (;;) {
    // float32 against float64: what is equal must count as below
    cut = Math.log((level * leftCount) / logP.length) + 1e-6
    let underCount = 0
    for (let k = 0; k < leftCount; k++) if (left[k]! <= cut) left[underCount++] = left[k]!
    if (underCount === 0) return -Infinity
    if (underCount === leftCount) return cut
    leftCount = underCount
  }
}

/**
 * Benjamini and Hochberg's q of every test: the smallest false discovery rate at which it is a discovery.
 * @param p [testCount]; NaN where there is no test: it counts in no family and stays NaN
 * @source Benjamini & Hochberg 1995
 */
export function correctedP(p: Float64Array): Float64Array {
  const order = Array.from(p.keys())
    .filter((k) => !Number.isNaN(p[k]!))
    .sort((a, b) => p[b]! - p[a]!)
  const q = new Float64Array(p.length).fill(NaN)
  let least = 1
  for (const [above, k] of order.entries()) q[k] = least = Math.min(least, (p[k]! * order.length) / (order.length - above))
  return q
}
