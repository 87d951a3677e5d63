import { join } from 'node:path'
import type { Handlers } from '../../shared/contract/contract.ts'
import { arrayTemplates } from '../../shared/domain/array-template.ts'
import { templateTable } from '../importers/array-templates.ts'
import { lookAtLayout, onChannels, readLayoutTable, readLayout } from '../importers/layout-csv.ts'
import type { LayoutTable } from '../importers/layout-table.ts'
import { openFile } from '../importers/opened-file.ts'
import { getRecording, setLayout } from '../store/recordings.ts'
import { writableDb, type Context } from './context.ts'

type Names = 'layouts.look' | 'layouts.read' | 'layouts.template' | 'layouts.set'

export function layoutServices(context: Context): Pick<Handlers, Names> {
  return {
    'layouts.look': ({ file, set }) => lookAtLayout(file, set),
    'layouts.read': async ({ file, set, channelLabels }) => {
      const { name, regions, regionOfChannel, positionsUm, warnings } = await readLayout(file, channelLabels, set)
      return { layout: { name, regions, regionOfChannel }, positionsUm, warnings }
    },
    'layouts.template': async ({ template, pitchUm, numbering, channelLabels }) => {
      const table = template === 'dishbrain' ? await dishbrain(context) : templateTable(template, channelLabels, { pitchUm, numbering }),
        labels = channelLabels.length > 0 ? channelLabels : table.channelLabels
      const { name, regions, regionOfChannel, positionsUm, warnings } = onChannels(table, labels)
      return { layout: { name, regions, regionOfChannel }, positionsUm, warnings, channelLabels: labels }
    },
    'layouts.set': ({ recordingId, positionsUm, positions, ...layout }) => {
      const db = writableDb(context)
      getRecording(db, recordingId)
      setLayout(db, recordingId, layout, positionsUm && { positionsUm, replace: positions === 'replace' })
      context.notify({ notice: 'changed', area: 'recordings' })
      return {}
    },
  }
}

/** The array that played pong, from the file that ships with the app. */
async function dishbrain({ resourcesDir }: Context): Promise<LayoutTable> {
  const file = await openFile(join(resourcesDir, 'layouts', 'dishbrain.csv'))
  return {
    ...(await readLayoutTable([file], { answers: {}, interrupt: () => {} })),
    name: 'dishbrain',
    file: arrayTemplates.dishbrain.title,
  }
}
