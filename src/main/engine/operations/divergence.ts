import { demand, type Instruction, type View } from '../program.ts'
import type { Recorder } from '../recorder.ts'

type Gaussians = { readonly mean: View; readonly std: View; readonly priorMean: View; readonly priorStd: View }

export type DivergenceInstruction = Instruction & {
  readonly op: 'divergence'
  readonly from: Gaussians
  readonly to: { readonly sum: View }
  readonly epsilon: number
}
export type DivergenceAdjointInstruction = Instruction & {
  readonly op: 'divergenceAdjoint'
  readonly from: Gaussians
  readonly to: { readonly [Name in keyof Gaussians as `d${Capitalize<Name>}`]: View | null }
  readonly epsilon: number
  /** the run's scalar that the term is multiplied with in the loss */
  readonly weight: string
}

/**
 * The KL term of one snapshot over n rows: (1/2n)(1/n) Σ [2 log(σ′/σ) + (σ² + (μ − μ′)²)/σ′² − 1].
 * @param gaussians four views [n, latent]; `epsilon` is added to both standard deviations
 * @param sum written: one float64; the loss holds it times the scalar named `weight`
 * @source model spec 2.2
 */
export function divergence(recorder: Recorder, gaussians: Gaussians, sum: View, settings: { epsilon: number; weight: string }): void {
  const { mean, std, priorMean, priorStd } = gaussians,
    { epsilon, weight } = settings
  for (const view of [std, priorMean, priorStd]) {
    demand(view.rowCount === mean.rowCount && view.columnCount === mean.columnCount, 'divergence: shapes differ')
  }
  recorder.record<DivergenceInstruction>({ op: 'divergence', from: gaussians, to: { sum }, epsilon })
  recorder.adjoint(() => {
    const to = {
      dMean: recorder.gradient(mean),
      dStd: recorder.gradient(std),
      dPriorMean: recorder.gradient(priorMean),
      dPriorStd: recorder.gradient(priorStd),
    }
    recorder.record<DivergenceAdjointInstruction>({ op: 'divergenceAdjoint', from: gaussians, to, epsilon, weight })
  })
}
