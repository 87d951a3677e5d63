import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { fail } from '../../shared/contract/errors.ts'
import { selfcheck } from '../model/selfcheck.ts'
import type { Interrupt, StepNotice } from './step.ts'

/**
 * Holds an engine against reference numbers, read and computed anew.
 * @throws import/file-not-found, engines/fixture-unreadable, engines/none-starts
 */
export async function* runSelfcheck(
  input: { files: string[]; engine: string }, interrupt: Interrupt,
): AsyncGenerator<StepNotice, ReturnType<typeof selfcheck>> {
  const results: ReturnType<typeof selfcheck> = []
  for (const [done, file] of input.files.entries()) {
    interrupt()
    const name = basename(file)
    const text = await readFile(file, 'utf8').catch(() => { throw fail('import/file-not-found', { file }) })
    results.push(...selfcheck([{ name, json: parse(text, name) }], input.engine))
    yield { kind: 'progress', done: done + 1, total: input.files.length, phase: 'selfcheck' }
  }
  return results
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw fail('engines/fixture-unreadable', { file, place: 'JSON' })
  }
}
