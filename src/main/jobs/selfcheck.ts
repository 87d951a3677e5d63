import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { fail } from '../../shared/contract/errors.ts'
import { allStartingEngines, startEngine } from '../engine/start.ts'
import { selfcheck, type SelfcheckResult } from '../model/selfcheck.ts'
import type { Interrupt, StepNotice } from './step.ts'

/**
 * Holds an engine, or with `all` every one that starts, against reference numbers, read and computed anew.
 * @throws import/file-not-found, engines/fixture-unreadable, engines/none-starts
 */
export async function* runSelfcheck(
  input: { files: string[]; engine: string },
  interrupt: Interrupt,
): AsyncGenerator<StepNotice, SelfcheckResult[]> {
  const engines = input.engine === 'all' ? await allStartingEngines() : [await startEngine(input.engine)]
  const results: SelfcheckResult[] = []
  for (const [done, file] of input.files.entries()) {
    interrupt()
    const name = basename(file)
    const text = await readFile(file, 'utf8').catch(() => {
      throw fail('import/file-not-found', { file })
    })
    for (const engine of engines) results.push(...(await selfcheck([{ name, json: parse(text, name) }], engine)))
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
