import type { RectifyInstruction } from '../operations/rectify.ts'
import type { Kernel } from './memory.ts'

export const rectify: Kernel<RectifyInstruction> = ({ from: { out, dOut }, to }, { tf, get, set }) => {
  const d = get(dOut)
  set(to.dOut, tf.where(tf.greater(get(out), 0), d, tf.zerosLike(d)))
}
