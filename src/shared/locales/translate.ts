import { createCoreContext, compile, registerMessageCompiler, resolveValue, translate, type CoreContext } from '@intlify/core-base'
import en from './en.json' with { type: 'json' }
import zh from './zh.json' with { type: 'json' }

export const languages = ['en', 'zh'] as const
export type Language = (typeof languages)[number]
export const locales = { en, zh }

/** Gives the sentence of a locale key with its values filled in. */
export type Translate = (key: string, values?: Record<string, unknown>) => string

registerMessageCompiler(compile)

/**
 * Sentences of one language for code outside the page: the host, the command line, exported figures.
 * A key without a sentence comes back as itself, so that a gap is seen.
 */
export function translator(language: Language): Translate {
  const context = createCoreContext({
    locale: language,
    fallbackLocale: 'en',
    messages: locales,
    messageResolver: resolveValue,
    warnHtmlMessage: false,
    missingWarn: false,
    fallbackWarn: false,
  }) as unknown as CoreContext
  return (key, values = {}) => String(translate(context, key, values))
}
