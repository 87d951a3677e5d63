/**
 * How often each true class (row) was read as each class (column); [classCount, classCount].
 * @param truth class of each case, from 0
 * @param read the class it was read as
 */
export function confusionOf(truth: ArrayLike<number>, read: ArrayLike<number>, classCount: number): number[][] {
  const counts = Array.from({ length: classCount }, () => new Array<number>(classCount).fill(0))
  for (let k = 0; k < truth.length; k++) counts[truth[k]!]![read[k]!]!++
  return counts
}

/** Scores of classes read, each the plain mean over classes; a class that never stands in the truth is left out. */
export type ClassScores = { balancedAccuracy: number; macroF1: number; precision: number; recall: number }

/**
 * Balanced accuracy is the mean recall. A class never read has precision 0.
 * @param counts as `confusionOf` gives them
 * @source model spec 6.2; as scikit-learn with zero_division = 0
 */
export function classScores(counts: readonly (readonly number[])[]): ClassScores {
  const present = counts.flatMap((row, own) => {
    const cases = row.reduce((sum, count) => sum + count, 0)
    if (cases === 0) return []
    const read = counts.reduce((sum, other) => sum + other[own]!, 0),
      right = row[own]!
    const precision = read > 0 ? right / read : 0,
      recall = right / cases
    return [{ precision, recall, f1: precision + recall > 0 ? (2 * precision * recall) / (precision + recall) : 0 }]
  })
  const mean = (of: (one: (typeof present)[number]) => number): number => present.reduce((sum, one) => sum + of(one), 0) / present.length
  const recall = mean((one) => one.recall)
  return { balancedAccuracy: recall, macroF1: mean(({ f1 }) => f1), precision: mean(({ precision }) => precision), recall }
}
