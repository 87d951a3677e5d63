import { expect, test } from 'vitest'
import { paragraph } from '../../../src/shared/locales/paragraph.ts'

test('sentences are parted by a space where the script has one', () => {
  expect(paragraph(['One.', '', 'Two.'])).toBe('One. Two.')
  expect(paragraph(['第一句。', '第二句。'])).toBe('第一句。第二句。')
  expect(paragraph([])).toBe('')
})
