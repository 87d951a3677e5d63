// npm run bench: ours beside what a lab could run instead, in one run on one machine; prints ratios and writes RESULTS.md.
//   npm run bench [-- PART…] [--quick] [--yardstick FOLDER]      parts: training, threads, correlations, tsne, import, memory
// Peers: Debian's python3-torch, python3-numpy, python3-sklearn; one that is not there is left out, and
// that is said. The yardstick is a program written by hand for one model (build.sh, bench/engine.mjs); its folder may also come as YARDSTICK in the environment.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { correlations } from './correlations.ts'
import { here, type Settings } from './measure.ts'
import { importing } from './import.ts'
import { memory } from './memory.ts'
import { threads } from './threads.ts'
import { training } from './training.ts'
import { tsne } from './tsne.ts'

const parts: Record<string, { title: string; run: (settings: Settings) => string[] | Promise<string[]> }> = {
  training: { title: 'Training, beside PyTorch', run: training },
  threads: { title: 'Training, beside the yardstick', run: threads },
  correlations: { title: 'Correlations and edges, beside NumPy', run: correlations },
  tsne: { title: 't-SNE, beside scikit-learn', run: tsne },
  import: { title: 'Import of ten million spikes, beside h5py and pandas', run: importing },
  memory: { title: 'Memory of a long training', run: memory },
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, yardstick: { type: 'string', default: process.env.YARDSTICK } },
})
const { quick, yardstick = null } = values
const unknown = positionals.find((name) => !(name in parts))
if (unknown !== undefined) throw new Error(`There is no part ${unknown}. Parts: ${Object.keys(parts).join(', ')}`)

const settings: Settings = { quick, rounds: quick ? 1 : 3, threads: Math.min(2, availableParallelism()), yardstick },
  file = join(here, 'RESULTS.md')
const machine = `${cpus()[0]?.model.trim() ?? 'a CPU'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}; ${new Date().toISOString().slice(0, 10)}.`
for (const [name, { title, run }] of Object.entries(parts)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  console.log(title)
  const section = [machine, ...(await run(settings))].join('\n')
  if (quick) continue
  // read now: another part may have been run meanwhile
  const sections = existsSync(file) ? sectionsOf(readFileSync(file, 'utf8')) : new Map<string, string>()
  writeFileSync(file, textOf(sections.set(title, section)))
}
if (!quick) console.log(`written to ${file}`)

/** A part that is not run keeps what stands there. */
function sectionsOf(text: string): Map<string, string> {
  const known = Object.values(parts).map(({ title }) => title)
  return new Map(
    text
      .split(/^## /m)
      .slice(1)
      .map((part) => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n')).trim()] as const)
      .filter(([title]) => known.includes(title)),
  )
}

function textOf(all: ReadonlyMap<string, string>): string {
  const present = Object.values(parts).flatMap(({ title }) => (all.has(title) ? [`## ${title}\n\n${all.get(title) ?? ''}\n`] : []))
  return `# Ours beside what a lab could run instead\n\n${present.join('\n')}`
}
