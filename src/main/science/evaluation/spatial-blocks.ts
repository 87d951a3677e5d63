import type { Fold } from './splits.ts'

/**
 * Folds of channels by place: the array is cut into a grid of blocks, and whole blocks go to one fold each, so that a channel
 * is never read out by its neighbour next door. Blocks are dealt out like a chessboard's diagonals.
 * @param positionsUm [channels, 2]; NaN without a place: such channels are on neither side
 * @param cellCount blocks along each side
 * @source model spec 6.2
 */
export function spatialFolds(positionsUm: Float64Array, foldCount = 5, cellCount = 5): Fold[] {
  const channelCount = positionsUm.length / 2
  const cellOf = [0, 1].map((axis) => {
    const places = Float64Array.from({ length: channelCount }, (_, i) => positionsUm[2 * i + axis]!)
    const known = places.filter(Number.isFinite),
      low = known.reduce((least, one) => Math.min(least, one), Infinity),
      high = known.reduce((most, one) => Math.max(most, one), -Infinity)
    return Array.from(places, (one) => (high > low ? Math.min(cellCount - 1, Math.floor(((one - low) / (high - low)) * cellCount)) : 0))
  })
  const foldOf = Int32Array.from({ length: channelCount }, (_, i) =>
    Number.isFinite(positionsUm[2 * i]!) && Number.isFinite(positionsUm[2 * i + 1]!)
      ? (cellOf[0]![i]! + 2 * cellOf[1]![i]!) % foldCount
      : -1,
  )
  const where = (is: (fold: number) => boolean): Int32Array =>
    Int32Array.from([...foldOf.keys()].filter((i) => foldOf[i]! >= 0 && is(foldOf[i]!)))
  return Array.from({ length: foldCount }, (_, fold) => ({
    test: where((own) => own === fold),
    train: where((own) => own !== fold),
  })).filter(({ test, train }) => test.length > 0 && train.length > 0)
}
