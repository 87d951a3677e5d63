import type { ImportAnswers, Inspection } from '../../shared/domain/inspection.ts'
import { inspect, readBeside, type BesideRequest, type WhatIsBeside } from '../importers/read-files.ts'
import { sortRecordings, type SortedRecording } from '../importers/sort-recordings.ts'
import type { Interrupt, StepNotice } from './step.ts'

/** What an import of these files would yield: away from the main thread, since a file may be large. */
export async function* inspectFiles(
  input: { files: string[]; format?: string; set?: ImportAnswers },
  interrupt: Interrupt,
): AsyncGenerator<StepNotice, Inspection> {
  return await inspect(input, interrupt)
}

/** What a file of events, intervals or positions would add to a recording. */
export async function* inspectBeside(input: BesideRequest, interrupt: Interrupt): AsyncGenerator<StepNotice, WhatIsBeside> {
  return await readBeside(input, interrupt)
}

/** Files and folders sorted into recordings, see `sortRecordings`. */
export async function* sortFiles(input: { files: string[] }, interrupt: Interrupt): AsyncGenerator<StepNotice, SortedRecording[]> {
  return await sortRecordings(input.files, interrupt)
}
