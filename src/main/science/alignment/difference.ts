/** Sums of products of float32 vectors, taken in float64, agree to far better than this. */
const rounding = 1e-9

/**
 * a − b, and 0 where the two differ by rounding alone: ranks would make an order of it, and correlate it with performance.
 */
export const difference = (a: number, b: number): number => (Math.abs(a - b) <= rounding * Math.max(Math.abs(a), Math.abs(b)) ? 0 : a - b)

/** Whether what is left of a length is rounding of numbers of that size. */
export const isRounding = (length: number, size: number): boolean => length <= rounding * size
