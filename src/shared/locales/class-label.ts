import type { Translate } from './translate.ts'

/** A class in words: classes that are ours are translated, a person's own stay. */
export function classLabel(translate: Translate, name: string): string {
  const ours = ['above', 'below', 'sensory', 'motor']
  return ours.includes(name) ? translate(`evaluations.class.${name}`) : name
}
