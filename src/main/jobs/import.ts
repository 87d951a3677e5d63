import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { fail } from '../../shared/contract/errors.ts'
import type { SourceFile } from '../../shared/domain/recording.ts'
import type { TaskEvent } from '../../shared/domain/task-event.ts'
import type { SpikeRecording } from '../importers/importer.ts'
import { read, type ImportRequest } from '../importers/registry.ts'
import type { Interrupt, StepNotice } from './step.ts'

/** Spike trains with what they came from. Arrays are described at `SpikeRecording`. */
export type ImportedRecording = SpikeRecording & { taskEvents: TaskEvent[]; sources: SourceFile[] }

/**
 * Reads a recording out of its files: phases `read`, `sort`, `check`, `hash`.
 * @throws import/…
 */
export async function* importRecording(input: ImportRequest, interrupt: Interrupt): AsyncGenerator<StepNotice, ImportedRecording> {
  const reading = read(input, interrupt)
  let step = await reading.next()
  for (; !step.done; step = await reading.next()) yield { kind: 'progress', ...step.value }
  const recording = step.value
  return { ...recording, sources: yield* hashFiles([...new Set(input.files)], interrupt) }
}

async function* hashFiles(files: string[], interrupt: Interrupt): AsyncGenerator<StepNotice, SourceFile[]> {
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size))
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const sources: SourceFile[] = []
  let done = 0
  for (const [i, file] of files.entries()) {
    const hash = createHash('sha256')
    let bytes = 0
    try {
      for await (const piece of createReadStream(file, { highWaterMark: 1 << 22 }) as AsyncIterable<Buffer>) {
        interrupt()
        hash.update(piece)
        bytes += piece.length
        yield { kind: 'progress', done: done + bytes, total, phase: 'hash' }
      }
    } catch (problem) {
      const { code } = problem as NodeJS.ErrnoException
      if (code === undefined || code.includes('/')) throw problem
      throw fail('import/file-unreadable', { file, reason: code })
    }
    done += sizes[i] ?? 0
    sources.push({ name: basename(file), bytes, sha256: hash.digest('hex') })
  }
  return sources
}
