import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { recorded } from '../main/importers/written-files.ts'
import { throwAwayFolder } from '../main/throw-away.ts'
import { tavrnn } from './tavrnn.ts'

test('a training that fails is said and stops no other, and the command has failed', async () => {
  const folder = throwAwayFolder(),
    project = join(folder, 'p.tavrnn'),
    recipe = join(folder, 'models.json')
  // such a rate makes every training unstable
  writeFileSync(recipe, JSON.stringify([{ model: 'tavrnn', learningRate: 1, clipNorm: null }, { model: 'vgae' }]))
  const run = (...words: string[]) => tavrnn(folder, ...words, '--project', project)
  await run('import', recorded('retina-512-tables/spikes.csv'))
  await run('snapshots', '--set', 'edges.rule=proportional', '--set', 'edges.density=0.2')
  const { exitCode, reply, err } = await run('train', '--recipe', recipe, '--seeds', '2', '--epochs', '80', '--set', 'beside=none')
  expect(exitCode, err).toBe(1)
  expect(reply).toMatchObject({ ok: false, error: { code: 'model-runs/diverged' } })
  for (const seed of [1, 2]) {
    expect(err).toContain(`TAVRNN, seed ${seed}: not trained. The training became unstable`)
    expect(err).toMatch(new RegExp(`^Seed ${seed}: 80 epochs on`, 'm'))
  }
}, 120_000)

test('a training that needed a smaller rate says so', async () => {
  const folder = throwAwayFolder(),
    project = join(folder, 'p.tavrnn')
  await tavrnn(folder, 'import', recorded('retina-512-tables/spikes.csv'), '--project', project)
  await tavrnn(folder, 'snapshots', '--set', 'edges.rule=proportional', '--set', 'edges.density=0.2', '--project', project)
  const words = ['train', '--epochs', '10', '--set', 'learningRate=0.2', '--set', 'beside=none', '--project', project]
  const { exitCode, reply, err } = await tavrnn(folder, ...words)
  expect(exitCode, err).toBe(0)
  expect(reply.value.runs).toMatchObject([{ epochs: 10, halvings: 1 }])
  expect(err).toContain('smaller learning rate (halved 1×)')
})
