// Correlations of all windows and edges beyond chance, ours beside NumPy (bench/peer_numpy.py).
import { join } from 'node:path'
import { read } from '../src/main/importers/read-files.ts'
import { makeSnapshots } from '../src/main/jobs/snapshots.ts'
import { snapshotPresets } from '../src/shared/domain/snapshot.ts'
import { here, leftOut, ours, peer, pythonWith, ratio, shown, table, type Settings } from './measure.ts'

const channels = 900,
  bins = 24_000,
  windows = 19

const peers = ['gemm', 'syrk', 'windows', 'corrcoef'] as const

export async function correlations({ quick, rounds }: Settings): Promise<string[]> {
  const python = pythonWith('numpy'),
    oneThread = { OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1' }
  const rows = (quick ? [1] : [1, 5]).map((rateHz) => {
    const times = Object.fromEntries(['none', 'significance', ...peers].map((name) => [name, [] as number[]])),
      of = (name: string): number[] => times[name] ?? []
    for (let round = 0; round < rounds; round++) {
      for (const edges of ['none', 'significance']) {
        const words = ['--work', 'snapshots', '--channels', channels, '--bins', bins, '--windows', windows, '--rate-hz', rateHz]
        of(edges).push(ours([...words, '--edges', edges, '--threads', 1])['processorSeconds'] as number)
      }
      if (python === null) continue
      const report = peer(python, ['peer_numpy.py', channels, bins, windows, rateHz], oneThread)
      for (const name of peers) of(name).push(report[name] as number)
    }
    const cells = [
      `${rateHz} Hz`,
      shown(of('none')),
      shown(of('gemm')),
      ratio(of('none'), of('gemm')),
      ratio(of('none'), of('syrk')),
      shown(of('significance')),
      shown(of('windows')),
      ratio(of('significance'), of('windows')),
      shown(of('corrcoef')),
    ]
    console.log(cells.join('  '))
    return cells
  })
  const preview = await previewSeconds(rounds)
  console.log(`sample, preview ${shown(preview.whole)}, first window ${shown(preview.first)}`)
  return [
    `${channels} channels, ${bins} bins, ${windows} half overlapping windows; seconds of the processor on one thread, median of ${rounds} rounds (spread). NumPy gives r alone; a ratio is ours over NumPy.${leftOut(python, 'NumPy')}`,
    '',
    ...table(
      [
        'rate',
        'r, ours',
        'gemm of segments',
        'ratio',
        'ratio to syrk',
        'edges beyond chance, ours',
        'gemm of windows',
        'ratio',
        'numpy.corrcoef',
      ],
      rows,
    ),
    '',
    `Preview of the sample (913 channels, Studio preset) as the Snapshots page asks for it: ${shown(preview.whole)} by the clock, its first window after ${shown(preview.first)}.`,
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
