import type { Reply, RouteInput, RouteName } from '../../shared/contract/contract.ts'
import type { Notice } from '../../shared/contract/notices.ts'
import type { Language } from '../../shared/locales/translate.ts'

/** The product behind its doors: Electron, the web page and the command line hold one of these. */
export type Host = {
  /** @param language of messages in the reply; the person's setting where none is given */
  call<Name extends RouteName>(route: Name, input: RouteInput<Name>, language?: Language): Promise<Reply<Name>>
  /** @returns a function that ends the subscription */
  subscribe(listener: (notice: Notice) => void): () => void
  /** stops jobs at their last checkpoint and closes the project: one file again */
  close(): Promise<void>
}

export type HostOptions = {
  /** settings, recent projects, projects made without a path */
  dataDir: string
  /** engine for trainings that ask for `auto` */
  engine?: string
  /** milliseconds since 1970 */
  clock?: () => number
  /** ids of log lines */
  random?: () => string
  log?: (text: string) => void
}
