import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { evaluationRecipe } from '../../src/shared/domain/evaluation.ts'
import { modelNames, modelRecipe } from '../../src/shared/domain/model-run.ts'
import { uniformSequence } from '../../src/shared/domain/random.ts'
import { recipeConflict, snapshotRecipe } from '../../src/shared/domain/snapshot.ts'
import { throwAwayFolder } from '../main/throw-away.ts'
import { tavrnn } from './tavrnn.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const experiments = ['rat-linear-track', 'reach'] as const
const recipe = (experiment: string, part: string): string => here(`../../resources/recipes/${experiment}/${part}.json`)
const read = (experiment: string, part: string): unknown => JSON.parse(readFileSync(recipe(experiment, part), 'utf8'))

type Row = { model: string; kind: string; readOut: string | null; scores: { balancedAccuracy?: { mean: number } } }
type Findings = { rows: Row[]; classes: string[]; reason: unknown; controls: { control: string; model: string }[] }

/** Snapshots, every model, and the table, as docs/rat-and-reach.md says, with two epochs instead of two hundred. */
async function tableOf(
  folder: string,
  project: string,
  experiment: string,
  models: readonly string[] | null = null,
): Promise<{ findings: Findings; windowCount: number }> {
  const run = async (command: string, part: string, ...words: string[]) => {
    const { exitCode, reply, err } = await tavrnn(folder, command, '--project', project, '--recipe', recipe(experiment, part), ...words)
    expect(exitCode, `${command} ${err}`).toBe(0)
    return reply.value
  }
  const { snapshots } = await run('snapshots', 'snapshots')
  const small = ['--epochs', '2', '--set', 'outerUnits=16', '--set', 'innerUnits=8', '--set', 'beside=none'],
    some = models === null ? [] : ['--models', models.join(',')]
  const { runs } = await run('train', 'models', ...small, ...some)
  expect(runs).toHaveLength(models?.length ?? (read(experiment, 'models') as unknown[]).length)
  const { findings } = await run('evaluate', 'evaluation', '--set', 'readOuts=logistic', '--set', 'permutationCount=3')
  return { findings: findings as Findings, windowCount: snapshots.length }
}

/** Every model has a number, and stands beside who fired and the commonest class. */
function expectWholeTable({ rows, reason }: Findings, learnedCount: number): void {
  expect(reason).toBe(null)
  const models = new Set(rows.map(({ model }) => model))
  for (const name of ['majority', 'who-fired', 'log-rates', 'density', 'degree-strength', 'pca-8', 'spectral-8'])
    expect(models).toContain(name)
  const learned = [...models].filter((name) => modelNames.some((known) => name === known || name.startsWith(`${known}-`)))
  expect(learned).toHaveLength(learnedCount)
  for (const { model, scores } of rows) expect(scores.balancedAccuracy?.mean, model).toBeGreaterThanOrEqual(0)
}

const scoreOf = ({ rows }: Findings, model: string): number => rows.find((row) => row.model === model)?.scores.balancedAccuracy?.mean ?? NaN

for (const experiment of experiments) {
  test(`the recipes of ${experiment} are whole, go together and ask every model`, () => {
    const snapshots = snapshotRecipe.parse(read(experiment, 'snapshots'))
    expect(recipeConflict(snapshots, 'spikes')).toBe(null)
    expect(snapshots.windows.by).toBe('interval')
    const models = (read(experiment, 'models') as unknown[]).map((one) => modelRecipe.parse(one))
    expect(new Set(models.map(({ model }) => model))).toEqual(new Set(modelNames))
    const evaluation = evaluationRecipe.parse(read(experiment, 'evaluation'))
    expect(evaluation).toMatchObject({ task: 'states', label: 'interval', models: null, controls: ['labels-permuted'] })
  })
}

test('the recipes of all models on cultures are whole', () => {
  const models = (read('cultures', 'models') as unknown[]).map((one) => modelRecipe.parse(one))
  expect(new Set(models.map(({ model }) => model))).toEqual(new Set(modelNames.filter((name) => name !== 'cebra')))
})

test('the recipes of the drug pair go together', () => {
  expect(recipeConflict(snapshotRecipe.parse(read('drug-pair', 'snapshots')), 'spikes')).toBe(null)
  expect(evaluationRecipe.parse(read('drug-pair', 'evaluation'))).toMatchObject({ label: 'condition', models: null })
  expect(evaluationRecipe.parse(read('cultures', 'evaluation'))).toMatchObject({ label: 'performance', split: { kind: 'subjects' } })
})

test('a recipe file that is no JSON is said, and a recipe that is none is refused', async () => {
  const folder = throwAwayFolder(),
    project = join(folder, 'p.tavrnn'),
    file = join(folder, 'recipe.json'),
    { spikes, intervals } = writePieces(folder, visits(), 2)
  await tavrnn(folder, 'import', spikes, intervals, '--project', project)
  await tavrnn(folder, 'snapshots', '--project', project, '--recipe', recipe('rat-linear-track', 'snapshots'))
  writeFileSync(file, '{')
  for (const command of ['snapshots', 'train', 'evaluate'])
    expect(await tavrnn(folder, command, '--project', project, '--recipe', file), command).toMatchObject({
      exitCode: 2,
      reply: { ok: false, error: { message: expect.stringContaining(file) } },
    })
  // one model of several, by the name it has in the table
  const chosen = await tavrnn(
    folder,
    'train',
    '--project',
    project,
    '--recipe',
    recipe('cultures', 'models'),
    '--models',
    'tavrnn-random-weights',
  )
  expect(chosen, chosen.err).toMatchObject({ exitCode: 0, reply: { value: { runs: [{ seed: 1 }] } } })
  const none = await tavrnn(folder, 'train', '--project', project, '--recipe', recipe('cultures', 'models'), '--models', 'vgae,vgea')
  expect(none).toMatchObject({ exitCode: 2, reply: { ok: false, error: { message: expect.stringContaining('vgea') } } })
  // visits are trained by who a channel is, unless another preset is named
  const train = async (...words: string[]) =>
    (await tavrnn(folder, 'train', '--project', project, '--epochs', '1', '--set', 'beside=none', ...words)).err
  expect(await train()).toContain('Preset rat')
  expect(await train('--preset', 'rat')).toContain('trained before')
  writeFileSync(file, '{"colour": 1}')
  for (const command of ['train', 'evaluate'])
    expect(await tavrnn(folder, command, '--project', project, '--recipe', file), command).toMatchObject({
      exitCode: 1,
      reply: { ok: false, error: { code: 'contract/input-refused' } },
    })
})

test('the rat’s recipes run on a real track of 31 cells: who fired tells the ends apart', { timeout: 600_000 }, async () => {
  const folder = throwAwayFolder(),
    project = join(folder, 'rat.tavrnn'),
    track = (name: string): string => here(`../fixtures/recordings/rat-linear-track/${name}`)
  const ends = ['trackAxis=x', 'endAPx=140', 'endBPx=475'].flatMap((pair) => ['--set', pair])
  const files = [track('spikes.mat'), track('trajectory.videoPositionTracking')]
  const imported = await tavrnn(folder, 'import', ...files, '--project', project, ...ends)
  expect(imported.exitCode, imported.err).toBe(0)
  const { findings, windowCount } = await tableOf(folder, project, 'rat-linear-track')
  expect(windowCount).toBe(60)
  expect(findings.classes.toSorted()).toEqual(['A', 'B'])
  expectWholeTable(findings, (read('rat-linear-track', 'models') as unknown[]).length)
  expect(scoreOf(findings, 'majority')).toBe(0.5)
  expect(scoreOf(findings, 'who-fired')).toBeGreaterThan(0.7)
})

/** every model goes through the real track; one of each sort goes through what is simulated */
const quickModels = ['tavrnn-identity', 'vgae-identity', 'dyngem', 'cebra']

for (const { name, experiment, pieces, classCount, windowCount } of [
  { name: 'a simulated track', experiment: 'rat-linear-track', pieces: visits, classCount: 2, windowCount: 42 },
  { name: 'a simulated reach of nine classes', experiment: 'reach', pieces: reaches, classCount: 8, windowCount: 160 },
]) {
  test(`the recipes of ${experiment} run on ${name}`, { timeout: 600_000 }, async () => {
    const folder = throwAwayFolder(),
      project = join(folder, 'p.tavrnn'),
      { spikes, intervals } = writePieces(folder, pieces(), classCount)
    const imported = await tavrnn(folder, 'import', spikes, intervals, '--project', project)
    expect(imported.exitCode, imported.err).toBe(0)
    const { findings, windowCount: found } = await tableOf(folder, project, experiment, quickModels)
    expect([found, findings.classes.length]).toEqual([windowCount, experiment === 'reach' ? 9 : 2])
    expectWholeTable(findings, quickModels.length)
    expect(scoreOf(findings, 'majority')).toBeCloseTo(1 / findings.classes.length, 6)
    expect(scoreOf(findings, 'log-rates')).toBeGreaterThan(1.5 * scoreOf(findings, 'majority'))
  })
}

type Piece = { startS: number; lengthS: number; label: string; liked: number | null }

/** Eighty reaches of 0.6 s to eight targets in turn, each after as long a piece of rest. */
function reaches(): Piece[] {
  return Array.from({ length: 80 }, (_, reach) => {
    const target = (reach * 3) % 8
    return [
      { startS: 2 * reach + 0.2, lengthS: 0.6, label: 'context', liked: null },
      { startS: 2 * reach + 1.2, lengthS: 0.6, label: `target ${target * 45}`, liked: target },
    ]
  }).flat()
}

/** Forty-two visits of 1.5 s to the two ends of a track in turn. */
function visits(): Piece[] {
  return Array.from({ length: 42 }, (_, visit) => ({ startS: 3 * visit + 0.7, lengthS: 1.5, label: 'AB'[visit % 2]!, liked: visit % 2 }))
}

/** Thirty units, each of which fires more in pieces of the class it likes; spikes and pieces as a person's files. */
function writePieces(folder: string, pieces: readonly Piece[], classCount: number): { spikes: string; intervals: string } {
  const uniform = uniformSequence(11, 'simulate'),
    rows = ['channel,time_s'],
    spans = ['start_s,end_s,label']
  for (const { startS, lengthS, label, liked } of pieces) {
    spans.push(`${startS.toFixed(3)},${(startS + lengthS).toFixed(3)},${label}`)
    for (let unit = 0; unit < 30; unit++) {
      const spikeCount = Math.floor((unit % classCount === liked ? 10 : 2) + 3 * uniform())
      for (let k = 0; k < spikeCount; k++) rows.push(`${unit},${(startS + lengthS * uniform()).toFixed(4)}`)
    }
  }
  const spikes = join(folder, 'spikes.csv'),
    intervals = join(folder, 'intervals.csv')
  writeFileSync(spikes, `${rows.join('\n')}\n`)
  writeFileSync(intervals, `${spans.join('\n')}\n`)
  return { spikes, intervals }
}
