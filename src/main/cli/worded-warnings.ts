import type { ImportWarning } from '../../shared/domain/inspection.ts'
import type { Session } from './command.ts'

/** Warnings of an import as sentences in the session's language. */
export function worded({ translate }: Session, warnings: readonly ImportWarning[]): { code: string; message: string }[] {
  return warnings.map(({ code, details }) => ({ code, message: translate(`warnings.${code}`, details) }))
}
