import { expect, test } from 'vitest'
import { pastedTable } from '../../../src/shared/domain/pasted-table.ts'

const about = {
  titles: { name: 'Name', subject: 'Subject', condition: 'Condition', recordedOn: 'Recorded on' },
  dayFirst: true,
  rowCount: 3,
}

test('columns of a spreadsheet go to the right of the cell that was pasted into, days as days', () => {
  expect(pastedTable('culture 1\tplay\t14.05.2012\r\nculture 2\trest\t15.05.2012\r\n', { ...about, from: 'subject' })).toEqual({
    rows: [
      { subject: 'culture 1', condition: 'play', recordedOn: '2012-05-14' },
      { subject: 'culture 2', condition: 'rest', recordedOn: '2012-05-15' },
    ],
    unread: [],
    beyond: 0,
  })
})

test('one column leaves the others alone, an empty cell empties', () => {
  expect(pastedTable('play\n\nrest\n', { ...about, from: 'condition' }).rows).toEqual([
    { condition: 'play' },
    { condition: '' },
    { condition: 'rest' },
  ])
})

test('a line of titles is no recording', () => {
  expect(pastedTable('Subject\tCondition\na\tb', { ...about, from: 'subject' }).rows).toEqual([{ subject: 'a', condition: 'b' }])
})

test('what has no row, and a day nobody can read, is told', () => {
  expect(pastedTable('a\tx\tsoon\nb\nc\nd\ne', { ...about, from: 'subject' })).toEqual({
    rows: [{ subject: 'a', condition: 'x' }, { subject: 'b' }, { subject: 'c' }],
    unread: ['soon'],
    beyond: 2,
  })
})

test('columns behind the last one are left out, quoted cells lose their quotes', () => {
  expect(pastedTable('"dish ""7"""\t2012-05-14\tmore\tand more', { ...about, from: 'condition' }).rows).toEqual([
    { condition: 'dish "7"', recordedOn: '2012-05-14' },
  ])
})
