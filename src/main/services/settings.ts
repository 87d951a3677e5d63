import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Handlers } from '../../shared/contract/contract.ts'
import { recentProject, rememberedRig, settings, type Settings } from '../../shared/domain/project.ts'
import { engineWord } from '../../shared/domain/model-run.ts'
import type { Context } from './context.ts'

const remembered = z.object({
  // Files of earlier versions know no engine and no threads.
  settings: settings
    .extend({ engine: engineWord.default('auto'), threads: settings.shape.threads.default(null) })
    .prefault({ language: null, theme: 'system' }),
  rigs: z.array(rememberedRig).default([]),
  recent: z.array(recentProject.omit({ exists: true })).default([]),
})
type Remembered = z.infer<typeof remembered>

/** Language, theme and recent projects: a small file of the data folder, not of a project. */
export function readRemembered(context: Context): Remembered {
  try {
    return remembered.parse(JSON.parse(readFileSync(fileOf(context), 'utf8')))
  } catch {
    return remembered.parse({})
  }
}

/** Written beside and renamed, so that a pulled plug leaves the old file or the new one. */
export function writeRemembered(context: Context, change: Partial<Remembered>): void {
  mkdirSync(context.dataDir, { recursive: true })
  const file = fileOf(context)
  writeFileSync(`${file}.new`, JSON.stringify({ ...readRemembered(context), ...change }, null, 2))
  renameSync(`${file}.new`, file)
}

export function settingsServices(context: Context): Pick<Handlers, 'settings.get' | 'settings.set'> {
  return {
    'settings.get': () => readRemembered(context).settings,
    'settings.set': (change) => {
      const next: Settings = { ...readRemembered(context).settings, ...change }
      writeRemembered(context, { settings: next })
      return next
    },
  }
}

const fileOf = (context: Context): string => join(context.dataDir, 'settings.json')
