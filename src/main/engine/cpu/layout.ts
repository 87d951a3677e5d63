import { bytesOf } from '../plan.ts'
import { firstFree } from './fixed-part.ts'
import { viewsOf, type Tensor, type View } from '../program.ts'
import { planMemory } from '../plan.ts'
import { asProgram, type Lowered } from './lower.ts'

/**
 * Where a view lies in the shared memory, in bytes: from `address` to `end`; its rows begin at `row` and are `stride` apart,
 * and of each it covers [firstByte, lastByte).
 */
export type Place = { address: number; end: number; row: number; stride: number; firstByte: number; lastByte: number }

/** Steps for which memory stays apart although its use is over: shared memory would ask for more barriers. */
const slack = 60

const up = (bytes: number): number => Math.ceil(bytes / 64) * 64

export type Layout = {
  /** byte address of every tensor that lies in the memory */
  readonly addresses: ReadonlyMap<Tensor, number>
  readonly placeOf: (view: View) => Place
  readonly end: number
}

/** Gives every tensor that steps use, and all that are read or written between runs, a place. */
export function layOut(lowered: Lowered): Layout {
  const program = asProgram(lowered),
    { offsets, arenaBytes } = planMemory(program, slack),
    addresses = new Map<Tensor, number>()
  let end = firstFree
  for (const [tensor, offset] of offsets) addresses.set(tensor, end + offset)
  end += up(arenaBytes)
  const used = new Set(
    [program.forward, program.backward, program.update]
      .flat()
      .flatMap(({ from, to }) => [...viewsOf(from), ...viewsOf(to)].map(({ tensor }) => tensor)),
  )
  for (const tensor of lowered.tensors) {
    const isPlaced = tensor.role === 'parameter' || tensor.role === 'kept' || (tensor.role === 'input' && used.has(tensor))
    if (!isPlaced) continue
    addresses.set(tensor, end)
    end += up(tensor.length * bytesOf[tensor.type])
  }
  const placeOf = ({ tensor, offset, rowCount, columnCount, stride }: View): Place => {
    const start = addresses.get(tensor)
    if (start === undefined) throw new Error(`program: ${tensor.name} has no memory`)
    const size = bytesOf[tensor.type],
      column = offset % stride,
      row = start + (offset - column) * size
    return {
      address: start + offset * size,
      end: start + (offset + (rowCount - 1) * stride + columnCount) * size,
      row,
      stride: stride * size,
      firstByte: column * size,
      lastByte: (column + columnCount) * size,
    }
  }
  return { addresses, placeOf, end }
}
