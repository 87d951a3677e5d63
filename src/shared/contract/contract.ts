import type { z } from 'zod'
import { alignments } from './alignments.ts'
import { cohorts } from './cohorts.ts'
import { embeddings } from './embeddings.ts'
import { evaluations } from './evaluations.ts'
import { events } from './events.ts'
import { exports, figures } from './figures.ts'
import { imports } from './import.ts'
import { engines, jobs, settingsRoutes } from './jobs.ts'
import { modelRuns } from './model-runs.ts'
import { projects } from './projects.ts'
import { recipes } from './recipes.ts'
import { layouts, recordings } from './recordings.ts'
import { simulations } from './simulations.ts'
import { snapshots } from './snapshots.ts'
import { validations } from './validations.ts'
import type { ErrorReply } from './errors.ts'
import type { Notice } from './notices.ts'
import type { Language } from '../locales/translate.ts'

/** Every route of the product; Electron, the web page and the command line speak nothing else. */
export const contract = {
  ...projects,
  ...imports,
  ...recordings,
  ...layouts,
  ...events,
  ...snapshots,
  ...modelRuns,
  ...embeddings,
  ...alignments,
  ...evaluations,
  ...figures,
  ...exports,
  ...jobs,
  ...settingsRoutes,
  ...engines,
  ...simulations,
  ...cohorts,
  ...recipes,
  ...validations,
}

export type Contract = typeof contract
export type RouteName = keyof Contract
/** what a caller gives: fields with a default may be left out */
export type RouteInput<Name extends RouteName> = z.input<Contract[Name]['input']>
/** what a handler gets: defaults filled in */
export type RouteParsed<Name extends RouteName> = z.output<Contract[Name]['input']>
export type RouteOutput<Name extends RouteName> = z.output<Contract[Name]['output']>
export type Reply<Name extends RouteName> = { ok: true; value: RouteOutput<Name> } | ErrorReply

/** Who asks: the language that sentences and figures are wanted in. */
export type Caller = { language: Language }

/** What a route does. */
export type Handler<Name extends RouteName> = (input: RouteParsed<Name>, caller: Caller) => RouteOutput<Name> | Promise<RouteOutput<Name>>

/** All of them; a missing, extra or wrong handler does not compile. */
export type Handlers = { [Name in RouteName]: Handler<Name> }

/** The contract's client, the same behind every door. */
export type Client = {
  call<Name extends RouteName>(route: Name, input: RouteInput<Name>): Promise<Reply<Name>>
  /** @returns a function that ends the subscription */
  subscribe(listener: (notice: Notice) => void): () => void
  /** makes a file the person picked or dropped readable by the host: its path there */
  place(file: File, at?: { place: string; drop: string }): Promise<string>
}
