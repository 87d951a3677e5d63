/** A closed line on the array: corners in µm, or in any other unit as long as the points have the same. */
export type Polygon = readonly (readonly [number, number])[]

/**
 * Whether a point lies inside, by the even-odd rule: where the line crosses itself, twice inside is outside.
 * A point on the line may count either way.
 */
export function isInside(polygon: Polygon, x: number, y: number): boolean {
  let inside = false
  let [fromX, fromY] = polygon.at(-1) ?? [NaN, NaN]
  for (const [toX, toY] of polygon) {
    const crosses = fromY > y !== toY > y && x < fromX + ((y - fromY) / (toY - fromY)) * (toX - fromX)
    if (crosses) inside = !inside
    fromX = toX
    fromY = toY
  }
  return inside
}

/**
 * Channels inside a line drawn on the array.
 * @param positionsUm [channels, 2]; a channel without position (NaN) is never inside
 * @returns channel indices, ascending
 */
export function channelsInside(polygon: Polygon, positionsUm: Float64Array): number[] {
  const inside: number[] = []
  for (let channel = 0; channel < positionsUm.length / 2; channel++) {
    if (isInside(polygon, positionsUm[2 * channel]!, positionsUm[2 * channel + 1]!)) inside.push(channel)
  }
  return inside
}

/** The rectangle between two opposite corners. */
export const rectangle = ([x1, y1]: readonly [number, number], [x2, y2]: readonly [number, number]): Polygon => [
  [x1, y1],
  [x2, y1],
  [x2, y2],
  [x1, y2],
]
