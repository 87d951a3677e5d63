import { kernelNames } from './kernel-names.ts'
import { masks, scalars } from './fixed-part.ts'
import type { Layout } from './layout.ts'
import type { GraphStore } from './graphs.ts'
import type { Segment } from './schedule.ts'
import type { Step, Word } from './step.ts'

/** Where a run's scalars lie: a float64 each, in order of their first use. */
export type ScalarPlaces = Map<string, number>

/** Where things lie that are no tensors; scalars get their places when a step asks for them. */
export type Places = {
  readonly graphs: GraphStore
  readonly tilesAt: (input: string, matrix: number) => number
  readonly scalars: ScalarPlaces
}

const bits = new DataView(new ArrayBuffer(8))

function floatBits(value: number): number {
  bits.setFloat32(0, value, true)
  return bits.getInt32(0, true)
}

function doubleBits(value: number): [low: number, high: number] {
  bits.setFloat64(0, value, true)
  return [bits.getInt32(0, true), bits.getInt32(4, true)]
}

/** Segments as the words that kernels/walk.ts reads. */
export function encode(segments: readonly Segment[], { placeOf }: Layout, { graphs, tilesAt, scalars: places }: Places): number[] {
  const wordsOf = (word: Word): number[] => {
    if ('view' in word) return word.view === null ? [0, 0] : [placeOf(word.view).address, placeOf(word.view).stride]
    if ('at' in word) return [word.at === null ? 0 : placeOf(word.at).address]
    if ('int' in word) return [word.int]
    if ('float' in word) return [floatBits(word.float)]
    if ('double' in word) return doubleBits(word.double)
    if ('masks' in word) return [masks]
    if ('tilesOf' in word) return [tilesAt(word.tilesOf, word.matrix)]
    if ('part' in word) return [graphs.addressOf(word)]
    const known = places.get(word.scalar) ?? places.size
    places.set(word.scalar, known)
    return [scalars + 8 * known]
  }
  const instruction = ({ kernel, words }: Step): number[] => {
    const payload = words.flatMap(wordsOf)
    return [kernelNames.indexOf(kernel), payload.length, ...payload]
  }
  let owner = 0
  return segments.flatMap(({ groups }) => [
    groups.length,
    ...groups.flatMap(({ items, unit, block, isApart, steps }) => {
      const list = steps.flatMap(instruction),
        unitCount = Math.ceil(items / unit),
        goesRound = isApart || unitCount === 1
      const head = [items, unit, block, goesRound ? owner : -1, steps.length, 4 * list.length]
      if (goesRound) owner += unitCount
      return [...head, ...list]
    }),
  ])
}
