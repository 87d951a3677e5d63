import { computed, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { isSignal } from '../../shared/domain/inspection.ts'
import { wrongNames } from '../../shared/domain/layout-draft.ts'
import { useImport } from '../stores/import.ts'
import { useProjects } from '../stores/projects.ts'

const stepKeys = ['files', 'format', 'names', 'array', 'events', 'check', 'run'] as const

/** Where the wizard stands: which step, how far one can go, and whether anything is still to be answered. */
export function useImportSteps() {
  const { t } = useI18n()
  const draft = useImport(),
    projects = useProjects()
  const steps = computed(() => stepKeys.map((key) => t(`import.step.${key}`)))
  const stepKey = computed(() => stepKeys[draft.step] ?? 'files')
  const needsProject = computed(() => projects.current === null)

  /** the reading's fields hold what they show */
  const areSettingsValid = ref(true)
  watch(stepKey, () => {
    areSettingsValid.value = true
  })

  const isReadable = computed(() => draft.inspection !== null && !draft.isReading && draft.problem === null && isSignal(draft.inspection))
  const areNamesGiven = computed(
    () =>
      draft.words.name.trim() !== '' &&
      draft.inspection?.needs.length === 0 &&
      areSettingsValid.value &&
      (!needsProject.value || draft.projectName.trim() !== ''),
  )
  const areRegionsNamed = computed(() => draft.layout === null || wrongNames(draft.layout).length === 0)
  const canGoOn = computed(
    () => isReadable.value && (stepKey.value !== 'names' || areNamesGiven.value) && (stepKey.value !== 'array' || areRegionsNamed.value),
  )
  /** steps behind the next one open as soon as there is something to show in them */
  const openUntil = computed(() => {
    if (draft.jobId !== null) return 0
    if (draft.inspection === null) return 1
    return canGoOn.value ? Math.min(stepKeys.length - 1, Math.max(draft.step + 2, draft.reached + 1)) : draft.step + 1
  })
  /** Nothing is left to be answered: it can be imported from any step; where there is something to know, the check page comes first. */
  const isComplete = computed(() => canGoOn.value && stepKey.value !== 'check' && areNamesGiven.value && areRegionsNamed.value)

  return {
    steps,
    stepKey,
    needsProject,
    areSettingsValid,
    canGoOn,
    openUntil,
    isComplete,
    checkStep: stepKeys.indexOf('check'),
    runStep: stepKeys.indexOf('run'),
  }
}
