import type { Inspection } from '../../shared/domain/inspection.ts'
import type { Problem } from '../stores/ask.ts'

export type BatchWords = { name: string; subject: string; condition: string; recordedOn: string }
/** One recording of several that came at once. */
export type BatchRow = BatchWords & {
  key: number
  files: string[]
  inspection: Inspection | null
  /** why it cannot be imported, or what went wrong */
  problem: Problem | null
  state: 'reading' | 'ready' | 'explained' | 'importing' | 'imported' | 'failed'
}
