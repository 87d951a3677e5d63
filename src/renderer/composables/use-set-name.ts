import { useI18n } from 'vue-i18n'
import { counted } from '../../shared/locales/counted.ts'
import { useRecordings } from '../stores/recordings.ts'
import { useSnapshots } from '../stores/snapshots.ts'
import { useNames } from './use-names.ts'

/**
 * Snapshots' recipe in words, after their recording's name where there are several: "culture 7: 2 min every 1 min · …"; after
 * the number of subjects where all recordings cut alike were asked: "6 subjects: 2 min every 1 min · …".
 */
export function useSetName(): (setId: number, seedCount?: number, subjectCount?: number | null) => string {
  const { t } = useI18n()
  const names = useNames(),
    recordings = useRecordings(),
    snapshots = useSnapshots()
  return (setId, seedCount = 1, subjectCount = null) => {
    const set = snapshots.sets.find((known) => known.id === setId)
    if (!set) return ''
    const recipe = names.snapshotRecipe(set.recipe, seedCount)
    if (subjectCount !== null) return `${counted(t, 'subjects', subjectCount)}: ${recipe}`
    return recordings.list.length > 1 ? `${recordings.list.find(({ id }) => id === set.recordingId)?.name ?? ''}: ${recipe}` : recipe
  }
}
