import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { RouteInput, RouteOutput } from '../../shared/contract/contract.ts'
import type { RasterData, TracesData } from '../../shared/domain/figure.ts'
import type { ImportAnswers } from '../../shared/domain/inspection.ts'
import type { Recording } from '../../shared/domain/recording.ts'
import type { Layout } from '../../shared/domain/region.ts'
import { client } from '../api/client.ts'
import { ask } from './ask.ts'

export type RecordingDetail = RouteOutput<'recordings.get'>
type LayoutRead = RouteOutput<'layouts.read'>
type Template = RouteInput<'layouts.template'>

/** The project's recordings; the chosen one with its channels and regions. */
export const useRecordings = defineStore('recordings', () => {
  const all = shallowRef<Recording[]>([])
  const detail = shallowRef<RecordingDetail | null>(null)
  const chosenId = ref<number | null>(null)
  /** the list was read: what is not in it is not there */
  const isLoaded = ref(false)
  /** what the array on the Recording page shows */
  const colourBy = ref<'rate' | 'region'>('rate')
  /** leaving, but not gone yet: their removal can still be undone */
  const leaving = ref<number[]>([])

  const list = computed(() => all.value.filter((recording) => !leaving.value.includes(recording.id)))
  const chosen = computed(() => list.value.find((recording) => recording.id === chosenId.value) ?? null)

  /** Reads the list again; chooses the newest recording where the chosen one is gone. */
  async function load(): Promise<void> {
    all.value = (await ask('recordings.list', {})).recordings
    if (chosen.value === null) chosenId.value = list.value.at(-1)?.id ?? null
    await loadDetail()
    isLoaded.value = true
  }

  async function loadDetail(): Promise<void> {
    const recordingId = chosenId.value
    const read = recordingId === null ? null : await ask('recordings.get', { recordingId })
    if (recordingId === chosenId.value) detail.value = read
  }

  async function choose(recordingId: number | null): Promise<void> {
    chosenId.value = recordingId
    await loadDetail()
  }

  /** Forgets everything of the project that was open. */
  function clear(): void {
    isLoaded.value = false
    all.value = []
    detail.value = null
    chosenId.value = null
    leaving.value = []
  }

  /** the liveliest channels' spikes or traces */
  async function signal(recording: Recording, fromS: number, toS: number, channelCount: number): Promise<RasterData | TracesData> {
    const figure = recording.modality === 'traces' ? 'traces' : 'raster'
    const drawn = await ask('figures.data', { spec: { figure, recordingId: recording.id, fromS, toS, channelCount } })
    return drawn as RasterData | TracesData
  }

  async function describe(recordingId: number, words: { name: string; subject: string; condition: string }): Promise<void> {
    await ask('recordings.describe', { recordingId, ...words })
    await load()
  }

  /** @param reason null takes the channels in again */
  async function exclude(recordingId: number, channelIndexes: Int32Array, reason: string | null): Promise<void> {
    await ask('recordings.exclude', { recordingId, channelIndexes, reason })
    await loadDetail()
  }

  /** @param positionsUm [channels, 2] in place of those there are, NaN without one; null leaves them */
  async function setLayout(recordingId: number, layout: Layout, positionsUm: Float64Array | null = null): Promise<void> {
    const { name, regions, regionOfChannel } = layout
    await ask('layouts.set', { recordingId, name, regions, regionOfChannel, positionsUm, positions: 'replace' })
    await loadDetail()
  }

  const readLayout = (file: string, set: ImportAnswers, channelLabels: string[]): Promise<LayoutRead> =>
    ask('layouts.read', { file, set, channelLabels })

  /** a known array for these channels */
  const readTemplate = (wanted: Template): Promise<LayoutRead> => ask('layouts.template', wanted)

  /** Takes a recording off the list; it is gone for good with `removeSetAside`, back with `keep`. */
  async function setAside(recordingId: number): Promise<void> {
    leaving.value = [...leaving.value, recordingId]
    if (chosenId.value === recordingId) await choose(list.value.at(-1)?.id ?? null)
  }

  async function keep(recordingId: number): Promise<void> {
    leaving.value = leaving.value.filter((id) => id !== recordingId)
    await choose(recordingId)
  }

  /** Takes a recording and everything made of it out of the project. */
  async function remove(recordingId: number): Promise<void> {
    await ask('recordings.remove', { recordingId })
    leaving.value = leaving.value.filter((id) => id !== recordingId)
    await load()
  }

  /** Nothing where the project was closed since: the same number may be another recording there. */
  async function removeSetAside(recordingId: number): Promise<void> {
    if (leaving.value.includes(recordingId)) await remove(recordingId)
  }

  client.subscribe((notice) => {
    if (notice.notice === 'changed' && notice.area === 'recordings') void load().catch(() => undefined)
  })

  return {
    isLoaded,
    colourBy,
    list,
    chosen,
    chosenId,
    detail,
    load,
    choose,
    clear,
    signal,
    describe,
    exclude,
    setLayout,
    readLayout,
    readTemplate,
    setAside,
    keep,
    remove,
    removeSetAside,
  }
})
