import { z } from 'zod'
import { projectSummary, provenance, recentProject } from '../domain/project.ts'
import { route } from './route.ts'

const opening = ['project/not-found', 'project/not-a-project', 'project/newer-version', 'project/in-use', 'project/disk-full'] as const

export const projects = {
  'projects.recent': route(z.strictObject({}), z.object({ recent: z.array(recentProject) })),
  'projects.current': route(z.strictObject({}), z.object({ project: projectSummary.nullable() })),
  /** makes an empty project; without a path in the data folder, under its name */
  'projects.create': route(z.strictObject({ name: z.string().min(1).max(120), path: z.string().optional() }), projectSummary, [
    'project/exists',
    ...opening,
  ]),
  'projects.open': route(z.strictObject({ path: z.string().min(1) }), projectSummary, opening),
  /** the sample's own project, made where there is none, and the files of the real recording that ships with the app */
  'projects.openSample': route(z.strictObject({}), z.object({ project: projectSummary, files: z.array(z.string()) }), opening),
  /** the files of the sample, without opening anything */
  'projects.sampleFiles': route(z.strictObject({}), z.object({ files: z.array(z.string()) })),
  'projects.close': route(z.strictObject({}), z.object({})),
  'projects.forget': route(z.strictObject({ path: z.string() }), z.object({})),
  'projects.provenance': route(z.strictObject({}), z.object({ steps: z.array(provenance) }), ['project/none-open']),
}
