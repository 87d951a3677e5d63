import { useI18n } from 'vue-i18n'
import { useFormat } from './use-format.ts'

/** Events by kind in a person's words; a file's own word stays. */
export function useEventNames(): { nameOf: (name: string) => string; counts: (counts: Readonly<Record<string, number>>) => string } {
  const { t, te } = useI18n()
  const format = useFormat()
  const nameOf = (name: string): string => (te(`events.kind.${name}`) ? t(`events.kind.${name}`) : name)
  return {
    nameOf,
    counts: (counts) =>
      Object.entries(counts)
        .toSorted(([, a], [, b]) => b - a)
        .map(([name, count]) =>
          t(te(`events.kind.${name}`) ? 'events.counted' : 'events.countedWord', { count: format.count(count), name: nameOf(name) }),
        )
        .join(t('events.separator')),
  }
}
