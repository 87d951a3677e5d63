import { sections, viewsOf, type Program, type Tensor, type TensorType } from './program.ts'

export const bytesOf: Readonly<Record<TensorType, number>> = { float64: 8, float32: 4, uint32: 4, uint16: 2 }

/** Where each tensor of role `value` lies in the shared arena, in bytes, and how large the arena is. */
export type MemoryPlan = { readonly offsets: ReadonlyMap<Tensor, number>; readonly arenaBytes: number }

type Lifetime = { tensor: Tensor; first: number; last: number }

function lifetimesOf(program: Program, slack: number): Lifetime[] {
  const lifetimes = new Map<Tensor, Lifetime>()
  sections
    .flatMap((section) => program[section])
    .forEach((instruction, index) => {
      for (const { tensor } of [...viewsOf(instruction.to), ...viewsOf(instruction.from)]) {
        const known = lifetimes.get(tensor)
        if (known !== undefined) known.last = index
        else if (tensor.role === 'value') lifetimes.set(tensor, { tensor, first: index, last: index })
      }
    })
  return [...lifetimes.values()].map(({ tensor, first, last }) => ({ tensor, first: first - slack, last: last + slack }))
}

/**
 * Gives tensors whose lifetimes do not meet the same memory. Larger tensors are placed first, each at the lowest place
 * where nothing alive at the same time lies. Offsets are multiples of 64 bytes.
 * @param slack instructions by which each lifetime is longer than need be, for engines that change their order
 */
export function planMemory(program: Program, slack = 0): MemoryPlan {
  const offsets = new Map<Tensor, number>(),
    placed: (Lifetime & { start: number; end: number })[] = []
  let arenaBytes = 0
  for (const lifetime of lifetimesOf(program, slack).toSorted((a, b) => b.tensor.length - a.tensor.length || a.first - b.first)) {
    const bytes = Math.ceil((lifetime.tensor.length * bytesOf[lifetime.tensor.type]) / 64) * 64
    let start = 0
    for (const other of placed) {
      if (other.first > lifetime.last || other.last < lifetime.first) continue
      if (other.start >= start + bytes) break
      start = Math.max(start, other.end)
    }
    const end = start + bytes,
      index = placed.findIndex((other) => other.start > start)
    placed.splice(index < 0 ? placed.length : index, 0, { ...lifetime, start, end })
    offsets.set(lifetime.tensor, start)
    arenaBytes = Math.max(arenaBytes, end)
  }
  return { offsets, arenaBytes }
}

/** Memory a program takes when it runs: the planned arena and every tensor outside it, in bytes. */
export function bytesNeeded(program: Program): number {
  const outside = program.tensors.filter((tensor) => tensor.role !== 'value')
  return outside.reduce((sum, tensor) => sum + tensor.length * bytesOf[tensor.type], planMemory(program).arenaBytes)
}
