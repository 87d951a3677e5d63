import { expect, test } from 'vitest'
import { withMeaning, wordsIn } from '../../../src/shared/domain/behaviour.ts'

test('a word that gets another meaning leaves its old list, and the others stay', () => {
  const first = withMeaning({ hit: '1,2' }, { word: '2', meaning: 'miss' })
  expect(first).toMatchObject({ hit: '1', miss: '2', stimulus: null })
  expect(withMeaning({ hit: '1' }, { word: '1', meaning: 'lick' })).toMatchObject({ hit: null, lick: '1' })
})

test('a comma in a word does not make two of it', () => {
  const { reward } = withMeaning({ reward: 'water' }, { word: 'juice, left', meaning: 'reward' })
  expect(wordsIn(reward ?? '')).toEqual(['water', 'juice, left'])
})
