// npm run lint: types of every room, lint, the import table, unused exports, format. Each is one item of npm test.
import { fileURLToPath } from 'node:url'
import { inCheckout, needNode, run } from './checkout.mjs'

const bin = (...parts) => inCheckout('node_modules', ...parts)
const tsc = (room) => [bin('typescript', 'bin', 'tsc'), '-p', room]

const steps = [
  ...['src/shared', 'src/main', 'src/preload', 'test', 'bench', '.'].map((room) => ({ name: `types of ${room}`, args: tsc(room) })),
  { name: 'types of src/renderer', args: [bin('vue-tsc', 'bin', 'vue-tsc.js'), '-p', 'src/renderer'] },
  { name: 'oxlint', args: [bin('oxlint', 'bin', 'oxlint'), '--deny-warnings', 'src', 'test', 'scripts'] },
  { name: 'eslint of .vue', args: [bin('eslint', 'bin', 'eslint.js'), '--max-warnings', '0', 'src/renderer'] },
  {
    name: 'import table',
    args: [bin('dependency-cruiser', 'bin', 'dependency-cruiser.mjs'), '--config', '.dependency-cruiser.mjs', 'src'],
  },
  { name: 'unused exports', args: [bin('knip', 'bin', 'knip.js'), '--no-progress'] },
  { name: 'format', args: [bin('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level', 'warn', '.'] },
]

/** Runs every step, two at a time; what a failing one says is printed. */
export async function lint() {
  const node = needNode()
  const waiting = [...steps]
  const results = []
  const work = async () => {
    for (let step = waiting.shift(); step; step = waiting.shift()) {
      const { code, output } = await run(node, step.args, { stdio: ['ignore', 'pipe', 'pipe'] })
      console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${step.name}`)
      if (code !== 0) console.log(output)
      results.push({ name: step.name, ok: code === 0 })
    }
  }
  await Promise.all([work(), work()])
  return results
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const failed = (await lint()).filter(({ ok }) => !ok)
  process.exit(failed.length > 0 ? 1 : 0)
}
