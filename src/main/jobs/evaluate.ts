import type { EvaluationFindings } from '../../shared/domain/evaluation.ts'
import { evaluateChannels } from './evaluation/channels.ts'
import { evaluateClusters } from './evaluation/clusters.ts'
import type { EvaluateInput } from './evaluation/input.ts'
import { evaluateLinks } from './evaluation/links.ts'
import { emptyRow } from './evaluation/rows.ts'
import { evaluateStates } from './evaluation/states.ts'
import type { Interrupt, StepNotice } from './step.ts'

const tasks = { states: evaluateStates, channels: evaluateChannels, links: evaluateLinks, clusters: evaluateClusters } as const

/**
 * Asks every model the recipe's question, and beside it the simple ones, the commonest class and the controls. Models that
 * cannot be asked stand last, with why.
 * @throws evaluations/one-subject, evaluations/windows-overlap, evaluations/split-leaks, evaluations/sides-disagree
 * @source model spec 6
 */
export async function* evaluate(input: EvaluateInput, interrupt: Interrupt): AsyncGenerator<StepNotice, EvaluationFindings> {
  const findings = yield* tasks[input.recipe.task](input, interrupt)
  if (findings.reason !== null) return findings
  const absent = input.absent.map(({ name, kind, reason }) => emptyRow({ name, kind, seeds: [], trained: null }, null, reason))
  return { ...findings, rows: [...findings.rows, ...absent] }
}
