import type { EvaluationFindings } from '../../shared/domain/evaluation.ts'
import { evaluateChannels } from './evaluation/channels.ts'
import { evaluateClusters } from './evaluation/clusters.ts'
import type { EvaluateInput } from './evaluation/input.ts'
import { evaluateLinks } from './evaluation/links.ts'
import { evaluateStates } from './evaluation/states.ts'
import type { Interrupt, StepNotice } from './step.ts'

const tasks = { states: evaluateStates, channels: evaluateChannels, links: evaluateLinks, clusters: evaluateClusters } as const

/**
 * Asks every model the recipe's question, and beside it the simple ones, the commonest class and the controls.
 * @throws evaluations/one-subject, evaluations/windows-overlap, evaluations/split-leaks, evaluations/sides-disagree
 * @source model spec 6
 */
export function evaluate(input: EvaluateInput, interrupt: Interrupt): AsyncGenerator<StepNotice, EvaluationFindings> {
  return tasks[input.recipe.task](input, interrupt)
}
