import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { counted } from '../../shared/locales/counted.ts'
import { useRecordings } from '../stores/recordings.ts'
import { useFormat } from './use-format.ts'

/** What the chosen recording holds, in a sentence; nothing before it is there. */
export function useRecordingSentence(): ComputedRef<string> {
  const { t } = useI18n()
  const format = useFormat()
  const recordings = useRecordings()
  return computed(() => {
    if (!recordings.detail) return ''
    const { recording, channels } = recordings.detail,
      durationS = recording.endS - recording.startS
    const about = {
      channels: counted(t, 'channels', channels.length),
      duration: format.duration(durationS),
      excluded: format.count(channels.filter((channel) => channel.excluded !== null).length),
    }
    if (recording.modality === 'traces') {
      return t('recording.sentenceOfTraces', { ...about, samples: counted(t, 'samples', recording.sampleCount ?? 0) })
    }
    const rates = channels.map((channel) => channel.spikeCount / durationS).toSorted((a, b) => a - b)
    return t('recording.sentence', { ...about, median: format.number(rates[Math.floor(rates.length / 2)] ?? NaN) })
  })
}
