// t-SNE, ours beside scikit-learn (bench/peer_sklearn.py), on seven clusters that drift through 19 snapshots.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { trustworthiness } from '../src/main/science/projection/trustworthiness.ts'
import { uniformSequence } from '../src/shared/domain/random.ts'
import { leftOut, ours, peer, pythonWith, ratio, shown, table, type Settings } from './measure.ts'

const columns = 8,
  clusters = 7

export function tsne({ quick }: Settings): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'tavrnn-tsne-')),
    file = (name: string): string => join(folder, `${name}.f32`)
  try {
    const points = driftingClusters(quick ? 300 : 901, quick ? 6 : 19),
      pointCount = points.length / columns,
      steps = quick ? 300 : 1000,
      python = pythonWith('sklearn')
    writeFileSync(file('points'), Buffer.from(points.buffer))
    const own: number[] = [],
      klOf: Record<string, number> = {}
    // the peer takes minutes: once, between ours
    const runOurs = (): void => {
      const words = ['--work', 'tsne', '--points', file('points'), '--columns', columns, '--steps', steps]
      const report = ours([...words, '--threads', 1, '--out', file('ours')])
      own.push(report['processorSeconds'] as number)
      klOf['ours'] = report['kl'] as number
    }
    runOurs()
    const theirs: number[] = []
    if (python !== null) {
      const report = peer(python, ['peer_sklearn.py', file('points'), columns, steps, 1, file('theirs')])
      theirs.push(report['cpuSeconds'] as number)
      klOf['theirs'] = report['kl'] as number
    }
    runOurs()
    const kept = (name: string): string => {
      const bytes = readFileSync(file(name)),
        picture = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
      const judging = trustworthiness(
        { data: points, pointCount, dimensionCount: columns },
        { data: picture, pointCount, dimensionCount: 2 },
        () => undefined,
      )
      let next = judging.next()
      while (!next.done) next = judging.next()
      return next.value.toFixed(5)
    }
    const rows = [['ours', shown(own), klOf['ours']!.toFixed(4), kept('ours'), '']]
    if (theirs.length > 0) rows.push(['scikit-learn', shown(theirs), klOf['theirs']!.toFixed(4), kept('theirs'), ratio(theirs, own)])
    for (const cells of rows) console.log(cells.join('  '))
    return [
      `${pointCount} points of ${columns} numbers, ${steps} steps, perplexity 30; seconds of the processor on one thread.${leftOut(python, 'scikit-learn')}`,
      '',
      ...table(['', 'seconds', 'KL', 'trustworthiness', 'ratio'], rows),
    ]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function driftingClusters(channelCount: number, snapshotCount: number): Float32Array {
  const uniform = uniformSequence(1, 'simulate'),
    normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
  const draw = (count: number, spread: number): Float64Array => Float64Array.from({ length: count }, () => spread * normal())
  const centres = draw(clusters * columns, 2),
    drift = draw(columns, 0.02)
  const homes = Float64Array.from({ length: channelCount }, () => Math.floor(uniform() * clusters)),
    own = draw(channelCount * columns, 0.7)
  return Float32Array.from({ length: snapshotCount * channelCount * columns }, (_, at) => {
    const d = at % columns,
      channel = Math.floor(at / columns) % channelCount,
      t = Math.floor(at / columns / channelCount)
    return centres[homes[channel]! * columns + d]! + own[channel * columns + d]! + drift[d]! * t + 0.35 * normal()
  })
}
