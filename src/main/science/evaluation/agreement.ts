/** How many points two partitions put into each pair of groups, with the sizes of the groups. */
function contingency(a: ArrayLike<number>, b: ArrayLike<number>): { cells: number[]; rows: number[]; columns: number[]; count: number } {
  const cells = new Map<string, number>(),
    rows = new Map<number, number>(),
    columns = new Map<number, number>()
  const add = <Key>(counts: Map<Key, number>, key: Key): unknown => counts.set(key, (counts.get(key) ?? 0) + 1)
  for (let k = 0; k < a.length; k++) {
    add(cells, `${a[k]} ${b[k]}`)
    add(rows, a[k]!)
    add(columns, b[k]!)
  }
  return { cells: [...cells.values()], rows: [...rows.values()], columns: [...columns.values()], count: a.length }
}

const sumOf = (values: readonly number[], of: (value: number) => number): number => values.reduce((sum, value) => sum + of(value), 0)

/**
 * Adjusted Rand index of two partitions of the same points: 1 where they agree, 0 on average by chance.
 * @param a, b group of each point, whatever numbers name the groups
 * @source Hubert & Arabie 1985
 */
export function adjustedRandIndex(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const { cells, rows, columns, count } = contingency(a, b)
  const pairs = (size: number): number => (size * (size - 1)) / 2
  const together = sumOf(cells, pairs),
    inA = sumOf(rows, pairs),
    inB = sumOf(columns, pairs)
  const expected = count > 1 ? (inA * inB) / pairs(count) : 0,
    most = (inA + inB) / 2
  return most === expected ? 1 : (together - expected) / (most - expected)
}

/**
 * Normalised mutual information: I(a, b) over the arithmetic mean of both entropies.
 * @returns 0 to 1; 1 where both put all points into one group
 */
export function normalisedMutualInformation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const { cells, rows, columns, count } = contingency(a, b)
  const entropy = (sizes: readonly number[]): number => -sumOf(sizes, (size) => (size / count) * Math.log(size / count))
  const mean = (entropy(rows) + entropy(columns)) / 2
  if (rows.length === 1 && columns.length === 1) return 1
  const information = entropy(rows) + entropy(columns) - entropy(cells)
  return mean > 0 ? Math.min(1, Math.max(0, information / mean)) : 0
}
