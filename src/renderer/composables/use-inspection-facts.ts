import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Inspection } from '../../shared/domain/inspection.ts'
import { lengthOf } from '../../shared/domain/preview.ts'
import { useFormat } from './use-format.ts'

/** What files hold, as names and numbers; what they do not say is left out; nothing before they were read. */
export function useInspectionFacts(inspection: () => Inspection | null): ComputedRef<{ name: string; value: string }[]> {
  const { t } = useI18n()
  const format = useFormat()
  return computed(() => {
    const found = inspection()
    if (found === null) return []
    const lengthS = lengthOf(found)
    const facts: [string, string | null][] = [
      ['channels', found.channels === null ? null : format.count(found.channels)],
      ['spikes', found.spikes === null ? null : format.count(found.spikes)],
      ['samples', found.samples === null ? null : format.count(found.samples)],
      ['duration', lengthS === null ? null : format.duration(lengthS)],
      ['from', found.startS === null || found.startS === 0 ? null : t('kit.seconds', { value: format.number(found.startS, 6) })],
      [
        'sampling',
        found.samplingRateHz === null ? t('recording.facts.notSaid') : t('kit.hertz', { value: format.number(found.samplingRateHz, 6) }),
      ],
      ['regions', found.regions.length === 0 ? null : found.regions.map((region) => region.name).join(', ')],
    ]
    return facts.flatMap(([name, value]) => (value === null ? [] : [{ name: t(`recording.facts.${name}`), value }]))
  })
}
