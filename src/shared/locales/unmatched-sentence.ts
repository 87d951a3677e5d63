import type { Alignment } from '../domain/alignment.ts'
import { paragraph } from './paragraph.ts'
import type { Translate } from './translate.ts'

/** Why an alignment has no rate-matched column: which channels are too few, and the step that would leave enough; null where it has one. */
export function unmatchedSentence(
  translate: Translate,
  { rateMatched, rateMatchedReason, shortage }: Pick<Alignment, 'rateMatched' | 'rateMatchedReason' | 'shortage'>,
): string | null {
  if (rateMatched !== null || rateMatchedReason === null) return null
  const line = [translate('alignments.noMatched')]
  if (shortage === null) return paragraph([...line, translate(`alignments.reason.${rateMatchedReason}`)])
  const code = shortage.longerStepS === null ? 'never-rate-matched' : 'too-few-rate-matched',
    group = translate(`snapshots.inError.${shortage.group}`)
  line.push(translate(`errors.snapshots/${code}.message`, { ...shortage, group }))
  if (shortage.longerStepS !== null) line.push(translate(`errors.snapshots/${code}.hint`, { longerStepS: shortage.longerStepS }))
  return paragraph(line)
}
