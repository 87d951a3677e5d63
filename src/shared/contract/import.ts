import { z } from 'zod'
import { float64, int16 } from '../domain/numbers.ts'
import { importAnswers, importWarning, inspection } from '../domain/inspection.ts'
import { rememberedRig } from '../domain/project.ts'
import { region } from '../domain/region.ts'
import { errorTable, type ErrorCode } from './errors.ts'
import { route } from './route.ts'

/** every way in which a file can be refused */
export const refusals = (Object.keys(errorTable) as ErrorCode[]).filter((code) => code.startsWith('import/') || code.startsWith('layouts/'))

const chosenFiles = {
  files: z.array(z.string().min(1)).min(1).max(100),
  format: z.string().max(80).optional(),
  set: importAnswers.default({}),
}

/** Regions the person drew or loaded, on the channels as inspected. */
export const layoutDraft = z.strictObject({
  name: z.string().max(200),
  regions: z.array(region).max(200),
  regionOfChannel: int16,
  /** [channels, 2] of an array the person chose, in place of the file's; null: the file's */
  positionsUm: float64.nullable().default(null),
  /** what choosing it said; kept with the recording */
  warnings: z.array(importWarning).default([]),
})
export type LayoutDraft = z.infer<typeof layoutDraft>

export const imports = {
  /** sorts files and folders into recordings: a name for each, its own files, and what seems to go with it; then what no format knows */
  'import.sort': route(
    z.strictObject({ files: z.array(z.string().min(1)).min(1).max(2000) }),
    z.object({
      recordings: z.array(
        z.object({ name: z.string(), files: z.array(z.string()), beside: z.array(z.string()), isRecognised: z.boolean() }),
      ),
    }),
    refusals,
  ),
  /** answers given when a recording of this format was last imported on this machine; null: there was none */
  'import.remembered': route(z.strictObject({ format: z.string().max(80) }), z.object({ rig: rememberedRig.nullable() })),
  'import.inspect': route(z.strictObject(chosenFiles), inspection, refusals),
  'import.run': route(
    z.strictObject({
      ...chosenFiles,
      name: z.string().max(200).default(''),
      subject: z.string().max(200).default(''),
      condition: z.string().max(200).default(''),
      recordedOn: z.string().max(40).nullable().default(null),
      /** replaces regions found in the files */
      layout: layoutDraft.nullable().default(null),
    }),
    z.object({ jobId: z.int() }),
    ['project/none-open', 'project/read-only', ...refusals],
  ),
}
