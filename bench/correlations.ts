// Correlations of all windows and edges beyond chance, ours beside NumPy (bench/peer_numpy.py).
import { join } from 'node:path'
import { read } from '../src/main/importers/registry.ts'
import { makeSnapshots } from '../src/main/jobs/snapshots.ts'
import { snapshotPresets } from '../src/shared/domain/snapshot.ts'
import { here, ours, peer, pythonWith, ratio, shown, table, type Settings } from './measure.ts'

const channels = 900,
  bins = 24_000,
  windows = 19

export async function correlations({ quick, rounds, threads }: Settings): Promise<string[]> {
  const python = pythonWith('numpy'),
    limits = { OPENBLAS_NUM_THREADS: String(threads), OMP_NUM_THREADS: String(threads), MKL_NUM_THREADS: String(threads) }
  const rows = (quick ? [1] : [1, 5]).map((rateHz) => {
    const times: Record<string, number[]> = { none: [], significance: [], segments: [], windows: [], corrcoef: [] }
    for (let round = 0; round < rounds; round++) {
      for (const edges of ['none', 'significance']) {
        const words = ['--work', 'snapshots', '--channels', channels, '--bins', bins, '--windows', windows, '--rate-hz', rateHz]
        times[edges]!.push(ours([...words, '--edges', edges, '--threads', threads])['seconds'] as number)
      }
      if (python === null) continue
      const report = peer(python, ['peer_numpy.py', channels, bins, windows, rateHz], limits)
      for (const name of ['segments', 'windows', 'corrcoef']) times[name]!.push(report[name] as number)
    }
    const { none, significance, segments, windows: perWindow, corrcoef } = times
    const cells = [
      `${rateHz} Hz`,
      shown(none!),
      shown(segments!),
      ratio(none!, segments!),
      shown(significance!),
      shown(perWindow!),
      ratio(significance!, perWindow!),
      shown(corrcoef!),
    ]
    console.log(cells.join('  '))
    return cells
  })
  const preview = await previewSeconds(rounds)
  console.log(`sample, preview ${shown(preview.whole)}, first window ${shown(preview.first)}`)
  return [
    `${channels} channels, ${bins} bins, ${windows} half overlapping windows, ${threads} threads; seconds, median of ${rounds} rounds (spread). NumPy gives r alone; a ratio is ours over NumPy.`,
    '',
    ...table(
      [
        'rate',
        'r, ours',
        'NumPy, products of segments',
        'ratio',
        'edges beyond chance, ours',
        'NumPy, products of windows',
        'ratio',
        'numpy.corrcoef',
      ],
      rows,
    ),
    '',
    `Preview of the sample (913 channels, Studio preset): ${shown(preview.whole)}, its first window after ${shown(preview.first)}.`,
  ]
}

async function previewSeconds(rounds: number): Promise<{ whole: number[]; first: number[] }> {
  const file = join(here, '..', 'resources', 'sample', 'Maccione2014_P11_14May12_spont_day1_1_SpkTs_12_bursts_filtered.h5')
  const reading = read({ files: [file] }, () => undefined)
  let step = await reading.next()
  while (!step.done) step = await reading.next()
  const { recording } = step.value
  if (recording.modality !== 'spikes') throw new Error('the sample has spikes')
  const { timesS, offsets, startS, endS } = recording
  const channelIndexes = Int32Array.from({ length: offsets.length - 1 }, (_, c) => c),
    roles = Array.from(channelIndexes, () => null)
  const whole: number[] = [],
    first: number[] = []
  for (let round = 0; round <= rounds; round++) {
    const began = performance.now(),
      signal = { kind: 'spikes' as const, trains: { timesS, offsets } }
    const making = makeSnapshots(
      { signal, startS, endS, channelIndexes, roles, intervals: [], recipe: snapshotPresets.studio, previewOnly: true },
      () => undefined,
    )
    let firstS = NaN
    for (let next = making.next(); !next.done; next = making.next()) {
      const { value } = next
      if (value.kind === 'progress' && value.done === 1 && value.total > 1 && Number.isNaN(firstS))
        firstS = (performance.now() - began) / 1000
    }
    if (round === 0) continue
    whole.push((performance.now() - began) / 1000)
    first.push(firstS)
  }
  return { whole, first }
}
