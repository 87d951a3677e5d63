import { useI18n } from 'vue-i18n'
import type { FigureFormat, FigureSpec } from '../../shared/domain/figure.ts'
import { problemOf } from '../stores/ask.ts'
import { useFigures } from '../stores/figures.ts'
import { useToasts } from '../stores/toasts.ts'
import { download } from './download.ts'

/** Saves a figure as a file, in the width and resolution last chosen under Figures. */
export function useSaveFigure(): (spec: FigureSpec, format: FigureFormat) => Promise<void> {
  const figures = useFigures(),
    toasts = useToasts()
  const { t } = useI18n()
  return async (spec, format) => {
    try {
      const file = await figures.draw(spec, format)
      download(file)
      toasts.say(t('figures.saved', { file: file.fileName }))
    } catch (problem) {
      const { message, hint } = problemOf(problem)
      toasts.say(`${message} ${hint}`)
    }
  }
}
