import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { performance } from 'node:perf_hooks'
import { snapshotPresets } from '../../../shared/domain/snapshot.ts'
import type { RouteInput } from '../../../shared/contract/contract.ts'
import { ask, finishJob, type Command } from '../command.ts'
import { project } from './embed.ts'
import { writeOut } from './figure.ts'

const defaultEpochs = 50

/** The sample recording from file to figures, one seed, without a window. */
export const demo: Command = async (session) => {
  const { arguments: given, output, translate } = session
  const folder = resolve(given.text('out') ?? 'demo')
  const path = freeName(folder)
  const steps: { name: string; seconds: number }[] = []
  const timed = async <Result>(name: string, work: () => Promise<Result>): Promise<Result> => {
    const start = performance.now()
    const result = await work()
    const seconds = (performance.now() - start) / 1000
    steps.push({ name, seconds })
    output.say(`${translate(`cli.step.${name}`)}  ${seconds.toFixed(1)} s`)
    return result
  }

  const { files } = await ask(session, 'projects.sampleFiles', {})
  await writeOut(session, join(folder, 'ABOUT.txt'), new TextEncoder().encode(`${translate('start.sample.citation')}\n`))
  await ask(session, 'projects.create', { name: translate('start.sample.title'), path })

  const recordingId = await timed('import', async () => {
    const { jobId } = await ask(session, 'import.run', { files, name: translate('start.sample.title'), subject: 'P11', condition: '' })
    return finishJob(session, jobId)
  })
  const snapshotSetId = await timed('snapshots', async () => {
    const { jobId } = await ask(session, 'snapshots.make', { recordingId, recipe: snapshotPresets.waves })
    return finishJob(session, jobId ?? 0)
  })
  const modelRunId = await timed('train', async () => {
    const started = await ask(session, 'modelRuns.start', {
      snapshotSetId,
      recipe: { epochs: given.number('epochs') ?? defaultEpochs, seed: 1 },
      beside: 'none',
    })
    await finishJob(session, started.jobId)
    return started.modelRunId
  })
  const projectionIds: Record<string, number> = {}
  for (const method of ['pca', 'umap', 'tsne'] as const) {
    projectionIds[method] = (await timed(method, () => project(session, modelRunId, { method }))).id
  }

  const specs: Record<string, RouteInput<'figures.export'>['spec']> = {
    raster: { figure: 'raster', recordingId, fromS: 0, toS: 60 },
    'map rate': { figure: 'electrode-map', recordingId, value: 'rate' },
    'map degree': { figure: 'electrode-map', recordingId, value: 'degree', snapshotSetId },
    density: { figure: 'density', snapshotSetId },
    loss: { figure: 'loss', modelRunId },
    ...Object.fromEntries(
      Object.entries(projectionIds).map(([method, projectionId]) => [
        `embedding ${method}`,
        { figure: 'embedding', projectionId, colour: 'snapshot' } as const,
      ]),
    ),
  }
  const figures: string[] = [],
    tables: string[] = []
  await timed('figures', async () => {
    for (const [name, spec] of Object.entries(specs)) {
      for (const format of ['svg', 'png', 'csv'] as const) {
        const { bytes } = await ask(session, 'figures.export', { spec, format, widthMm: 120 })
        const to = format === 'csv' ? tables : figures
        to.push(await writeOut(session, join(folder, `${name}.${format}`), bytes))
      }
    }
  })
  output.say(translate('cli.demoDone', { folder }))
  return { project: path, steps, figures, tables }
}

/** A demo never replaces the project of an earlier one. */
function freeName(folder: string): string {
  for (let number = 1; ; number++) {
    const path = join(folder, number === 1 ? 'sample.tavrnn' : `sample ${number}.tavrnn`)
    if (!existsSync(path)) return path
  }
}
