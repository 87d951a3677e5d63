/** Sentences one after another; Chinese ones stand without a space between them. Empty ones are left out. */
export const paragraph = (sentences: readonly string[]): string =>
  sentences
    .filter((one) => one !== '')
    .reduce((text, next) => (text === '' || /[。！？；：]$/.test(text) ? text + next : `${text} ${next}`), '')
