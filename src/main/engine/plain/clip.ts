import type { ClipInstruction } from '../operations/clip.ts'
import { doublesOf, floatsOf, type Kernel } from './memory.ts'

export const clip: Kernel<ClipInstruction> = ({ to: { gradients, norm }, stretches, limit }, memory) => {
  const ds = floatsOf(memory, gradients)
  let squares = 0
  for (const [first, end] of stretches) for (let at = first; at < end; at++) squares += ds[at]! * ds[at]!
  const length = Math.sqrt(squares),
    factor = limit === null ? 1 : limit / (length + 1e-12)
  doublesOf(memory, norm)[norm.offset] = length
  if (factor < 1) for (const [first, end] of stretches) for (let at = first; at < end; at++) ds[at]! *= factor
}
