import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Recording } from '../../shared/domain/recording.ts'
import { elided, useFormat } from './use-format.ts'

/** An imported recording as names and numbers. */
export function useRecordingFacts(recording: () => Recording | null): ComputedRef<{ name: string; value: string; title?: string }[]> {
  const { t, te } = useI18n()
  const format = useFormat()
  return computed(() => {
    const found = recording()
    if (found === null) return []
    const files = found.sources.map((source) => source.name)
    return [
      { name: t('recording.subject'), value: found.subject },
      { name: t('recording.condition'), value: found.condition || t('recording.facts.notSaid') },
      { name: t('recording.recordedOn'), value: found.recordedOn ? format.date(found.recordedOn) : t('recording.facts.notSaid') },
      { name: t('recording.facts.duration'), value: format.duration(found.endS - found.startS) },
      { name: t('recording.facts.channels'), value: format.count(found.channelCount) },
      found.sampleCount === null
        ? { name: t('recording.facts.spikes'), value: format.count(found.spikeCount) }
        : { name: t('recording.facts.samples'), value: format.count(found.sampleCount) },
      {
        name: t('recording.facts.sampling'),
        value:
          found.samplingRateHz === null ? t('recording.facts.notSaid') : t('kit.hertz', { value: format.number(found.samplingRateHz, 6) }),
      },
      { name: t('recording.facts.format'), value: te(`formats.${found.format}.name`) ? t(`formats.${found.format}.name`) : found.format },
      { name: t('recording.facts.file'), value: files.map((name) => elided(name, 44)).join('\n'), title: files.join('\n') },
    ]
  })
}
