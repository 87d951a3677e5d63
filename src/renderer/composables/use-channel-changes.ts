import { useI18n } from 'vue-i18n'
import { assignChannels } from '../../shared/domain/layout-draft.ts'
import { useRecordings } from '../stores/recordings.ts'
import { useToasts } from '../stores/toasts.ts'
import { useFormat } from './use-format.ts'

type Listed = { index: number; excluded: string | null }

/** Leaves channels of the chosen recording out, takes them in again, and moves them between regions; each can be undone. */
export function useChannelChanges() {
  const { t } = useI18n()
  const format = useFormat()
  const recordings = useRecordings(),
    toasts = useToasts()

  /** @param why null: in again */
  async function setExcluded(channels: readonly Listed[], why: string | null): Promise<void> {
    const id = recordings.detail?.recording.id
    const changed = channels.filter((channel) => (channel.excluded === null) === (why !== null))
    if (id === undefined || changed.length === 0) return
    await recordings.exclude(
      id,
      Int32Array.from(changed, (channel) => channel.index),
      why,
    )
    toasts.say(
      t(why === null ? 'recording.exclude.undone' : 'recording.exclude.done', { n: format.count(changed.length), count: changed.length }),
      () => takeBack(id, changed, why === null),
    )
  }

  /** Channels back to what they were; each reason is a call of its own. */
  async function takeBack(recordingId: number, changed: readonly Listed[], wereExcluded: boolean): Promise<void> {
    const reasons = wereExcluded ? new Set(changed.map((channel) => channel.excluded)) : new Set([null])
    for (const before of reasons) {
      const indexes = changed.filter((channel) => channel.excluded === before).map((channel) => channel.index)
      await recordings.exclude(recordingId, Int32Array.from(indexes), before)
    }
  }

  /** @param regionIndex −1: into none */
  async function moveToRegion(channelIndexes: number[], regionIndex: number): Promise<void> {
    const before = recordings.detail
    if (!before) return
    await recordings.setLayout(before.recording.id, assignChannels(before.layout, channelIndexes, regionIndex))
    toasts.say(t('recording.regions.moved', { n: format.count(channelIndexes.length), count: channelIndexes.length }), () =>
      recordings.setLayout(before.recording.id, before.layout),
    )
  }

  return { setExcluded, moveToRegion }
}
