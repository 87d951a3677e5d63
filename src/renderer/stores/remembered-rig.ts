import { ref, shallowRef, type Ref } from 'vue'
import type { ImportAnswers, Inspection } from '../../shared/domain/inspection.ts'
import type { DrawnLayout } from '../../shared/domain/layout-draft.ts'
import type { RememberedRig } from '../../shared/domain/project.ts'
import { ask, type Problem } from './ask.ts'
import { fittingAnswers, fittingRegions } from './remembered-answers.ts'

type Draft = {
  answers: Ref<ImportAnswers>
  inspection: Ref<Inspection | null>
  layout: Ref<DrawnLayout | null>
  problem: Ref<Problem | null>
  /** reads the files with the answers */
  look: () => Promise<void>
}

/** stands among the settings of `remembered` for the regions */
const regionsRemembered = 'regions'

/** Answers given for an earlier recording of the same format, offered to the one on its way. */
export function rememberedRig({ answers, inspection, layout, problem, look }: Draft) {
  /** until they are taken or passed over */
  const rig = shallowRef<RememberedRig | null>(null)
  /** settings whose answers are those of an earlier recording, until they are changed */
  const remembered = ref<string[]>([])

  /** Looks whether a recording of this format came in before. */
  async function recall(wanted: string): Promise<void> {
    rig.value = null
    const found = (await ask('import.remembered', { format: wanted }).catch(() => ({ rig: null }))).rig
    const isOfUse = found !== null && (Object.keys(found.set).length > 0 || found.regions.length > 0)
    if (isOfUse && inspection.value?.format === wanted && Object.keys(answers.value).length === 0) rig.value = found
  }

  /** Takes the earlier answers; regions go to the channels of the same names. Where the files cannot be read with them, none is taken. */
  async function useRemembered(): Promise<void> {
    const earlier = rig.value
    if (earlier === null) return
    rig.value = null
    answers.value = fittingAnswers(earlier.set, inspection.value?.settings ?? [])
    remembered.value = Object.keys(answers.value)
    await look()
    const refusal = problem.value
    if (refusal) {
      answers.value = {}
      remembered.value = []
      await look()
      problem.value ??= refusal
      return
    }
    if (layout.value !== null && layout.value.regions.length > 0) return
    const drawn = fittingRegions(earlier, inspection.value?.channelLabels ?? [])
    if (drawn === null) return
    remembered.value = [...remembered.value, regionsRemembered]
    layout.value = drawn
  }

  function passRemembered(): void {
    rig.value = null
  }

  function forget(): void {
    rig.value = null
    remembered.value = []
  }

  return { rig, remembered, recall, useRemembered, passRemembered, forget }
}
