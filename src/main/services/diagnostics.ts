import { cpus, freemem, homedir, release, totalmem, type } from 'node:os'
import type { Handlers } from '../../shared/contract/contract.ts'
import { listJobs } from '../store/jobs.ts'
import { countRows } from '../store/projects.ts'
import { nowIso, type Context } from './context.ts'
import { readRemembered } from './settings.ts'

const jobCount = 20,
  lineCount = 200

/** What the authors need to know of a machine on which something went wrong: no data, no names, nobody's folders. */
export function diagnosticsServices(context: Context): Pick<Handlers, 'settings.diagnostics'> {
  return {
    'settings.diagnostics': () => {
      const madeAt = nowIso(context)
      const told = {
        madeAt,
        version: context.version,
        machine: machine(),
        settings: readRemembered(context).settings,
        project: projectIn(context),
        log: context.lastLog(lineCount).map((line) => withoutFolders(line, context)),
      }
      return { dataDir: context.dataDir, fileName: `tavrnn-diagnostics-${madeAt.slice(0, 10)}.json`, text: JSON.stringify(told, null, 2) }
    },
  }
}

function machine(): Record<string, unknown> {
  const cores = cpus(),
    gigabytes = (bytes: number): number => Math.round(bytes / 1e8) / 10
  return {
    system: `${type()} ${release()} ${process.arch}`,
    processor: cores[0]?.model ?? '',
    cores: cores.length,
    memoryGB: gigabytes(totalmem()),
    freeMemoryGB: gigabytes(freemem()),
    node: process.versions.node,
    electron: process.versions['electron'] ?? null,
  }
}

/** Sizes alone, and how the newest jobs ended. */
function projectIn({ project, unkept }: Context): Record<string, unknown> | null {
  if (project === null) return null
  return {
    readOnly: project.readOnly,
    schema: project.db.pragma('user_version', { simple: true }),
    rows: countRows(project.db),
    jobs: listJobs(project.db)
      .slice(0, jobCount)
      .map((job) => ({ ...job, ...unkept.get(job.id) }))
      .map(({ kind, state, phase, done, total, error, createdAt }) => ({
        kind,
        state,
        phase,
        done,
        total,
        error: error?.code ?? null,
        createdAt,
      })),
  }
}

const withoutFolders = (line: string, { project, dataDir }: Context): string =>
  [project?.path ?? '', dataDir, homedir()].reduce((text, folder) => (folder.length > 1 ? text.replaceAll(folder, '~') : text), line)
