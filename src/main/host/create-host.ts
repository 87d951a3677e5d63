import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import type { Handlers, Reply, RouteInput, RouteName } from '../../shared/contract/contract.ts'
import type { Notice } from '../../shared/contract/notices.ts'
import { translator, type Language } from '../../shared/locales/translate.ts'
import packageFile from '../../../package.json' with { type: 'json' }
import { engineNameOf } from '../engine/start.ts'
import { JobQueue } from '../jobs/queue.ts'
import type { Context } from '../services/context.ts'
import { alignmentServices } from '../services/alignments.ts'
import { cohortServices } from '../services/cohorts.ts'
import { diagnosticsServices } from '../services/diagnostics.ts'
import { embeddingServices } from '../services/embeddings.ts'
import { engineServices } from '../services/engines.ts'
import { eventServices } from '../services/events.ts'
import { evaluationServices } from '../services/evaluations.ts'
import { exportServices } from '../services/exports.ts'
import { figureServices } from '../services/figures.ts'
import { importServices } from '../services/import.ts'
import { jobServices, languageOf } from '../services/jobs.ts'
import { layoutServices } from '../services/layouts.ts'
import { modelRunServices } from '../services/model-runs.ts'
import { projectServices, shutProject } from '../services/projects.ts'
import { recipeServices } from '../services/recipes.ts'
import { recordingServices } from '../services/recordings.ts'
import { settingsServices } from '../services/settings.ts'
import { simulationServices } from '../services/simulations.ts'
import { snapshotServices } from '../services/snapshots.ts'
import { validationServices } from '../services/validations.ts'
import { storeProblem } from '../store/open.ts'
import { answer, errorOf, type Telling } from './call.ts'
import { logFile } from './log-file.ts'

/** The product behind its doors: Electron, the web page and the command line hold one of these. */
export type Host = {
  /** @param language of the reply's sentences; the person's setting where none is given */
  call<Name extends RouteName>(route: Name, input: RouteInput<Name>, language?: Language): Promise<Reply<Name>>
  /** @returns a function that ends the subscription */
  subscribe(listener: (notice: Notice) => void): () => void
  /** stops jobs at their last checkpoint and closes the project: one file again */
  close(): Promise<void>
}

export type HostOptions = {
  /** settings, recent projects, projects made without a path */
  dataDir: string
  /** the sample, fonts and reference numbers that ship with the app */
  resourcesDir?: string
  /** engine for trainings that ask for `auto` */
  engine?: string
  /** milliseconds since 1970 */
  clock?: () => number
  /** ids of log lines */
  random?: () => string
  log?: (text: string) => void
}

/** Builds the services on one data folder and binds the contract's routes to them; no project is open yet. */
export function createHost(options: HostOptions): Promise<Host> {
  const {
    dataDir,
    engine = 'auto',
    clock = Date.now,
    random = randomUUID,
    log: say = (text) => process.stderr.write(`${text}\n`),
  } = options
  const file = logFile(dataDir)
  const log = (text: string): void => {
    say(text)
    file.add(`${new Date(clock()).toISOString()} ${text}`)
  }
  const listeners = new Set<(notice: Notice) => void>()
  const telling = (language: Language): Telling => ({
    translate: translator(language),
    log,
    newId: random,
    recognise: (problem) => storeProblem(problem, context.project?.path ?? dataDir),
  })
  const context: Context = {
    dataDir,
    resourcesDir: options.resourcesDir ?? fileURLToPath(new URL('../../../resources', import.meta.url)),
    version: packageFile.version,
    clock,
    log,
    lastLog: (count) => file.last(count),
    engine,
    chooseEngine: engineNameOf,
    queue: new JobQueue(),
    progress: new Map(),
    unkept: new Map(),
    project: null,
    notify: (notice) => {
      for (const listener of listeners) listener(notice)
    },
    explain: (problem, language) => errorOf(problem, telling(language)),
  }
  const steps = {
    ...snapshotServices(context),
    ...modelRunServices(context),
    ...alignmentServices(context),
    ...cohortServices(context),
  }
  const handlers: Handlers = {
    ...steps,
    ...recipeServices(context, steps),
    ...projectServices(context),
    ...importServices(context),
    ...recordingServices(context),
    ...layoutServices(context),
    ...eventServices(context),
    ...embeddingServices(context),
    ...evaluationServices(context),
    ...figureServices(context),
    ...exportServices(context),
    ...jobServices(context),
    ...settingsServices(context),
    ...diagnosticsServices(context),
    ...engineServices(context),
    ...simulationServices(context),
    ...validationServices(context),
  }
  return Promise.resolve({
    call: (route, input, language = languageOf(context)) => answer(handlers, route, input, { language }, telling(language)),
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: () => shutProject(context),
  })
}
