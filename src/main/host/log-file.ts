import { appendFileSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'

const mostBytes = 500_000

/**
 * Lines of what nobody foresaw, in the data folder: after a crash they are still there to be sent to the authors.
 * A full file is put aside once; a line that cannot be written is lost, since what is logged is told to the person anyway.
 */
export function logFile(dataDir: string): { add(text: string): void; last(count: number): string[] } {
  const file = join(dataDir, 'log.txt')
  return {
    add(text) {
      try {
        mkdirSync(dataDir, { recursive: true })
        if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > mostBytes) renameSync(file, join(dataDir, 'log.old.txt'))
        appendFileSync(file, `${text}\n`)
      } catch {
        // a full disk or a folder without rights
      }
    },
    last(count) {
      try {
        return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count)
      } catch {
        return []
      }
    },
  }
}
