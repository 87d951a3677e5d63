import type { Alignment } from '../domain/alignment.ts'
import { claimLevel } from '../domain/cohort.ts'
import { paragraph } from './paragraph.ts'
import type { Translate } from './translate.ts'
import { twoDecimals } from './two-decimals.ts'
import { wholeLineSentence } from './whole-line-sentence.ts'

/** Two significant digits, as in tables. */
const p = (value: number): string => String(Number(value.toPrecision(2)))

/**
 * What one recording shows, in words: ρ of coupling with the hit ratio against turned events, what density, rate and time leave
 * of it, the rate-matched column, and the plain ratio of correlations.
 * @source model spec 7.4, 1
 */
export function alignmentSentence(translate: Translate, alignment: Alignment): string {
  const say = (key: string, values: Record<string, unknown> = {}): string => translate(`alignments.says.${key}`, values),
    { asRecorded, rateMatched } = alignment,
    own = asRecorded.measures.coupling.performance
  if (own.rho === null) return own.reason === null ? '' : say('none', { why: translate(`alignments.reason.${own.reason}`) })
  const isBeyond = own.p !== null && own.p < claimLevel,
    rest = own.residual.all?.rho ?? null,
    matched = rateMatched?.measures.coupling.performance.rho ?? null,
    simple = (matched === null ? asRecorded : (rateMatched ?? asRecorded)).measures.crossOverWithin.performance.rho
  return paragraph([
    say('rho', { rho: twoDecimals(own.rho), windows: own.windowCount }),
    own.null95 && own.p !== null ? say('null', { low: twoDecimals(own.null95[0]), high: twoDecimals(own.null95[1]), p: p(own.p) }) : '',
    own.p !== null && !isBeyond ? say('noMore') : '',
    rest === null ? '' : say('rest', { rho: twoDecimals(rest) }),
    matched === null
      ? ''
      : say(isBeyond && Math.abs(matched) < Math.abs(own.rho) / 2 ? 'onlyAsRecorded' : 'matched', { rho: twoDecimals(matched) }),
    simple === null ? '' : say('simple', { rho: twoDecimals(simple) }),
    wholeLineSentence(translate, alignment) ?? '',
    say('describes'),
  ])
}
