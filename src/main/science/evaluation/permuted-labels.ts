import type { Draw } from '../draws.ts'
import { shuffled, type SplitWindow } from './splits.ts'

/**
 * Labels dealt out anew in blocks, within each recording: neighbouring windows keep their labels together, so that a slow
 * label stays slow. Blocks are the groups where windows have one, else runs of `blockLength` labelled windows; the series is
 * turned by a random amount first, so that blocks begin anywhere.
 * @param labels −1 without one: such windows stay as they are
 * @param blockLength at least the number of windows that share samples
 * @source model spec 6.6
 */
export function permutedLabels(
  labels: Int32Array,
  windows: readonly Pick<SplitWindow, 'recording' | 'group'>[],
  blockLength: number,
  uniform: Draw,
): Int32Array {
  const permuted = Int32Array.from(labels)
  for (const recording of new Set(windows.map((window) => window.recording))) {
    const own = [...windows.keys()].filter((k) => windows[k]!.recording === recording && labels[k]! >= 0)
    const turn = own.some((k) => windows[k]!.group !== null) ? 0 : Math.floor(uniform() * own.length)
    const turned = own.map((_, place) => own[(place + turn) % own.length]!)
    const blocks: number[][] = []
    for (const k of turned) {
      const last = blocks.at(-1),
        { group } = windows[k]!
      const joins = last && (group === null ? last.length < blockLength : windows[last[0]!]!.group === group)
      if (joins) last.push(k)
      else blocks.push([k])
    }
    const dealt = Array.from(shuffled(blocks.length, uniform)).flatMap((block) => blocks[block]!)
    own.forEach((k, place) => {
      permuted[k] = labels[dealt[place]!]!
    })
  }
  return permuted
}
