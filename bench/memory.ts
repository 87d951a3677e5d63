// What a long training holds: the most memory of the whole process after 100 and after 1,000 epochs, which is the same if nothing leaks.
import { ours, table, type Settings } from './measure.ts'

export function memory({ quick, threads }: Settings): string[] {
  const rows = (quick ? [10, 20] : [100, 1000]).map((epochs) => {
    const size = ['--channels', 900, '--snapshots', 6, '--density', 0.2, '--features', 'rows', '--threads', threads]
    const report = ours(['--work', 'epoch', ...size, '--epochs', epochs])
    const cells = [epochs, `${Math.round(report['peakMemoryMB'] as number)} MB`]
    console.log(cells.join('  '))
    return cells
  })
  return ['900 channels, 6 snapshots, density 0.2, rows.', '', ...table(['epochs', 'most memory of the process'], rows)]
}
