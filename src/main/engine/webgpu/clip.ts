import type { ClipInstruction, Stretch } from '../operations/clip.ts'
import type { Kernel } from './memory.ts'
import { columnSums, elementwise } from './shader.ts'

/** Stretches that touch become one. */
export function joinStretches(stretches: readonly Stretch[]): Stretch[] {
  const joined: [number, number][] = []
  for (const [first, end] of stretches.toSorted((a, b) => a[0] - b[0])) {
    const last = joined.at(-1)
    if (last?.[1] === first) last[1] = end
    else joined.push([first, end])
  }
  return joined
}

/** The sum of squares of each stretch, then norm and factor, then the scaling. */
export const clip: Kernel<ClipInstruction> = ({ to: { gradients, norm }, stretches, limit }, memory) => {
  const joined = joinStretches(stretches),
    sums = memory.scratch(1, joined.length),
    factor = memory.scratch(1, 1)
  const squares = joined.flatMap(([first, end], stretch) =>
    columnSums(
      { rowCount: end - first, columnCount: 1 },
      {
        body: 'let d = of_gradients(0u, p.first + row); sum += d * d;',
        finish: 'scratch[at_sums(0u, p.stretch)] = total;',
      },
      memory,
      { views: { gradients, sums }, counts: { first, stretch } },
    ),
  )
  const length = elementwise(
    { rowCount: 1, columnCount: 1 },
    `var sum = 0.0;
  for (var stretch = 0u; stretch < p.sums_columns; stretch++) { sum += of_sums(0u, stretch); }
  let size = sqrt(sum);
  numbers[at_norm(0u, 0u)] = size;
  scratch[at_factor(0u, 0u)] = ${limit === null ? '1.0' : 'min(1.0, p.limit / (size + 1e-12))'};`,
    {
      views: { sums, norm, factor },
      floats: { limit: limit ?? 0 },
    },
  )
  const scaling =
    limit === null
      ? []
      : joined.map(([first, end]) =>
          elementwise({ rowCount: 1, columnCount: end - first }, 'numbers[at_gradients(0u, p.first + column)] *= of_factor(0u, 0u);', {
            views: { gradients, factor },
            counts: { first },
          }),
        )
  return [...squares, length, ...scaling]
}
