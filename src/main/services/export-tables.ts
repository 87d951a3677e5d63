import type { RouteParsed } from '../../shared/contract/contract.ts'
import { fail } from '../../shared/contract/errors.ts'
import { lossKindOf } from '../../shared/domain/model-run.ts'
import { tableOfRows, type Table } from '../../shared/domain/table.ts'
import type { ReadableDB } from '../store/open.ts'
import { listIntervals } from '../store/intervals.ts'
import { listEpochs } from '../store/model-runs.ts'
import { getCoordinates, listProjections } from '../store/projections.ts'
import { listProvenance } from '../store/provenance.ts'
import { getLayout, getSpikes, listChannels } from '../store/recordings.ts'
import { getChannelValues, getGraphs, listSnapshotSets, listSnapshots } from '../store/snapshots.ts'
import { listTaskEvents } from '../store/task-events.ts'
import { getTraces } from '../store/traces.ts'
import { finishedEmbedding } from './embeddings.ts'
import { alignmentMapTable, alignmentTable, cohortTable, evaluationTable } from './export-results.ts'
import { recordingFor, runFor, setFor } from './export-wanted.ts'
import { scoresOf } from './figure-data.ts'
import { performanceOf } from './snapshots.ts'

type Wanted = RouteParsed<'exports.table'>
type Row = Record<string, string | number | null>

/** Refused with a sentence by whoever asked. */
const nothing: Table = { name: '', rowCount: 0, columns: [] }

/** One tidy table per kind of result: a row is one observation, units stand in the names. */
export const tables: Record<Wanted['what'], (db: ReadableDB, wanted: Wanted) => Table> = {
  recording: (db, wanted) => tables.channels(db, wanted),
  spikes(db, wanted) {
    const { id, modality } = recordingFor(db, wanted)
    if (modality !== 'spikes') return nothing
    const { timesS, offsets } = getSpikes(db, id),
      channels = listChannels(db, id),
      codes = new Int32Array(timesS.length)
    for (const { index } of channels) codes.fill(index, offsets[index], offsets[index + 1])
    return {
      name: 'spikes',
      rowCount: timesS.length,
      columns: [
        { name: 'channel', codes, words: channels.map(({ label }) => label) },
        { name: 'time_s', numbers: timesS },
      ],
    }
  },
  traces(db, wanted) {
    const { id, modality } = recordingFor(db, wanted)
    if (modality !== 'traces') return nothing
    const { values, timesS } = getTraces(db, id)
    const columns = listChannels(db, id).map(({ index, label }) => ({
      name: label,
      numbers: values.subarray(index * timesS.length, (index + 1) * timesS.length),
    }))
    return { name: 'traces', rowCount: timesS.length, columns: [{ name: 'time_s', numbers: timesS }, ...columns] }
  },
  intervals(db, wanted) {
    const rows = listIntervals(db, recordingFor(db, wanted).id)
    return tableOfRows(
      'intervals',
      rows.map(({ startS, endS, label }) => ({ start_s: startS, end_s: endS, label })),
    )
  },
  channels(db, wanted) {
    const { id, startS, endS } = recordingFor(db, wanted)
    return tableOfRows(
      'channels',
      listChannels(db, id).map(({ label, xUm, yUm, region, spikeCount, excluded }) => ({
        channel: label,
        x_um: xUm,
        y_um: yUm,
        region,
        spikes: spikeCount,
        rate_hz: spikeCount / (endS - startS),
        excluded,
      })),
    )
  },
  layout(db, wanted) {
    const { id } = recordingFor(db, wanted)
    const { regions, regionOfChannel } = getLayout(db, id)
    return tableOfRows(
      'layout',
      listChannels(db, id).map(({ index, label, xUm, yUm }) => {
        const region = regions[regionOfChannel[index] ?? -1]
        return {
          channel: label,
          x_um: xUm,
          y_um: yUm,
          region: region?.name ?? null,
          role: region?.role ?? null,
          side: region?.side ?? null,
          paddle: region?.paddle ?? null,
        }
      }),
    )
  },
  events(db, wanted) {
    const { id } = recordingFor(db, wanted)
    return tableOfRows(
      'events',
      listTaskEvents(db, id).map(({ timeS, kind, label, value }) => ({ time_s: timeS, kind: kind === 'custom' ? label : kind, value })),
    )
  },
  snapshots(db, wanted) {
    const { id, recordingId } = setFor(db, wanted)
    const { channelIndexes } = getChannelValues(db, id)
    const labels = listChannels(db, recordingId).map(({ label }) => label)
    const { edges, r } = getGraphs(db, id)
    const n = channelIndexes.length
    return tableOfRows(
      'snapshots',
      listSnapshots(db, id).flatMap(({ index, startS, endS }) => {
        const pairs = edges[index] ?? new Uint16Array(0)
        return Array.from({ length: pairs.length / 2 }, (_, e) => {
          const i = pairs[2 * e] ?? 0,
            j = pairs[2 * e + 1] ?? 0
          const value = r[index]?.[(i * (2 * n - i - 1)) / 2 + j - i - 1] ?? NaN
          return {
            snapshot: index + 1,
            start_s: startS,
            end_s: endS,
            channel_a: labels[channelIndexes[i] ?? -1] ?? '',
            channel_b: labels[channelIndexes[j] ?? -1] ?? '',
            r: value / 32767,
          }
        })
      }),
    )
  },
  performance(db, wanted) {
    const { id, recordingId } = setFor(db, wanted),
      snapshots = listSnapshots(db, id)
    return tableOfRows(
      'performance',
      performanceOf(db, recordingId, snapshots).map(({ hitCount, missCount, hitRatio, hitMissRatio, meanRally, longestRally }, t) => ({
        snapshot: t + 1,
        start_s: snapshots[t]?.startS ?? null,
        end_s: snapshots[t]?.endS ?? null,
        hits: hitCount,
        misses: missCount,
        hit_ratio: hitRatio,
        hit_miss_ratio: hitMissRatio,
        mean_rally: meanRally,
        longest_rally: longestRally,
      })),
    )
  },
  embedding(db, wanted) {
    const run = runFor(db, wanted)
    const { mean, shape } = finishedEmbedding(db, run.id)
    return tableOfRows(
      'embedding',
      perChannel(db, run.snapshotSetId, (at) =>
        Object.fromEntries(Array.from({ length: shape.latentCount }, (_, z) => [`z${z + 1}`, mean[at * shape.latentCount + z] ?? NaN])),
      ),
    )
  },
  projection(db, wanted) {
    const all = listProjections(db)
    const projection = wanted.projectionId === undefined ? all.at(-1) : all.find(({ id }) => id === wanted.projectionId)
    if (!projection) throw fail('exports/nothing-to-write', { what: wanted.what })
    const coordinates = getCoordinates(db, projection.id)
    const run = runFor(db, { ...wanted, modelRunId: projection.modelRunId })
    return tableOfRows(
      'projection',
      perChannel(db, run.snapshotSetId, (at) => ({ x: coordinates[2 * at] ?? NaN, y: coordinates[2 * at + 1] ?? NaN })),
    )
  },
  scores(db, wanted) {
    const run = runFor(db, wanted)
    const scores = scoresOf(db, run.id, run.snapshotSetId)
    return tableOfRows(
      'scores',
      perChannel(db, run.snapshotSetId, (at) => ({ channel_score: Number.isFinite(scores[at]) ? scores[at]! : null })),
    )
  },
  losses(db, wanted) {
    const { id, recipe } = runFor(db, wanted, false),
      isBound = lossKindOf(recipe.model) === 'bound'
    return tableOfRows(
      'losses',
      listEpochs(db, id).map(({ epoch, nll, kl, klWeight, gradientNorm, seconds }) => ({
        epoch: epoch + 1,
        ...(isBound ? { nll, kl, kl_weight: klWeight } : {}),
        loss: nll + klWeight * kl,
        gradient_norm: gradientNorm,
        seconds,
      })),
    )
  },
  alignment: alignmentTable,
  'alignment-map': alignmentMapTable,
  evaluation: evaluationTable,
  cohort: cohortTable,
  provenance(db) {
    return tableOfRows(
      'provenance',
      listProvenance(db).map(({ step, inputHash, recipe, seed, engine, version, seconds, madeAt }) => ({
        step,
        made_at: madeAt,
        recipe: JSON.stringify(recipe),
        seed,
        engine,
        version,
        seconds,
        input_sha256: inputHash,
      })),
    )
  },
}

function perChannel(db: ReadableDB, setId: number, columns: (at: number) => Row): Row[] {
  const recordingId = listSnapshotSets(db).find(({ id }) => id === setId)?.recordingId ?? 0
  const channels = listChannels(db, recordingId)
  const { channelIndexes } = getChannelValues(db, setId)
  return listSnapshots(db, setId).flatMap(({ index, startS, endS }) =>
    Array.from(channelIndexes, (channelIndex, i) => ({
      snapshot: index + 1,
      start_s: startS,
      end_s: endS,
      channel: channels[channelIndex]?.label ?? '',
      region: channels[channelIndex]?.region ?? null,
      ...columns(index * channelIndexes.length + i),
    })),
  )
}
