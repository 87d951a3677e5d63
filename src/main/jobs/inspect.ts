import type { ImportAnswers, Inspection } from '../../shared/domain/inspection.ts'
import { inspect } from '../importers/registry.ts'
import type { Interrupt, StepNotice } from './step.ts'

/** What an import of these files would yield: away from the main thread, since a file may be large. */
export async function* inspectFiles(
  input: { files: string[]; format?: string; set?: ImportAnswers },
  interrupt: Interrupt,
): AsyncGenerator<StepNotice, Inspection> {
  return await inspect(input, interrupt)
}
