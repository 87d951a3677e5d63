import type { Alignment, WholeLineNull } from '../domain/alignment.ts'
import { paragraph } from './paragraph.ts'
import type { Translate } from './translate.ts'

const number = (value: number): string => value.toPrecision(2)

/**
 * How coupling and density stand beside recordings of turned spike trains that went through the whole line; null where that was
 * not asked for.
 */
export function wholeLineSentence(translate: Translate, { asRecorded: { measures } }: Pick<Alignment, 'asRecorded'>): string | null {
  const coupling = measures.coupling.performance.wholeLine,
    density = measures.density.performance.wholeLine
  if (!coupling || !density) return null
  const beside = (name: 'coupling' | 'density', { mean, null95, p }: WholeLineNull): string | null =>
    mean === null || null95 === null || p === null
      ? null
      : translate(`alignments.wholeLine.${name}`, { mean: number(mean), low: number(null95[0]), high: number(null95[1]), p: number(p) })
  const { turnCount, valueCount } = coupling
  return paragraph([
    translate('alignments.wholeLine.turns', { turns: turnCount }),
    beside('coupling', coupling) ?? translate('alignments.wholeLine.few', { values: valueCount, turns: turnCount }),
    coupling.rhoP === null ? '' : translate('alignments.wholeLine.rho', { p: number(coupling.rhoP) }),
    beside('density', density) ?? '',
  ])
}
