import type { ImportAnswers, Inspection } from '../../shared/domain/inspection.ts'
import type { BatchColumn, BatchWords } from '../../shared/domain/pasted-table.ts'
import type { Problem } from '../stores/ask.ts'

/** One recording of several that came at once, or a file among them that is none. */
export type BatchRow = BatchWords & {
  key: number
  files: string[]
  /** layouts and events that go with it */
  beside: string[]
  /** why those were left out: the recording could not be read with them */
  leftBeside: string
  /** a format claimed it when the files were sorted */
  isRecognised: boolean
  /** words taken from the file's name, until they are changed */
  guessed: BatchColumn[]
  /** chosen by the person; null: the likeliest */
  format: string | null
  answers: ImportAnswers
  /** when the answers were given, where an earlier import's stand in for open questions */
  rememberedAt: string | null
  inspection: Inspection | null
  /** why it cannot be imported, or what went wrong */
  problem: Problem | null
  jobId: number | null
  recordingId: number | null
  state: 'reading' | 'ready' | 'asks' | 'explained' | 'importing' | 'imported' | 'failed'
}
