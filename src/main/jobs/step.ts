import type { EngineChoice, EpochRecord } from '../../shared/domain/model-run.ts'

/** What a long step tells while it works. `phase` is a locale key below `jobs.phase`. */
export type StepNotice =
  | { kind: 'progress'; done: number; total: number; phase: string }
  | { kind: 'epoch'; record: EpochRecord }
  | { kind: 'checkpoint'; checkpoint: Checkpoint }
  /** an engine begins, takes over, or runs on with other threads, and why */
  | { kind: 'engine'; engine: string; choice: EngineChoice }
  /** whether a graphics card is at work: its thread must then end by itself */
  | { kind: 'card'; isAtWork: boolean }

/** State after an epoch from which training goes on with the same bits. Arrays are float32 in stored order. */
export type Checkpoint = {
  /** epochs done */
  epoch: number
  learningRate: number
  halvings: number
  /** loss of every epoch so far, for the stopping rule */
  losses: Float64Array
  parameters: Float32Array
  adamMean: Float32Array
  adamVariance: Float32Array
}

/** Throws when the person wants the step to stop; called at least every 0.3 s of work. */
export type Interrupt = () => void

/** A long step: everything it needs comes in, progress is yielded, the result is returned. It keeps nothing. */
export type Step<Input, Result> = (input: Input, interrupt: Interrupt) => Generator<StepNotice, Result> | AsyncGenerator<StepNotice, Result>
