import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { throwAwayFolder } from '../main/throw-away.ts'
import { writeSimulatedRecording } from '../main/simulated-spikes.ts'
import { startTavrnn, tavrnn } from './tavrnn.ts'

const sample = fileURLToPath(
  new URL('../../resources/sample/Maccione2014_P11_14May12_spont_day1_1_SpkTs_12_bursts_filtered.h5', import.meta.url),
)
const settings = [
  '--set',
  'binMs=100',
  '--set',
  'windowS=40',
  '--set',
  'stepS=20',
  '--set',
  'edges.rule=proportional',
  '--set',
  'edges.density=0.2',
]

test('inspect tells of the sample what its own README says', async () => {
  const { exitCode, reply } = await tavrnn(throwAwayFolder(), 'inspect', sample)
  expect(exitCode).toBe(0)
  expect(reply).toMatchObject({
    ok: true,
    value: { format: 'retinal-wave-hdf5', modality: 'spikes', channels: 913, spikes: 675121, traceSums: null },
  })
  expect(reply.value.spikesPerChannel.slice(0, 8)).toEqual([181, 162, 30, 41, 133, 93, 102, 108])
  expect(reply.value.positionsUm.slice(0, 2)).toEqual([
    [84, 0],
    [210, 2310],
  ])
})

test('import, snapshots, train, embed, figure and export, one after the other', async () => {
  const folder = throwAwayFolder(),
    project = join(folder, 'Projekt ü.tavrnn')
  const { spikes, layout, spikeCount } = writeSimulatedRecording(folder)
  const run = async (...words: string[]) => {
    const done = await tavrnn(folder, ...words, '--project', project)
    expect(done, done.err).toMatchObject({ exitCode: 0, reply: { ok: true } })
    return done.reply.value
  }
  expect(await run('import', spikes, '--layout', layout, '--subject', 'S1')).toMatchObject({ channelCount: 23, spikeCount, subject: 'S1' })
  expect((await run('snapshots', ...settings)).snapshots).toHaveLength(5)
  expect((await run('train', '--epochs', '3', '--seeds', '2')).runs).toMatchObject([
    { seed: 1, epochs: 3, engine: 'cpu-plain', rateMatched: { seed: 1, epochs: 3 } },
    { seed: 2, epochs: 3, rateMatched: { seed: 2 } },
  ])
  // what was trained stands; only the third seed is new
  const again = (await run('train', '--epochs', '3', '--seeds', '3', '--set', 'beside=none')).runs as { modelRunId: number }[]
  expect(again.map(({ modelRunId }) => modelRunId)).toEqual([1, 3, 5])
  // five windows without events are too few for a correlation, and one culture is no cohort
  expect(await run('align', '--set', 'permutations=0')).toMatchObject({
    recordings: [{ subject: 'S1', rho: null, rhoRateMatched: null }],
    claim: null,
    sentence: expect.any(String),
  })
  expect(await run('embed', '--method', 'pca')).toMatchObject({ kl: null })
  const svg = join(folder, 'embedding.svg'),
    png = join(folder, 'map.png'),
    csv = join(folder, 'embedding.csv')
  await run('figure', '--figure', 'embedding', '--out', svg)
  await run('figure', '--figure', 'electrode-map', '--value', 'score', '--out', png)
  await run('export', '--what', 'embedding', '--out', csv)
  expect(readFileSync(svg, 'utf8')).toContain('<svg')
  expect(readFileSync(png).subarray(1, 4).toString()).toBe('PNG')
  expect(readFileSync(csv, 'utf8').trim().split('\n')).toHaveLength(1 + 5 * 23)
})

test('words that are wrong end with 2, work that fails with 1, and both say why', async () => {
  const folder = throwAwayFolder()
  expect(await tavrnn(folder, 'fly')).toMatchObject({
    exitCode: 2,
    reply: { ok: false, error: { message: expect.stringContaining('fly') } },
  })
  expect(await tavrnn(folder, 'inspect', '--wings', '2')).toMatchObject({ exitCode: 2, reply: { ok: false } })
  expect(await tavrnn(folder, 'inspect', join(folder, 'nowhere.h5'))).toMatchObject({
    exitCode: 1,
    reply: { ok: false, error: { code: 'import/file-not-found' } },
  })
  writeFileSync(join(folder, 'bad.csv'), 'channel,time_s\n1,NaN\n')
  const bad = await tavrnn(folder, 'import', join(folder, 'bad.csv'), '--project', join(folder, 'p.tavrnn'), '--lang', 'zh')
  expect(bad).toMatchObject({
    exitCode: 1,
    reply: {
      ok: false,
      error: { code: 'import/cell-not-a-number', message: expect.stringMatching(/bad\.csv.*[一-龥]|[一-龥].*bad\.csv/s) },
    },
  })
})

test('selfcheck passes every reference file and fails one whose numbers were changed', async () => {
  const folder = throwAwayFolder()
  const all = await tavrnn(folder, 'selfcheck')
  expect(all.exitCode).toBe(0)
  const engines = all.reply.value.fixtures.map(({ engine }: { engine: string }) => engine)
  for (const engine of ['cpu-plain', 'cpu-relaxed']) expect(engines.filter((name: string) => name === engine)).toHaveLength(6)
  expect(all.reply.value.fixtures.every(({ pass }: { pass: boolean }) => pass)).toBe(true)

  const golden = JSON.parse(
    readFileSync(fileURLToPath(new URL('../../resources/golden/rows-history-12x5.json', import.meta.url)), 'utf8'),
  ) as { loss: number; epochs: { nll: number }[] }
  for (const epoch of golden.epochs) epoch.nll *= 1.01
  const changed = join(folder, 'changed.json')
  writeFileSync(changed, JSON.stringify(golden))
  expect(await tavrnn(folder, 'selfcheck', changed, '--engine', 'cpu')).toMatchObject({
    exitCode: 1,
    reply: { ok: true, value: { fixtures: expect.arrayContaining([expect.objectContaining({ engine: 'cpu-plain', pass: false })]) } },
  })
})

test('a training killed with -9 goes on from its checkpoint to the very same weights', async () => {
  const folder = throwAwayFolder()
  const { spikes } = writeSimulatedRecording(folder, { channelCount: 60 })
  const prepare = async (name: string): Promise<string> => {
    const project = join(folder, `${name}.tavrnn`)
    await tavrnn(folder, 'import', spikes, '--project', project)
    await tavrnn(folder, 'snapshots', '--project', project, ...settings)
    return project
  }
  const words = ['train', '--epochs', '400', '--set', 'stopsWhenFlat=false', '--set', 'beside=none']
  const calm = await prepare('calm'),
    killed = await prepare('killed')
  expect((await tavrnn(folder, ...words, '--project', calm)).exitCode).toBe(0)

  const { child, ended } = startTavrnn([...words, '--project', killed], folder)
  await new Promise<void>((resolve) => {
    let seen = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      seen += chunk.toString()
      if (/Training (?:[3-9]|[1-9]\d) %/.test(seen)) resolve()
    })
  })
  child.kill('SIGKILL')
  expect((await ended).exitCode).toBe(null)

  const resumed = await tavrnn(folder, ...words, '--project', killed)
  expect(resumed.reply.value.runs, resumed.err).toMatchObject([{ epochs: 400 }])
  expect(resumed.reply.value.runs).toHaveLength(1)
  const csv = async (project: string): Promise<string> => {
    const out = join(folder, 'embedding.csv')
    await tavrnn(folder, 'export', '--what', 'embedding', '--project', project, '--out', out)
    return readFileSync(out, 'utf8')
  }
  expect(await csv(killed)).toBe(await csv(calm))
})

test('a disk that fills up during training is told, and the training goes on once there is room', async () => {
  const folder = throwAwayFolder(),
    project = join(folder, 'full.tavrnn')
  const { spikes } = writeSimulatedRecording(folder, { channelCount: 60 })
  await tavrnn(folder, 'import', spikes, '--project', project)
  await tavrnn(folder, 'snapshots', '--project', project, ...settings)
  const words = ['train', '--epochs', '30', '--set', 'beside=none', '--project', project]
  const limitKB = Math.ceil(statSync(project).size / 1024) + 40
  const full = await startTavrnn([...words, '--json'], folder, limitKB).ended
  expect(JSON.parse(full.out), full.err).toMatchObject({ ok: false, error: { code: 'project/disk-full', details: { file: project } } })
  expect(full.exitCode).toBe(1)
  expect((await tavrnn(folder, ...words)).reply).toMatchObject({ ok: true, value: { runs: [{ epochs: 30 }] } })
})

test('the demo takes the sample from file to figures, and a second one leaves the first alone', async () => {
  const folder = throwAwayFolder(),
    out = join(folder, 'demo')
  const { exitCode, reply, err } = await tavrnn(folder, 'demo', '--out', out, '--epochs', '2')
  expect(exitCode, err).toBe(0)
  const { project, steps, figures, tables } = reply.value
  expect(steps.map(({ name }) => name)).toEqual(['import', 'snapshots', 'train', 'pca', 'umap', 'tsne', 'figures'])
  expect([figures.length, tables.length]).toEqual([16, 8])
  for (const path of figures) expect(statSync(path).size, path).toBeGreaterThan(5000)
  const rows = readFileSync(tables.find((path) => path.endsWith('embedding tsne.csv')) ?? '', 'utf8')
    .trim()
    .split('\n')
  expect(rows).toHaveLength(1 + 21 * 913)
  const before = statSync(project).mtimeMs
  const { child, ended } = startTavrnn(['demo', '--out', out, '--epochs', '2'], folder)
  await new Promise<void>((resolve) => child.stdout?.once('data', () => resolve()))
  child.kill('SIGINT')
  expect((await ended).exitCode).toBe(130)
  expect(statSync(project).mtimeMs).toBe(before)
}, 300_000)
