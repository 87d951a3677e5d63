import { createI18n } from 'vue-i18n'
import { languages, locales, type Language } from '../shared/locales/translate.ts'

export const i18n = createI18n({
  legacy: false,
  locale: 'en',
  fallbackLocale: 'en',
  messages: locales,
  missingWarn: false,
  fallbackWarn: false,
})

/** The language the page speaks now. */
export const currentLanguage = (): Language => (i18n.global.locale.value === 'zh' ? 'zh' : 'en')

/** @param language null: the system's where we speak it, else English */
export function setLanguage(language: Language | null): void {
  const spoken = language ?? languages.find((known) => navigator.language.startsWith(known)) ?? 'en'
  i18n.global.locale.value = spoken
  document.documentElement.lang = spoken === 'zh' ? 'zh-Hans' : spoken
}
