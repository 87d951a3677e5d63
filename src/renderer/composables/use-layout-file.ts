import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import type { RouteOutput } from '../../shared/contract/contract.ts'
import { saysPlaces } from '../../shared/domain/layout-draft.ts'
import type { ImportAnswers } from '../../shared/domain/inspection.ts'
import { ask, place, problemOf, type Problem } from '../stores/ask.ts'

type Looked = RouteOutput<'layouts.look'>

export type LayoutFileChoice = {
  looked: ShallowRef<Looked | null>
  /** the dialog of columns is open */
  isOpen: Ref<boolean>
  busy: Ref<boolean>
  pick: (file: File) => Promise<void>
  answer: (setting: string, value: string) => Promise<void>
  confirm: () => Promise<void>
}

/**
 * A layout file on its way: read at once where its columns are known, else after the person said which is which.
 * @param read takes the file's path on the host and the answers; may be called again with others
 */
export function useLayoutFile(read: (path: string, set: ImportAnswers) => Promise<void>, problem: Ref<Problem | null>): LayoutFileChoice {
  const looked = shallowRef<Looked | null>(null)
  const isOpen = ref(false)
  const busy = ref(false)
  let answers: ImportAnswers = {}
  let path = ''

  async function attempt(action: () => Promise<void>): Promise<void> {
    problem.value = null
    busy.value = true
    try {
      await action()
    } catch (failure) {
      problem.value = problemOf(failure)
    }
    busy.value = false
  }

  const look = async (): Promise<void> => {
    looked.value = await ask('layouts.look', { file: path, set: answers })
  }

  return {
    looked,
    isOpen,
    busy,
    pick: (file) =>
      attempt(async () => {
        answers = {}
        path = await place(file)
        await look()
        isOpen.value = !saysPlaces(looked.value?.settings ?? [])
        if (!isOpen.value) await read(path, answers)
      }),
    answer: (setting, value) =>
      attempt(async () => {
        answers = { ...answers, [setting]: value }
        await look()
      }),
    confirm: () =>
      attempt(async () => {
        if (!looked.value) return
        // Everything as shown, so that the file is known as a layout wherever it is read again.
        await read(path, Object.fromEntries(looked.value.settings.flatMap(({ name, value }) => (value === null ? [] : [[name, value]]))))
        isOpen.value = problem.value !== null
      }),
  }
}
