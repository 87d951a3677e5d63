import { expect, test } from 'vitest'
import { guessFromName } from '../../../src/shared/domain/name-guess.ts'
import { isoDateOf } from '../../../src/shared/domain/written-date.ts'

test.each([
  ['Maccione2014_P11_14May12_spont_day1_1_SpkTs_12.h5', '2012-05-14', 'spontaneous'],
  ['Stafford2009_WT_37C_Dorsal_2008-02-08-0.h5', '2008-02-08', ''],
  ['Hennig2011_spikes_P5_Bic_10uM_16_Mar_2010_bic_day2.h5', '2010-03-16', 'bicuculline'],
  // the name has both words: nobody knows which
  ['Hennig2011_spikes_P5_Bic_10uM_16_Mar_2010_control_day1.h5', '2010-03-16', ''],
  ['703548_2024-03-01_08-51-32.nwb', '2024-03-01', ''],
  ['culture 7 DIV14 20230405.csv', '2023-04-05', 'DIV 14'],
  ['A8604-211122.nwb', '', ''],
  ['restored_basement_20231399.csv', '', ''],
])('%s was recorded on “%s” under “%s”', (name, recordedOn, condition) => {
  expect(guessFromName(name)).toEqual({ recordedOn, condition })
})

test.each([
  ['2012-05-14', '2012-05-14'],
  ['2012/5/14 09:30', '2012-05-14'],
  ['14.5.2012', '2012-05-14'],
  ['5/14/2012', '2012-05-14'],
  ['14/05/12', '2012-05-14'],
  ['14-May-12', '2012-05-14'],
  ['14. Mai 2012', '2012-05-14'],
  ['May 14, 2012', '2012-05-14'],
  ['2012年5月14日', '2012-05-14'],
  ['41043', '2012-05-14'],
  ['31.02.2012', null],
  ['juin', null],
  ['Tuesday', null],
  ['', null],
])('a spreadsheet’s “%s” is the day %s', (text, day) => {
  expect(isoDateOf(text, true)).toBe(day)
})

test('a day that can be read in two ways is read in the order of the country', () => {
  expect([isoDateOf('4/5/2012', true), isoDateOf('4/5/2012', false)]).toEqual(['2012-05-04', '2012-04-05'])
  expect(isoDateOf('4.5.2012', false)).toBe('2012-05-04')
})
