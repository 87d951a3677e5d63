import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A folder for one test, in a path with a space and an umlaut as lab PCs have them; gone afterwards. */
export function throwAwayFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tavrnn Prüf '))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
