import { expect, test } from 'vitest'
import { errorTable } from '../../../src/shared/contract/errors.ts'
import { counted, type Countable } from '../../../src/shared/locales/counted.ts'
import { locales, translator } from '../../../src/shared/locales/translate.ts'

const flat = (tree: object, path = ''): [string, string][] =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[path + key, value] as [string, string]] : flat(value as object, `${path}${key}.`),
  )
const placeholders = (text: string): string[] =>
  [...new Set([...text.replace(/\{'[^']*'\}/g, '').matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? ''))].sort()

test('English and Chinese have the same sentences with the same values in them', () => {
  const en = new Map(flat(locales.en)),
    zh = new Map(flat(locales.zh))
  expect([...zh.keys()].sort()).toEqual([...en.keys()].sort())
  const different = [...en]
    .filter(([key, text]) => placeholders(text).join() !== placeholders(zh.get(key) ?? '').join())
    .map(([key]) => key)
  expect(different).toEqual([])
})

test('every error has a sentence and a hint, and no value in them that the error lacks', () => {
  const en: Record<string, { message: string; hint: string }> = locales.en.errors
  for (const [code, { details }] of Object.entries(errorTable)) {
    expect(en[code], code).toBeDefined()
    const known = Object.keys(details.shape)
    for (const text of [en[code]?.message ?? '', en[code]?.hint ?? '']) {
      expect(text, code).not.toBe('')
      expect(
        placeholders(text).filter((name) => !known.includes(name)),
        code,
      ).toEqual([])
    }
  }
})

test('every sentence can be put into words in both languages', () => {
  for (const language of ['en', 'zh'] as const) {
    const translate = translator(language)
    for (const [key, text] of flat(locales[language])) {
      const values = Object.fromEntries(placeholders(text).map((name) => [name, '7']))
      expect(translate(key, values), key).not.toBe(key)
    }
  }
})

test('one is counted in the singular, none and many in the plural, with thousands grouped', () => {
  const translate = translator('en')
  expect([0, 1, 2, 1240].map((count) => counted(translate, 'channels', count))).toEqual([
    '0 channels',
    '1 channel',
    '2 channels',
    '1,240 channels',
  ])
  for (const what of Object.keys(locales.en.counted) as Countable[])
    expect(counted(translate, what, 1), what).not.toBe(counted(translate, what, 2))
  expect(translate('warnings.channels-without-region', { count: 1, channels: 'B4' })).toBe(
    '1 channel is in no region: B4. It takes part in the graphs, but in no comparison of regions.',
  )
  expect(translate('warnings.channels-without-region', { count: 2, channels: 'B4, B5' })).toBe(
    '2 channels are in no region: B4, B5. They take part in the graphs, but in no comparison of regions.',
  )
})
