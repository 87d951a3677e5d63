import type { AdamInstruction } from './adam.ts'
import type { AffineBiasGradientInstruction, AffineInstruction, AffineWeightGradientInstruction } from './affine.ts'
import type { AttendAdjointInstruction, AttendInstruction } from './attend.ts'
import type { BlendAdjointInstruction, BlendInstruction } from './blend.ts'
import type { ClipInstruction } from './clip.ts'
import type { DivergenceAdjointInstruction, DivergenceInstruction } from './divergence.ts'
import type { EdgeLossInstruction } from './edge-loss.ts'
import type { FillInstruction } from './fill.ts'
import type { GateAdjointInstruction, GateInstruction } from './gate.ts'
import type { GaussianAdjointInstruction, GaussianInstruction } from './gaussian.ts'
import type { MultiplyInstruction } from './multiply.ts'
import type { PropagateInstruction } from './propagate.ts'
import type { ReadoutAdjointInstruction, ReadoutInstruction } from './readout.ts'
import type { RectifyInstruction } from './rectify.ts'
import type { RepeatAdjointInstruction, RepeatInstruction } from './repeat.ts'
import type { SoftplusAdjointInstruction, SoftplusInstruction } from './softplus.ts'

/** Every instruction an engine must have a kernel for. */
export type AnyInstruction =
  | AdamInstruction
  | AffineInstruction
  | AffineBiasGradientInstruction
  | AffineWeightGradientInstruction
  | AttendInstruction
  | AttendAdjointInstruction
  | BlendInstruction
  | BlendAdjointInstruction
  | ClipInstruction
  | DivergenceInstruction
  | DivergenceAdjointInstruction
  | EdgeLossInstruction
  | FillInstruction
  | GateInstruction
  | GateAdjointInstruction
  | GaussianInstruction
  | GaussianAdjointInstruction
  | MultiplyInstruction
  | PropagateInstruction
  | ReadoutInstruction
  | ReadoutAdjointInstruction
  | RectifyInstruction
  | RepeatInstruction
  | RepeatAdjointInstruction
  | SoftplusInstruction
  | SoftplusAdjointInstruction
