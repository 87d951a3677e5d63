/** More channels than any array has: a column of times taken for channels is stopped here. */
export const channelLimit = 65_536
/** 2 GB of times: more than a day of a full high-density array. */
export const spikeLimit = 250_000_000

/** A label as it is compared: without blanks around it, and `7.0` or `7,0` (written by a table program) as `7`. */
export function tidyLabel(text: string): string {
  const trimmed = text.trim()
  return /^[+-]?\d+[.,]0+$/.test(trimmed) ? trimmed.replace(/[.,]0+$/, '') : trimmed
}

export function isWholeNumber(label: string): boolean {
  return /^[+-]?\d+$/.test(label)
}

/** Labels in numeric order where all are whole numbers, else as they came. */
export function inNaturalOrder(labels: string[]): string[] {
  return labels.every(isWholeNumber) ? labels.toSorted((a, b) => Number(a) - Number(b)) : labels
}

/** Labels that are all different: the second `A1` becomes `A1 (2)`, an empty one its index. */
export function uniqueLabels(labels: string[]): { labels: string[]; renamedCount: number } {
  const taken = new Set<string>()
  let renamedCount = 0
  const unique = labels.map((given, c) => {
    const label = given === '' ? String(c) : given
    let free = label
    for (let copy = 2; taken.has(free); copy++) free = `${label} (${copy})`
    if (free !== given) renamedCount += 1
    taken.add(free)
    return free
  })
  return { labels: unique, renamedCount }
}
