import type { ErrorReply } from '../../shared/contract/errors.ts'

export type Output = {
  /** a line for a person; on standard error when standard output belongs to JSON */
  say(line: string): void
  /** a line that a person should not miss, always on standard error */
  warn(line: string): void
  progress(what: string, share: number, leftS: number | null): void
  endProgress(): void
  value(value: unknown): void
  error(reply: ErrorReply): void
}

/** Where a command's words go: with `--json` standard output holds one JSON value and nothing else. */
export function createOutput(json: boolean): Output {
  let lastTenth = ''
  const terminal = process.stderr.isTTY
  return {
    say: (line) => void (json ? process.stderr : process.stdout).write(`${line}\n`),
    warn: (line) => void process.stderr.write(`${line}\n`),
    progress(what, share, leftS) {
      const percent = Math.floor(100 * Math.min(1, Math.max(0, share)))
      const left = leftS === null ? '' : ` · ${Math.ceil(leftS)} s`
      if (terminal) process.stderr.write(`\r\u001b[K${what} ${'█'.repeat(Math.floor(percent / 4)).padEnd(25, '░')} ${percent} %${left}`)
      else {
        // A log wants a line now and then, not two hundred a second.
        const tenth = `${what} ${Math.floor(percent / 10)}`
        if (tenth !== lastTenth) process.stderr.write(`${what} ${percent} %${left}\n`)
        lastTenth = tenth
      }
    },
    endProgress() {
      if (terminal) process.stderr.write('\r\u001b[K')
    },
    value(value) {
      if (json) process.stdout.write(`${JSON.stringify({ ok: true, value }, numbersAsArrays)}\n`)
    },
    error(reply) {
      if (json) process.stdout.write(`${JSON.stringify(reply, numbersAsArrays)}\n`)
      process.stderr.write(`${reply.error.message}\n${reply.error.hint}\n`)
    },
  }
}

/** Typed arrays become lists of numbers, NaN becomes null. */
function numbersAsArrays(_key: string, value: unknown): unknown {
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return Array.from(value as unknown as ArrayLike<number>)
  return value
}
