import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { throwAwayFolder } from '../main/throw-away.ts'
import { writeSimulatedRecording } from '../main/simulated-spikes.ts'
import { tavrnn } from './tavrnn.ts'

test('a recipe comes by file and setting by setting, and what does not go together is said', async () => {
  const folder = throwAwayFolder(),
    project = join(folder, 'p.tavrnn'),
    file = join(folder, 'recipe.json')
  const { spikes, layout } = writeSimulatedRecording(folder)
  await tavrnn(folder, 'import', spikes, '--layout', layout, '--project', project)
  writeFileSync(file, JSON.stringify({ binMs: 100, windowS: 40, stepS: 20, rateMatching: { seed: 5 } }))
  const snapshots = (...words: string[]) => tavrnn(folder, 'snapshots', '--project', project, '--recipe', file, ...words)
  const set = (...pairs: string[]): string[] => pairs.flatMap((pair) => ['--set', pair])

  const ranked = await snapshots(
    ...set('rateMatching.seed=2', 'association.measure=spearman', 'filter.dropsFirst=true', 'edges.rule=absolute', 'edges.threshold=0.3'),
  )
  expect(ranked.reply.value).toMatchObject({
    recipe: {
      binMs: 100,
      rateMatching: { seed: 2 },
      association: { measure: 'spearman' },
      filter: { bound: 'surrogates', dropsFirst: true },
      edges: { rule: 'absolute', threshold: 0.3 },
    },
    channelCount: 23,
    leftOut: { channelIndexes: [], intervals: [] },
  })
  const asRecorded = await snapshots(...set('rateMatching=null', 'edges.rule=proportional'))
  expect(asRecorded.reply.value).toMatchObject({ recipe: { rateMatching: null }, channelCount: 23 })

  const byLap = await snapshots(...set('rateMatching=null', 'windows.by=interval', 'windows.labels=left,right'))
  expect(byLap).toMatchObject({
    exitCode: 1,
    reply: { ok: false, error: { code: 'snapshots/no-intervals', details: { labels: 'left, right' } } },
  })
  const untested = await snapshots(...set('filter.bound=marchenko-pastur'))
  expect(untested).toMatchObject({ exitCode: 1, reply: { ok: false, error: { code: 'snapshots/no-significance-after-filter' } } })
  const mistyped = await snapshots(...set('association.measure=kendall'))
  expect(mistyped).toMatchObject({ exitCode: 1, reply: { ok: false, error: { code: 'contract/input-refused' } } })
})
