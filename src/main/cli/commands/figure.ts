import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { figureNames, type FigureName } from '../../../shared/domain/figure.ts'
import type { RouteInput } from '../../../shared/contract/contract.ts'
import { ask, openNamedProject, WrongUse, type Command, type Session } from '../command.ts'
import { resultsAsRecorded } from '../newest.ts'

type Input = RouteInput<'figures.export'>

/** Draws one figure of the newest results into a file. */
export const figure: Command = async (session) => {
  const { arguments: given, output, translate } = session
  await openNamedProject(session)
  const name = given.text('figure') ?? ''
  if (!figureNames.includes(name as FigureName))
    throw new WrongUse(translate('cli.unknownFigure', { figure: name, figures: figureNames.join(', ') }))
  const out = given.text('out')
  if (!out) throw new WrongUse(translate('cli.outMissing'))
  const format = (given.text('format') ?? out.split('.').at(-1)) as Input['format']
  const file = await ask(session, 'figures.export', {
    spec: await specOf(session, name as FigureName),
    format,
    widthMm: given.number('width-mm'),
    dpi: given.number('dpi'),
  })
  const path = await writeOut(session, out, file.bytes)
  output.say(path)
  return { path, bytes: file.bytes.length }
}

/** @throws RefusedCall-like exports/cannot-write when the place cannot be written */
export async function writeOut(session: Session, out: string, bytes: Uint8Array): Promise<string> {
  const path = resolve(out)
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, bytes)
  } catch {
    throw new WrongUse(session.translate('errors.exports/cannot-write.message', { file: path }))
  }
  return path
}

async function specOf(session: Session, figureName: FigureName): Promise<Input['spec']> {
  const given = session.arguments
  const { recordings } = await ask(session, 'recordings.list', {})
  const { sets, runs } = await resultsAsRecorded(session)
  const { evaluations } = await ask(session, 'evaluations.list', {})
  const { projections } = await ask(session, 'embeddings.projections', {})
  const nothing = (): never => {
    throw new WrongUse(session.translate('cli.nothingToDraw', { figure: figureName }))
  }
  const recordingId = recordings.at(-1)?.id ?? nothing()
  const snapshotSetId = sets.at(-1)?.id ?? null
  const modelRunId = runs.at(-1)?.id ?? null
  const snapshot = given.number('snapshot')
  const snapshotIndex = snapshot === undefined ? null : snapshot - 1
  switch (figureName) {
    case 'raster':
    case 'traces':
      return { figure: figureName, recordingId }
    case 'electrode-map':
      return { figure: figureName, recordingId, value: (given.text('value') ?? 'rate') as 'rate', snapshotSetId, modelRunId, snapshotIndex }
    case 'density':
      return { figure: figureName, snapshotSetId: snapshotSetId ?? nothing() }
    case 'loss':
      return { figure: figureName, modelRunId: modelRunId ?? nothing() }
    case 'alignment-map': {
      const alignmentId = (await ask(session, 'alignments.list', {})).alignments.at(-1)?.id ?? nothing(),
        column = (given.text('column') ?? 'asRecorded') as 'asRecorded'
      return { figure: figureName, alignmentId, column, value: (given.text('value') ?? 'performance') as 'performance', snapshotIndex }
    }
    case 'alignment-series': {
      const alignmentId = (await ask(session, 'alignments.list', {})).alignments.at(-1)?.id ?? nothing()
      return { figure: figureName, alignmentId, measure: (given.text('measure') ?? 'coupling') as 'coupling' }
    }
    case 'cohort':
      return { figure: figureName, cohortId: (await ask(session, 'cohorts.list', {})).cohorts.at(-1)?.id ?? nothing() }
    case 'models':
    case 'confusion':
    case 'split':
      return { figure: figureName, evaluationId: evaluations.at(-1)?.id ?? nothing() }
    case 'embedding': {
      const method = given.text('method')
      const projectionId = projections.filter(({ recipe }) => !method || recipe.method === method).at(-1)?.id ?? nothing()
      return { figure: figureName, projectionId, colour: (given.text('colour') ?? 'snapshot') as 'snapshot', snapshotIndex }
    }
  }
}
