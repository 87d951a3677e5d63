import type { ImportAnswers, Inspection } from '../../shared/domain/inspection.ts'
import { inspect } from '../importers/registry.ts'
import { sortRecordings, type SortedRecording } from '../importers/sort-recordings.ts'
import type { Interrupt, StepNotice } from './step.ts'

/** What an import of these files would yield: away from the main thread, since a file may be large. */
export async function* inspectFiles(
  input: { files: string[]; format?: string; set?: ImportAnswers },
  interrupt: Interrupt,
): AsyncGenerator<StepNotice, Inspection> {
  return await inspect(input, interrupt)
}

/** Files and folders sorted into recordings, see `sortRecordings`. */
export async function* sortFiles(input: { files: string[] }, interrupt: Interrupt): AsyncGenerator<StepNotice, SortedRecording[]> {
  return await sortRecordings(input.files, interrupt)
}
