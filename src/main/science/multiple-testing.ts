/**
 * Benjamini and Hochberg: every p up to the returned cut is a discovery at this false discovery rate; −1 where none is.
 * With k discoveries among n tests the cut is level·k/n, the largest k for which k tests lie under their cut. Found from
 * above: tests over the cut of all that are left can never be discoveries, so they go, and the cut falls until none goes.
 * @param p [testCount], all tests of the family
 * @source Benjamini & Hochberg 1995
 */
export function discoveryCut(p: Float64Array, level: number): number {
  let left = p, cut = level
  for (;;) {
    const under = left.filter((value) => value <= cut)
    if (under.length === 0) return -1
    if (under.length === left.length) return cut
    left = under
    cut = (level * left.length) / p.length
  }
}
