import type { AdamInstruction } from './adam.ts'
import type { AffineBiasGradientInstruction, AffineInstruction, AffineWeightGradientInstruction } from './affine.ts'
import type { AttendAdjointInstruction, AttendInstruction } from './attend.ts'
import type { BlendAdjointInstruction, BlendInstruction } from './blend.ts'
import type { BlockProductInstruction } from './block-product.ts'
import type { ClipInstruction } from './clip.ts'
import type { CrossEntropyAdjointInstruction, CrossEntropyInstruction } from './cross-entropy.ts'
import type { DivergenceAdjointInstruction, DivergenceInstruction } from './divergence.ts'
import type { EdgeLossInstruction } from './edge-loss.ts'
import type { FillInstruction } from './fill.ts'
import type { GateAdjointInstruction, GateInstruction } from './gate.ts'
import type { GaussianAdjointInstruction, GaussianInstruction } from './gaussian.ts'
import type { GeluAdjointInstruction, GeluInstruction } from './gelu.ts'
import type { LookupAdjointInstruction, LookupInstruction } from './lookup.ts'
import type { MultiplyInstruction } from './multiply.ts'
import type { NesterovInstruction } from './nesterov.ts'
import type { NormaliseAdjointInstruction, NormaliseInstruction } from './normalise.ts'
import type { PenaliseInstruction } from './penalise.ts'
import type { PropagateInstruction } from './propagate.ts'
import type { ReadoutAdjointInstruction, ReadoutInstruction } from './readout.ts'
import type { RectifyInstruction } from './rectify.ts'
import type { RepeatAdjointInstruction, RepeatInstruction } from './repeat.ts'
import type { ScaleShiftAdjointInstruction, ScaleShiftInstruction } from './scale-shift.ts'
import type { SoftmaxAdjointInstruction, SoftmaxInstruction } from './softmax.ts'
import type { SoftplusAdjointInstruction, SoftplusInstruction } from './softplus.ts'
import type { SquaredErrorAdjointInstruction, SquaredErrorInstruction } from './squared-error.ts'

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
  | BlockProductInstruction
  | ClipInstruction
  | CrossEntropyInstruction
  | CrossEntropyAdjointInstruction
  | DivergenceInstruction
  | DivergenceAdjointInstruction
  | EdgeLossInstruction
  | FillInstruction
  | GateInstruction
  | GateAdjointInstruction
  | GaussianInstruction
  | GaussianAdjointInstruction
  | GeluInstruction
  | GeluAdjointInstruction
  | LookupInstruction
  | LookupAdjointInstruction
  | MultiplyInstruction
  | NesterovInstruction
  | NormaliseInstruction
  | NormaliseAdjointInstruction
  | PenaliseInstruction
  | PropagateInstruction
  | ReadoutInstruction
  | ReadoutAdjointInstruction
  | RectifyInstruction
  | RepeatInstruction
  | RepeatAdjointInstruction
  | ScaleShiftInstruction
  | ScaleShiftAdjointInstruction
  | SoftmaxInstruction
  | SoftmaxAdjointInstruction
  | SoftplusInstruction
  | SoftplusAdjointInstruction
  | SquaredErrorInstruction
  | SquaredErrorAdjointInstruction
