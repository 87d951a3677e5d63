import { demand, type Instruction, type View } from '../program.ts'
import type { Recorder } from '../recorder.ts'

/**
 * Noise is never stored: each number is drawn where it is needed, from the run's scalars `seed` and `epoch`, the snapshot,
 * and the element's row and column (model spec 2.4). With scalar `noiseScale` 0 there is none. A noise view is taken as it is.
 */
export type GaussianInstruction = Instruction & {
  readonly op: 'gaussian'
  readonly from: { readonly mean: View; readonly std: View; readonly noise: View | null }
  readonly to: { readonly out: View }
  readonly snapshot: number
}
export type GaussianAdjointInstruction = Instruction & {
  readonly op: 'gaussianAdjoint'
  readonly from: { readonly dOut: View; readonly noise: View | null }
  readonly to: { readonly dMean: View | null; readonly dStd: View | null }
  readonly snapshot: number
}

/** out = mean + ε ⊙ std, ε ~ N(0, I); all [vertices, latent]. */
export function gaussian(
  recorder: Recorder,
  { mean, std, noise }: { mean: View; std: View; noise: View | null },
  out: View,
  snapshot: number,
): void {
  for (const view of [std, out, noise ?? out]) {
    demand(view.rowCount === mean.rowCount && view.columnCount === mean.columnCount, 'gaussian: shapes differ')
  }
  recorder.record<GaussianInstruction>({ op: 'gaussian', from: { mean, std, noise }, to: { out }, snapshot })
  recorder.adjoint(() => {
    const dOut = recorder.gradient(out)
    if (dOut === null) return
    const to = { dMean: recorder.gradient(mean), dStd: recorder.gradient(std) }
    recorder.record<GaussianAdjointInstruction>({ op: 'gaussianAdjoint', from: { dOut, noise }, to, snapshot })
  })
}
