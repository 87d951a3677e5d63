import en from './en.json' with { type: 'json' }
import type { Translate } from './translate.ts'

export type Countable = keyof typeof en.counted

/**
 * A number with the word it counts: "1 channel", "1,240 channels".
 * Every sentence with a counted word chooses its form by `count`, in the page as in the host.
 * @param translate of the page or of the host
 */
export const counted = (translate: Translate, what: Countable, count: number): string =>
  translate(`counted.${what}`, { count, n: new Intl.NumberFormat('en').format(count) })
