import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { throwAwayFolder } from '../main/throw-away.ts'
import { startTavrnn, tavrnn } from './tavrnn.ts'

const record = (out: string, cohort: number) => join(out, `cohort-00${cohort}.json`)

test('validate finds what is planted in four cohorts of eight, and claims nothing in four null ones', async () => {
  const folder = throwAwayFolder()
  const run = async (kind: string) => {
    const { exitCode, reply, err } = await tavrnn(
      folder,
      'validate',
      '--kind',
      kind,
      '--cohorts',
      '4',
      '--seed',
      '7',
      '--out',
      join(folder, kind),
    )
    expect(exitCode, err).toBe(0)
    return reply.value
  }
  const planted = await run('planted')
  expect(planted).toMatchObject({ kind: 'planted', cohorts: 4, claimed: 4, claimedRateMatched: 4 })
  expect(planted['sentences']).toEqual({ 'Sensory–motor coupling follows performance.': 4 })
  expect(planted['channelAuc']).toBeGreaterThan(0.8)
  expect(planted['heldOutAuc']).toBeGreaterThan(Number(planted['degreeProductAuc']))

  const none = await run('null')
  // upper 97.5 % of Binomial(4, 0.05)
  expect(none['claimed']).toBeLessThanOrEqual(1)
  expect(none['claimedRateMatched']).toBeLessThanOrEqual(1)
  expect(none['channelAuc']).toBeGreaterThan(0.4)
  expect(none['channelAuc']).toBeLessThan(0.6)
}, 900_000)

test('validate goes on where it stopped, leaves nothing but records, and refuses to mix settings', async () => {
  const folder = throwAwayFolder(),
    out = join(folder, 'drift'),
    words = ['validate', '--kind', 'drift', '--subjects', '2', '--epochs', '3', '--threads', '1', '--out', out]
  const { child, ended } = startTavrnn([...words, '--cohorts', '3', '--json'], folder)
  await new Promise<void>((resolve) => {
    let seen = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      seen += chunk.toString()
      if (/ 33 %/.test(seen)) resolve()
    })
  })
  child.kill('SIGINT')
  expect((await ended).exitCode).toBe(130)
  expect(existsSync(record(out, 3))).toBe(false)
  const before = statSync(record(out, 1)).mtimeMs

  const whole = await tavrnn(folder, ...words, '--cohorts', '2')
  expect(whole.reply, whole.err).toMatchObject({
    ok: true,
    value: { kind: 'drift', cohorts: 2, claimed: 0, sentences: { 'Too few subjects for a test.': 2 } },
  })
  expect(statSync(record(out, 1)).mtimeMs).toBe(before)
  expect(readdirSync(out).filter((name) => /00[12]/.test(name))).toEqual(['cohort-001.json', 'cohort-002.json'])
  const { cultures } = JSON.parse(readFileSync(record(out, 2), 'utf8')) as { cultures: { subject: string }[] }
  expect(cultures.map(({ subject }) => subject)).toEqual(['3', '4'])

  const other = await tavrnn(folder, ...words, '--cohorts', '2', '--seed', '2')
  expect(other).toMatchObject({ exitCode: 2, reply: { ok: false, error: { message: expect.stringContaining(out) } } })
  expect(await tavrnn(folder, 'validate', '--kind', 'magic')).toMatchObject({ exitCode: 2 })
  expect(await tavrnn(folder, ...words, '--cohorts', '0')).toMatchObject({ exitCode: 2 })
}, 300_000)
