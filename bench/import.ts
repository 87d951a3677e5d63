// Ten million spikes from a file into a project (`tavrnn import`, the whole process) beside h5py, pandas and NumPy doing the same work
// (bench/peer_import.py, the whole process), in turn in one run; and the most memory the import takes over the spikes it keeps.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { here, peer, pythonWith, ratio, shown, table, type Settings } from './measure.ts'

const formats = { csv: 'spikes.csv', npz: 'spikes.npz', hdf5: 'spikes.h5', phy: 'phy', parquet: 'spikes.parquet' }
/** Memory that an import may take over the spikes it keeps. */
const allowedMB = 500

export async function importing({ quick, rounds }: Settings): Promise<string[]> {
  const python = ['pyarrow', 'h5py'].map(pythonWith).find((found) => found !== null)
  if (!python) return ['Neither h5py nor pandas is here.']
  const spikeCount = quick ? 200_000 : 10_000_000,
    folder = mkdtempSync(join(tmpdir(), 'tavrnn-import-'))
  try {
    peer(python, ['peer_import.py', 'make', folder, spikeCount])
    const keptMB = (spikeCount * 12) / 1e6
    const rows: string[][] = []
    for (const [format, name] of Object.entries(formats)) {
      const file = join(folder, name)
      if (!existsSync(file)) continue
      const own: number[] = [],
        theirs: number[] = [],
        overMB: number[] = []
      for (let round = 0; round < rounds; round++) {
        const project = join(folder, `${format}-${round}.tavrnn`),
          out = join(folder, 'peer.npz')
        const { seconds, peakMB, output } = await whole(process.execPath, [
          join(here, '..', 'src', 'main', 'cli', 'main.ts'),
          ...['import', file, '--project', project, '--json'],
        ])
        const { spikeCount: found } = (JSON.parse(output) as { value: { spikeCount: number } }).value
        if (found !== spikeCount) throw new Error(`${format}: ${found} of ${spikeCount} spikes`)
        own.push(seconds)
        overMB.push(peakMB - keptMB)
        theirs.push((await whole(python, [join(here, 'peer_import.py'), format, file, out])).seconds)
        for (const made of [project, out]) rmSync(made, { force: true })
      }
      const most = Math.max(...overMB)
      const memory = `${Math.round(most)} MB${most > allowedMB ? ' (too much)' : ''}`
      rows.push([format, shown(own), shown(theirs), ratio(theirs, own), memory])
      console.log(rows.at(-1)?.join('  '))
    }
    return [
      `${spikeCount} spikes of 900 channels; whole processes, median of ${rounds} rounds (spread), both sides in turn. Ours also writes the project. Memory is the most the process held over 12 bytes a spike; ${allowedMB} MB are allowed.`,
      '',
      ...table(['format', 'tavrnn import', 'h5py, pandas, NumPy', 'ratio', 'memory over the spikes'], rows),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Runs a program to its end: how long, the most memory it held (as Linux tells it; elsewhere unknown) and what it printed. */
function whole(program: string, words: string[]): Promise<{ seconds: number; peakMB: number; output: string }> {
  return new Promise((resolve, reject) => {
    const began = performance.now()
    const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'ignore'] })
    let output = '',
      peakMB = NaN
    child.stdout.on('data', (text: Buffer) => (output += text.toString()))
    const watch = setInterval(() => {
      const status = `/proc/${child.pid}/status`
      const found = existsSync(status) ? /VmHWM:\s+(\d+) kB/.exec(readIfThere(status)) : null
      if (found) peakMB = Number(found[1]) / 1000
    }, 20)
    child.on('error', reject)
    child.on('exit', (code) => {
      clearInterval(watch)
      const seconds = (performance.now() - began) / 1000
      if (code === 0) resolve({ seconds, peakMB, output })
      else reject(new Error(`${program} ${words.join(' ')}: ended with ${code}`))
    })
  })
}

/** A process may end between two looks. */
function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
