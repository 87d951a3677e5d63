import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { throwAwayFolder } from '../main/throw-away.ts'
import { startTavrnn, tavrnn } from './tavrnn.ts'

test('simulate writes a cohort of ordinary files, and import takes them', async () => {
  const folder = throwAwayFolder(),
    out = join(folder, 'Kohorte ü')
  const words = [
    'simulate',
    '--kind',
    'planted',
    '--subjects',
    '2',
    '--channels',
    '40',
    '--seed',
    '3',
    '--out',
    out,
    '--set',
    'durationS=60',
    '--set',
    'deadChannelCount=1',
  ]
  const { exitCode, reply, err } = await tavrnn(folder, ...words)
  expect(exitCode, err).toBe(0)
  expect(reply.value.cultures).toHaveLength(2)
  const [culture] = reply.value.cultures
  if (!culture) return expect.unreachable()
  expect(Object.entries(culture).map(([name, path]) => [name, path])).toEqual([
    ['spikes', join(out, 'culture-001', 'spikes.csv')],
    ['layout', join(out, 'culture-001', 'layout.csv')],
    ['events', join(out, 'culture-001', 'events.csv')],
    ['truth', join(out, 'culture-001', 'truth.json')],
  ])
  for (const files of reply.value.cultures) for (const path of Object.values(files)) expect(existsSync(String(path))).toBe(true)
  const project = join(folder, 'p.tavrnn')
  const imported = await tavrnn(folder, 'import', culture.spikes, culture.layout, '--events', culture.events, '--project', project)
  expect(imported.reply, imported.err).toMatchObject({ ok: true, value: { channelCount: 40, layoutName: 'layout' } })
  const { hit = NaN, miss = NaN } = imported.reply.value.events
  expect(hit + miss).toBe(readFileSync(culture.events, 'utf8').trim().split('\n').length - 1)
  const whole = await tavrnn(folder, 'inspect', culture.spikes, culture.layout, culture.events)
  expect(whole.reply.value).toMatchObject({ channels: 40, spikes: imported.reply.value.spikeCount, events: { hit, miss } })

  const again = await tavrnn(folder, ...words)
  expect(again).toMatchObject({
    exitCode: 1,
    reply: { ok: false, error: { code: 'simulations/file-exists', message: expect.stringContaining(join('culture-001', 'spikes.csv')) } },
  })
})

test('simulate says which word is missing or wrong', async () => {
  const folder = throwAwayFolder(),
    out = join(folder, 'out')
  for (const words of [
    ['--seed', '1', '--out', out],
    ['--kind', 'magic', '--seed', '1', '--out', out],
    ['--kind', 'null', '--out', out],
    ['--kind', 'null', '--seed', '1'],
    ['--kind', 'null', '--seed', 'x', '--out', out],
    ['--kind', 'null', '--seed', '1', '--out', out, '--channels', '40', '--layout', 'l.csv'],
  ])
    expect(await tavrnn(folder, 'simulate', ...words)).toMatchObject({ exitCode: 2, reply: { ok: false } })
  const refused = await tavrnn(folder, 'simulate', '--kind', 'null', '--seed', '1', '--out', out, '--set', 'gain=99')
  expect(refused).toMatchObject({
    exitCode: 1,
    reply: { ok: false, error: { code: 'contract/input-refused', message: expect.stringContaining('gain') } },
  })
  expect(existsSync(out)).toBe(false)
})

test('Ctrl-C ends a simulation within seconds and leaves no half-written file', async () => {
  const folder = throwAwayFolder(),
    out = join(folder, 'out')
  const { child, ended } = startTavrnn(['simulate', '--kind', 'drift', '--subjects', '400', '--seed', '3', '--out', out, '--json'], folder)
  await new Promise<void>((resolve) => child.stderr?.on('data', () => resolve()))
  child.kill('SIGINT')
  const { exitCode, out: said } = await ended
  expect([exitCode, JSON.parse(said).error.code]).toEqual([130, 'jobs/cancelled'])
  const left = readdirSync(out, { recursive: true }).map(String)
  expect(left.filter((name) => name.endsWith('.part'))).toEqual([])
  for (const name of readdirSync(out)) expect([0, 4]).toContain(readdirSync(join(out, name)).length)
})
