/** A covariate with less than this of its own variance left is a combination of the others and says nothing. */
const leastShareLeft = 1e-9
/** What varies by less than this share of its squares is constant: the rest is rounding. */
const leastShareVaried = 1e-20

/** Orthogonal columns that span the constant and the given ones, by modified Gram and Schmidt. */
export function orthogonal(columns: readonly Float64Array[], length: number): Float64Array[] {
  const basis: Float64Array[] = [new Float64Array(length).fill(1)]
  for (const column of columns) {
    const centred = without(column, basis.slice(0, 1)),
      left = without(without(column, basis), basis)
    if (isLeft(left, centred, column)) basis.push(left)
  }
  return basis
}

function without(column: Float64Array, basis: readonly Float64Array[]): Float64Array {
  const left = column.slice()
  for (const other of basis) {
    const share = dot(left, other) / dot(other, other)
    for (let k = 0; k < left.length; k++) left[k]! -= share * other[k]!
  }
  return left
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!
  return sum
}

/**
 * What is left of a series after the least-squares fit of a constant and covariates; covariates that the others already hold
 * change nothing.
 * @param covariates each as long as the series
 * @returns [series.length]; all 0 where the covariates explain the series but for rounding
 */
export function residualsOf(series: Float64Array, covariates: readonly Float64Array[]): Float64Array {
  const basis = orthogonal(covariates, series.length),
    left = without(without(series, basis), basis),
    centred = without(series, basis.slice(0, 1))
  return isLeft(left, centred, series) ? left : left.fill(0)
}

/** Whether more than rounding is left of a series that itself is not constant. */
function isLeft(left: Float64Array, centred: Float64Array, series: Float64Array): boolean {
  const variance = dot(centred, centred)
  return variance > leastShareVaried * dot(series, series) && dot(left, left) > leastShareLeft * variance
}

/**
 * Slope of y on x in y = constant + slope·x + covariates; NaN where x is a combination of the covariates.
 * @source Frisch & Waugh 1933: the slope is that of the residuals
 */
export function slopeOf(y: Float64Array, x: Float64Array, covariates: readonly Float64Array[]): number {
  const ownX = residualsOf(x, covariates),
    variance = dot(ownX, ownX)
  return variance > 0 ? dot(residualsOf(y, covariates), ownX) / variance : NaN
}
