import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Line } from '../../../src/shared/domain/line.ts'
import { openHost, type Opened } from './opened-host.ts'

const recipe = {
  snapshots: { binMs: 100, windowS: 40, stepS: 20, edges: { rule: 'proportional', density: 0.2 } },
  model: { epochs: 2, stopsWhenFlat: false, seed: 3 },
  seedCount: 2,
  beside: 'none',
  alignment: { permutations: 0, shifts: 0 },
} as const

async function importCultures({ ask, ended, folder }: Opened, subjectCount: number): Promise<void> {
  const { cultures } = await ask('simulations.make', {
    recipe: { kind: 'planted', seed: 5, subjectCount, channelCount: 40, durationS: 240 },
    out: join(folder, 'files'),
  })
  for (const [k, files] of cultures.entries()) {
    const { jobId } = await ask('import.run', { files: [files.spikes, files.layout, files.events], name: '', subject: `S${k + 1}` })
    await ended(jobId)
  }
}

/** Waits until the line has come to its end. */
async function arrived({ ask, host }: Opened): Promise<Line> {
  for (;;) {
    const changed = new Promise<void>((resolve) => {
      const end = host.subscribe((notice) => {
        if (notice.notice !== 'changed' || notice.area !== 'recipes') return
        end()
        resolve()
      })
    })
    const { line } = await ask('recipes.progress', {})
    if (line && !line.isRunning) return line
    await changed
  }
}

test('recordings go through one recipe to a tested cohort; one that fails stops no other, and nothing is done twice', async () => {
  const opened = await openHost(),
    { ask, codeOf, ended, folder } = opened
  await ask('projects.create', { name: 'p' })
  expect(await codeOf('recipes.run', {})).toBe('recipes/nothing-to-run')
  expect(await ask('recipes.progress', {})).toEqual({ line: null })
  await importCultures(opened, 3)
  const short = join(folder, 'short.csv')
  writeFileSync(short, `channel,time_s\n${Array.from({ length: 200 }, (_, k) => `${k % 10},${(k * 0.1).toFixed(2)}`).join('\n')}\n`)
  await ended((await ask('import.run', { files: [short], name: 'short', subject: 'S4' })).jobId)

  await ask('recipes.run', { recipe, engine: 'cpu' })
  expect(await codeOf('recipes.run', { recipe })).toBe('recipes/is-running')
  const line = await arrived(opened)
  expect(line.rows.map(({ step }) => step)).toEqual([...Array<string>(3).fill('done'), 'failed'])
  expect(line.rows.at(-1)?.error).toMatchObject({ code: 'snapshots/window-longer-than-recording' })
  const { cohort } = await ask('cohorts.get', { cohortId: line.cohortId ?? 0 })
  expect(cohort.findings.subjects.map(({ subject }) => subject)).toEqual(['S1', 'S2', 'S3'])
  const { modelRuns } = await ask('modelRuns.list', {})
  expect(modelRuns.map((run) => run.recipe.seed).sort()).toEqual([...Array<number>(3).fill(3), ...Array<number>(3).fill(4)])

  await ask('recipes.run', { recipe, engine: 'cpu' })
  expect((await arrived(opened)).cohortId).toBe(line.cohortId)
  expect((await ask('modelRuns.list', {})).modelRuns).toEqual(modelRuns)
}, 120_000)

test('a line that is stopped keeps what it has and goes on from there', async () => {
  const opened = await openHost(),
    { ask } = opened
  await ask('projects.create', { name: 'p' })
  await importCultures(opened, 2)
  const long = { ...recipe, model: { ...recipe.model, epochs: 600 } }
  const trains = new Promise<void>((resolve) => {
    const end = opened.host.subscribe((notice) => {
      if (notice.notice !== 'epoch') return
      end()
      resolve()
    })
  })
  await ask('recipes.run', { recipe: long, engine: 'cpu' })
  await trains
  await ask('recipes.stop', {})
  const stopped = await arrived(opened)
  expect(stopped.rows.every(({ step, error }) => step === 'stopped' && error === null)).toBe(true)
  expect(stopped.cohortId).toBeNull()
  const before = (await ask('modelRuns.list', {})).modelRuns
  expect(before.every(({ state }) => state === 'paused')).toBe(true)

  await ask('recipes.run', { recipe: long, engine: 'cpu' })
  expect((await arrived(opened)).rows.every(({ step }) => step === 'done')).toBe(true)
  const after = (await ask('modelRuns.list', {})).modelRuns
  expect(after).toHaveLength(4)
  expect(after.slice(0, before.length).map(({ id, state }) => [id, state])).toEqual(before.map(({ id }) => [id, 'done']))
}, 120_000)
