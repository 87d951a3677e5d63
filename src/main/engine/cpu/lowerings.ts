import { demand } from '../program.ts'
import type { AnyInstruction } from '../operations/instructions.ts'
import { attentionLowerings } from './attention-lowerings.ts'
import type { LoweringsOf } from './lower.ts'
import { lossLowerings } from './loss-lowerings.ts'
import { productLowerings } from './product-lowerings.ts'
import { recurrenceLowerings } from './recurrence-lowerings.ts'
import { rowLowerings } from './row-lowerings.ts'
import { dealt, writes } from './step.ts'
import { updateLowerings } from './update-lowerings.ts'

/** Every instruction in kernels; words are in the order of the kernels' comments. */
export const lowerings: LoweringsOf<AnyInstruction['op']> = {
  ...productLowerings,
  ...recurrenceLowerings,
  ...attentionLowerings,
  ...lossLowerings,
  ...updateLowerings,
  ...rowLowerings,

  fill: ({ to: { out }, value }, { step }) => {
    const perNumber = out.tensor.type === 'float64' ? 2 : 1
    demand(value === 0 || perNumber === 1, 'fill: float64 tensors are filled with 0 only')
    step({
      kernel: 'fill',
      ...dealt(out.rowCount),
      accesses: [writes(out)],
      words: [{ view: out }, { int: out.columnCount * perNumber }, { float: value }],
    })
  },
}
