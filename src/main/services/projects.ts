import { existsSync, mkdirSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { Handlers } from '../../shared/contract/contract.ts'
import { fail } from '../../shared/contract/errors.ts'
import type { ProjectSummary } from '../../shared/domain/project.ts'
import { markJobsInterrupted } from '../store/jobs.ts'
import { markInterrupted } from '../store/model-runs.ts'
import { closeProject, createProject, openProject } from '../store/open.ts'
import { countResults, projectName } from '../store/projects.ts'
import { listProvenance } from '../store/provenance.ts'
import { nowIso, openDb, type Context } from './context.ts'
import { readRemembered, writeRemembered } from './settings.ts'

const sampleFile = 'Maccione2014_P11_14May12_spont_day1_1_SpkTs_12_bursts_filtered.h5'

type Names =
  | 'projects.recent'
  | 'projects.current'
  | 'projects.create'
  | 'projects.open'
  | 'projects.openSample'
  | 'projects.sampleFiles'
  | 'projects.close'
  | 'projects.forget'
  | 'projects.provenance'

export function projectServices(context: Context): Pick<Handlers, Names> {
  return {
    'projects.recent': () => ({
      recent: readRemembered(context).recent.map((one) => ({ ...one, exists: existsSync(one.path) })),
    }),
    'projects.current': () => ({ project: context.project ? summaryOf(context) : null }),
    'projects.create': async ({ name, path }) => {
      const file = path ? resolve(path) : join(context.dataDir, 'projects', `${fileNameOf(name)}.tavrnn`)
      if (existsSync(file)) throw fail('project/exists', { file })
      await shutProject(context)
      mkdirSync(dirname(file), { recursive: true })
      context.project = { db: createProject(file, name, nowIso(context)), path: file, readOnly: false }
      return welcome(context)
    },
    'projects.open': ({ path }) => open(context, resolve(path)),
    'projects.openSample': async () => {
      const path = join(context.dataDir, 'projects', 'Sample - developing retina.tavrnn')
      const files = sampleFiles(context)
      if (existsSync(path)) return { project: await open(context, path), files }
      await shutProject(context)
      mkdirSync(dirname(path), { recursive: true })
      context.project = { db: createProject(path, 'Sample: developing retina', nowIso(context)), path, readOnly: false }
      return { project: welcome(context), files }
    },
    'projects.sampleFiles': () => ({ files: sampleFiles(context) }),
    'projects.close': async () => {
      await shutProject(context)
      context.notify({ notice: 'changed', area: 'projects' })
      return {}
    },
    'projects.forget': ({ path }) => {
      writeRemembered(context, { recent: readRemembered(context).recent.filter((one) => one.path !== path) })
      return {}
    },
    'projects.provenance': () => ({ steps: listProvenance(openDb(context)) }),
  }
}

const sampleFiles = (context: Context): string[] => [join(context.resourcesDir, 'sample', sampleFile)]

/** Stops what runs at its last checkpoint and leaves one file behind. */
export async function shutProject(context: Context): Promise<void> {
  await context.queue.stopAll('interrupted')
  const project = context.project
  context.project = null
  context.unkept.clear()
  if (project) closeProject(project.db, project.readOnly)
}

async function open(context: Context, path: string): Promise<ProjectSummary> {
  if (context.project?.path === path) return summaryOf(context)
  // The new one first: when it cannot be opened, the open one stays as it was.
  const opened = openProject(path)
  await shutProject(context)
  context.project = { ...opened, path }
  if (!opened.readOnly) {
    markInterrupted(opened.db)
    markJobsInterrupted(opened.db)
  }
  return welcome(context)
}

function welcome(context: Context): ProjectSummary {
  const summary = summaryOf(context)
  const others = readRemembered(context).recent.filter((one) => one.path !== summary.path)
  writeRemembered(context, { recent: [{ path: summary.path, name: summary.name, openedAt: nowIso(context) }, ...others].slice(0, 20) })
  context.notify({ notice: 'changed', area: 'projects' })
  return summary
}

function summaryOf(context: Context): ProjectSummary {
  const db = openDb(context)
  return {
    name: projectName(db) || basename(context.project?.path ?? '', '.tavrnn'),
    path: context.project?.path ?? '',
    readOnly: context.project?.readOnly ?? false,
    ...countResults(db),
  }
}

/** Letters of any script stay; what a file system refuses becomes a dash. */
function fileNameOf(name: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is taken out
  return (
    name
      .replace(/[<>:"/\\|?*\u0000-\u001f]+/g, '-')
      .replace(/[. ]+$/, '')
      .trim() || 'project'
  )
}
