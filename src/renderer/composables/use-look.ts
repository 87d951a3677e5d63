import { computed, type ComputedRef, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Look } from '../../shared/charts/look.ts'
import { useTheme } from './use-theme.ts'

/** How charts look on this screen: the page's tokens, its language and the size of the chart's box. */
export function useLook(size: Readonly<Ref<Look['size']>>): ComputedRef<Look> {
  const { t, locale } = useI18n()
  const theme = useTheme()
  return computed(() => {
    // Tokens are read from the document: once more whenever the theme changed.
    const ground = theme.value
    const tokens = getComputedStyle(document.documentElement)
    const token = (name: string): string => tokens.getPropertyValue(name).trim()
    void locale.value
    return {
      size: size.value,
      medium: 'screen',
      ground,
      colours: {
        text: token('--text'),
        secondary: token('--text-soft'),
        axis: token('--control-edge'),
        grid: token('--grid'),
        background: token('--ground'),
        accent: token('--accent'),
        context: token('--hairline'),
      },
      fontFamily: token('--font'),
      textPx: 12,
      linePx: 1,
      translate: (key, values = {}) => t(key, values),
    }
  })
}
