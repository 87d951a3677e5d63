/** Work of one instruction, in multiply-adds: a step can be stopped between instructions, at least every 0.3 s. */
const workLimit = 4e7

/** Cuts rows into blocks of at most `workLimit` multiply-adds, so that no instruction runs for long. */
export function partsOf(rowCount: number, workPerRow: number): { first: number; rowCount: number }[] {
  const size = Math.max(1, Math.min(rowCount, Math.floor(workLimit / Math.max(1, workPerRow))))
  return Array.from({ length: Math.ceil(rowCount / size) }, (_, part) => ({
    first: part * size,
    rowCount: Math.min(size, rowCount - part * size),
  }))
}
