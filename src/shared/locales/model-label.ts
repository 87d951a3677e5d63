import { simpleModels } from '../domain/evaluation.ts'
import type { Translate } from './translate.ts'

/** Names that are the same in every language. */
const properNames: Record<string, string> = {
  tavrnn: 'TAVRNN',
  vgae: 'VGAE',
  vgrnn: 'VGRNN',
  dyngem: 'DynGEM',
  dynae: 'DynAE',
  dynrnn: 'DynRNN',
  dynaernn: 'DynAERNN',
  graphert: 'GraphERT',
  cebra: 'CEBRA-Time',
}
const variants = [
  'published',
  'no-attention',
  'no-recurrence',
  'no-variation',
  'no-history-node',
  'untrained-gru',
  'random-weights',
  'identity',
  'statistics',
  'reduced',
]
const worded: readonly string[] = [...simpleModels, 'majority', 'copy', 'correlation', 'runningMean', 'degreeProduct']

/**
 * How a model is called in tables and sentences: `tavrnn-no-attention` is "TAVRNN, no attention". A name a person gave to
 * vectors made elsewhere stays as it is.
 */
export function modelLabel(translate: Translate, name: string): string {
  if (worded.includes(name)) return translate(`evaluations.model.${name}`)
  const [base = '', ...rest] = name.split('-')
  if (!Object.hasOwn(properNames, base)) return name
  let left = rest.join('-')
  const said = [properNames[base]!]
  while (left !== '') {
    const found = variants.find((variant) => left === variant || left.startsWith(`${variant}-`)),
      part = found ?? left
    said.push(found ? translate(`evaluations.variant.${found}`) : left)
    left = left.slice(part.length + 1)
  }
  return said.join(', ')
}
