import { createHash } from 'node:crypto'
import type { SourceFile } from '../../shared/domain/recording.ts'
import type { SpikeRecording, TraceRecording } from '../importers/importer.ts'
import { bytesOf, type OpenedFile } from '../importers/opened-file.ts'
import { read } from '../importers/read-files.ts'
import type { ImportRequest } from '../importers/recognise-files.ts'
import type { Interrupt, StepNotice } from './step.ts'

/** A recording with the files it came from. */
export type ImportedRecording = (SpikeRecording | TraceRecording) & {
  sources: SourceFile[]
  /** every setting as it was used, also what was guessed */
  settings: Record<string, string | number | null>
}

/**
 * Reads a recording out of its files: phases `read`, `sort`, `check`, `hash`.
 * @throws import/…
 */
export async function* importRecording(input: ImportRequest, interrupt: Interrupt): AsyncGenerator<StepNotice, ImportedRecording> {
  const reading = read(input, interrupt)
  let step = await reading.next()
  for (; !step.done; step = await reading.next()) yield { kind: 'progress', ...step.value }
  const { recording, files, settings } = step.value
  return { ...recording, settings, sources: yield* hashFiles(files, interrupt) }
}

async function* hashFiles(files: OpenedFile[], interrupt: Interrupt): AsyncGenerator<StepNotice, SourceFile[]> {
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0)
  const sources: SourceFile[] = []
  let done = 0
  for (const file of files) {
    const hash = createHash('sha256')
    let bytes = 0
    for await (const piece of bytesOf(file, 0, file.bytes)) {
      interrupt()
      hash.update(piece)
      bytes += piece.length
      yield { kind: 'progress', done: done + bytes, total, phase: 'hash' }
    }
    done += file.bytes
    sources.push({ name: file.place, bytes, sha256: hash.digest('hex') })
  }
  return sources
}
