import { uniformSequence } from '../../../shared/domain/random.ts'
import type { Stretch } from '../../engine/operations/clip.ts'
import type { Part, View } from '../../engine/program.ts'

/** A parameter and how it begins: within ±√(6/(rows + columns)), normal with SD 0.02 (as in BERT), or one number. */
export type Shape = { name: string; rowCount: number; columnCount: number; start: 'glorot' | 'normal' | number }

/** Parameters with their places in a flat array, in the order given. */
export type Weights = {
  readonly count: number
  readonly parts: readonly Part[]
  /** a parameter's view in the flat tensor */
  readonly viewIn: (flat: View) => (name: string) => View
  /** from the stream `init` */
  readonly start: (seed: number) => Float32Array
  /** places of those whose names end so: `.W` for matrices */
  readonly stretchesOf: (ending: string) => Stretch[]
}

/** A dense layer: W [in, out] and b [1, out]. */
export const denseShapes = (name: string, inCount: number, outCount: number, start: Shape['start'] = 'glorot'): Shape[] => [
  { name: `${name}.W`, rowCount: inCount, columnCount: outCount, start },
  { name: `${name}.b`, rowCount: 1, columnCount: outCount, start: 0 },
]

/** An LSTM's four gates side by side. */
export const lstmShapes = (name: string, inCount: number, unitCount: number, hasBefore = true): Shape[] => [
  { name: `${name}.input.W`, rowCount: inCount, columnCount: 4 * unitCount, start: 'glorot' },
  ...(hasBefore ? [{ name: `${name}.hidden.W`, rowCount: unitCount, columnCount: 4 * unitCount, start: 'glorot' } as const] : []),
  { name: `${name}.b`, rowCount: 1, columnCount: 4 * unitCount, start: 0 },
]

/** Lays parameters out one behind the other. */
export function layOutWeights(shapes: readonly Shape[]): Weights {
  const places = new Map<string, Shape & { offset: number }>()
  let count = 0
  for (const shape of shapes) {
    places.set(shape.name, { ...shape, offset: count })
    count += shape.rowCount * shape.columnCount
  }
  return {
    count,
    parts: [...places.values()],
    viewIn: (flat) => (name) => {
      const { offset, rowCount, columnCount } = places.get(name)!
      return { tensor: flat.tensor, offset, rowCount, columnCount, stride: columnCount }
    },
    start: (seed) => startOf([...places.values()], count, seed),
    stretchesOf: (ending) =>
      [...places.values()]
        .filter(({ name }) => name.endsWith(ending))
        .map(({ offset, rowCount, columnCount }) => [offset, offset + rowCount * columnCount]),
  }
}

function startOf(places: readonly (Shape & { offset: number })[], count: number, seed: number): Float32Array {
  const draw = uniformSequence(seed, 'init'),
    values = new Float32Array(count)
  for (const { offset, rowCount, columnCount, start } of places) {
    const limit = Math.sqrt(6 / (rowCount + columnCount))
    for (let at = offset; at < offset + rowCount * columnCount; at++) {
      if (start === 'glorot') values[at] = (2 * draw() - 1) * limit
      else if (start === 'normal') values[at] = 0.02 * Math.sqrt(-2 * Math.log(draw())) * Math.cos(2 * Math.PI * draw())
      else values[at] = start
    }
  }
  return values
}
