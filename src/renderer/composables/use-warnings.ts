import { useI18n } from 'vue-i18n'
import type { ImportWarning } from '../../shared/domain/inspection.ts'
import { useFormat } from './use-format.ts'

/** Warnings of an import as sentences, their numbers as the page writes numbers. */
export function useWarnings(): (warning: ImportWarning) => string {
  const { t } = useI18n()
  const format = useFormat()
  return ({ code, details }) => {
    const words = Object.fromEntries(
      Object.entries(details).map(([name, value]) => [name, typeof value === 'number' ? format.number(value, 9) : value]),
    )
    return t(`warnings.${code}`, words, typeof details.count === 'number' ? details.count : 1)
  }
}
