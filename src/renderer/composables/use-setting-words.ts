import { useI18n } from 'vue-i18n'

/** Settings whose choices are names out of the file: a column called “channel” stays “channel”. */
const namesOfTheFile = /(Column|Variable)$|^(well|recording|stream|sheet|source)$/

/** An importer's settings and their values in the page's language. */
export function useSettingWords() {
  const { t, te } = useI18n()
  const labelOf = (setting: string): string => (te(`formats.settings.${setting}`) ? t(`formats.settings.${setting}`) : setting)
  const valueOf = (setting: string, value: string | number): string => {
    const isWord = (value === 'none' || !namesOfTheFile.test(setting)) && te(`formats.options.${value}`)
    return isWord ? t(`formats.options.${value}`) : String(value)
  }
  return { labelOf, valueOf }
}
