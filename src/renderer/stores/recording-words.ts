import { reactive, ref } from 'vue'
import { guessFromName } from '../../shared/domain/name-guess.ts'

/** What only the person knows of a recording, with date and condition guessed from the files' names until they are changed. */
export function recordingWords() {
  const words = reactive({ name: '', subject: '', condition: '', recordedOn: '' })
  /** of the words those that stand in the file's name, until they are changed */
  const guessedWords = ref<string[]>([])
  let hasGuessed = false

  function clearWords(): void {
    Object.assign(words, { name: '', subject: '', condition: '', recordedOn: '' })
    guessedWords.value = []
    hasGuessed = false
  }

  /** Date and condition out of the files' names, once, where nobody wrote any. */
  function guessWords(fileNames: readonly string[]): void {
    if (hasGuessed) return
    hasGuessed = true
    const guess = guessFromName(fileNames.join(' '))
    for (const word of ['condition', 'recordedOn'] as const) {
      if (words[word] !== '' || guess[word] === '') continue
      words[word] = guess[word]
      guessedWords.value = [...guessedWords.value, word]
    }
  }

  function say(word: keyof typeof words, text: string): void {
    words[word] = text
    guessedWords.value = guessedWords.value.filter((other) => other !== word)
  }

  return { words, guessedWords, clearWords, guessWords, say }
}
