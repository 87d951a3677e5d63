// npm test: build, lint, tests, browser tests, on whatever the machine lacks installed; the last line counts them all.
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildWhenStale } from './build.mjs'
import { inCheckout, needNode, run } from './checkout.mjs'
import { findChromium } from './chromium.mjs'
import { lint } from './lint.mjs'
import { setUp } from './setup.mjs'

await setUp()
const node = needNode()
const reports = mkdtempSync(join(tmpdir(), 'tavrnn-tests-'))
let passed = 0
const failed = []
const count = (name, ok) => {
  if (ok) passed++
  else failed.push(name)
}

count('build', await buildWhenStale())
for (const { name, ok } of await lint()) count(`lint: ${name}`, ok)
// first, since the tests of the webgpu engine run on the software adapter that Chromium brings
const chromium = await findChromium()
await runTests('vitest', [inCheckout('node_modules', 'vitest', 'vitest.mjs'), 'run', '--reporter=default', '--reporter=json'], fromVitest)

if (chromium === null) count('Chromium for the browser tests', false)
else {
  const env = { ...process.env, ...(chromium === '' ? {} : { CHROMIUM_PATH: chromium }) }
  await runTests(
    'playwright',
    [inCheckout('node_modules', '@playwright', 'test', 'cli.js'), 'test', '--reporter=list,json'],
    fromPlaywright,
    env,
  )
}

for (const name of failed) console.log(`failed: ${name}`)
console.log(`${passed} passed, ${failed.length} failed`)
process.exit(failed.length > 0 ? 1 : 0)

/** Runs a test runner and counts what it reports; a run that breaks off without a failed test is a failure of its own. */
async function runTests(name, args, read, env = process.env) {
  const report = join(reports, `${name}.json`)
  const reporting = name === 'vitest' ? [`--outputFile.json=${report}`] : []
  const { code } = await run(node, [...args, ...reporting], { env: { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: report } })
  const before = failed.length
  if (existsSync(report)) for (const { title, ok } of read(JSON.parse(readFileSync(report, 'utf8')))) count(`${name}: ${title}`, ok)
  if (code !== 0 && failed.length === before) count(`${name} ended with ${code}`, false)
}

function fromVitest({ testResults }) {
  return testResults.flatMap(({ name, status, assertionResults }) => {
    const tests = assertionResults.filter((test) => test.status === 'passed' || test.status === 'failed')
    // a file that does not load has no tests to fail
    if (status === 'failed' && !tests.some((test) => test.status === 'failed')) return [...tests.map(one), { title: name, ok: false }]
    return tests.map(one)
  })
  function one({ fullName, status }) {
    return { title: fullName, ok: status === 'passed' }
  }
}

function fromPlaywright({ suites, errors }) {
  const inSuite = (suite) => [
    ...(suite.specs ?? []).map(({ title, ok }) => ({ title: `${suite.title} › ${title}`, ok })),
    ...(suite.suites ?? []).flatMap(inSuite),
  ]
  return [...suites.flatMap(inSuite), ...errors.map(({ message }) => ({ title: message, ok: false }))]
}
