import type { ModelRecipe } from '../../shared/domain/model-run.ts'

export type FamilySettings = Pick<ModelRecipe, 'model' | 'attention' | 'recurrence' | 'variation'>

/** What a member of TAVRNN's family is made of. */
export type Family = {
  /** the graph GRU carries a state from snapshot to snapshot; without it h = 0 */
  readonly recurrence: boolean
  /** h_t is mixed from several states; without it h_t = s_t */
  readonly attention: boolean
  /** z is a sample; without it z = μ, and there is no KL */
  readonly variation: boolean
  /** of the KL: from h_{t−1}, N(0, I), or none without variation */
  readonly prior: 'learned' | 'normal' | 'none'
}

/**
 * VGAE has no recurrence and the prior N(0, I), VGRNN no attention; TAVRNN is all of it, less what the recipe leaves out.
 * @source model spec 5
 */
export function familyOf({ model, attention, recurrence, variation }: FamilySettings): Family {
  const isRecurrent = recurrence && model !== 'vgae'
  return {
    recurrence: isRecurrent,
    attention: isRecurrent && attention && model !== 'vgrnn',
    variation,
    prior: !variation ? 'none' : model === 'vgae' ? 'normal' : 'learned',
  }
}
