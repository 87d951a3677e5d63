import { expect, test } from 'vitest'
import { kindOfWarning } from '../../../src/shared/domain/warning-kind.ts'
import en from '../../../src/shared/locales/en.json' with { type: 'json' }

test('a warning that says something is left out is told as left out, and no other', () => {
  const told = Object.entries(en.warnings).filter(([code]) => kindOfWarning(code) === 'leftOut')
  for (const [code, sentence] of told)
    expect(sentence, code).toMatch(/left out|not read|not used|not taken|not opened|cut to|could be taken|below 0/)
  const others = Object.entries(en.warnings).filter(
    ([code, sentence]) => kindOfWarning(code) !== 'leftOut' && /is left out|are left out/.test(sentence),
  )
  expect(others.map(([code]) => code)).toEqual([])
})
