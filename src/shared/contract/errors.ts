import { z } from 'zod'

const file = { file: z.string() }
const place = { ...file, place: z.string() }
const line = { ...file, line: z.number() }
const shortage = { group: z.string(), kept: z.number(), of: z.number(), needed: z.number(), stepS: z.number() }
const cell = { ...line, column: z.string() }

/**
 * Every code an answer can carry: the schema of its details, and whether trying again can help.
 * The sentence and the hint stand in the locales under `errors.<code>`, with the details as their values.
 */
export const errorTable = {
  internal: { details: z.object({ id: z.string() }), again: false },
  'contract/input-refused': { details: z.object({ route: z.string(), field: z.string(), reason: z.string() }), again: false },
  'contract/route-unknown': { details: z.object({ route: z.string() }), again: false },

  'project/none-open': { details: z.object({}), again: false },
  'project/not-found': { details: z.object(file), again: false },
  'project/not-a-project': { details: z.object(file), again: false },
  'project/newer-version': { details: z.object({ ...file, version: z.number() }), again: false },
  'project/in-use': { details: z.object(file), again: true },
  'project/exists': { details: z.object(file), again: false },
  'project/disk-full': { details: z.object(file), again: true },
  'project/read-only': { details: z.object(file), again: false },

  'import/file-not-found': { details: z.object(file), again: false },
  'import/file-unreadable': { details: z.object({ ...file, reason: z.string() }), again: true },
  'import/is-a-folder': { details: z.object(file), again: false },
  'import/file-empty': { details: z.object(file), again: false },
  'import/file-too-short': { details: z.object({ ...file, expected: z.number(), found: z.number() }), again: false },
  'import/folder-empty': { details: z.object(file), again: false },
  'import/folder-too-large': { details: z.object({ ...file, limit: z.number() }), again: false },
  'import/file-damaged': { details: z.object(file), again: false },
  'import/matlab-damaged': { details: z.object({ ...file, place: z.string() }), again: false },
  'import/no-signal': { details: z.object({ ...file, found: z.string() }), again: false },
  'import/header-damaged': { details: z.object({ ...file, place: z.string(), found: z.string() }), again: false },
  'import/not-recognised': { details: z.object({ ...file, formats: z.string() }), again: false },
  'import/is-a-document': { details: z.object(file), again: false },
  'import/is-a-picture': { details: z.object(file), again: false },
  'import/is-an-archive': { details: z.object(file), again: false },
  'import/is-a-program': { details: z.object(file), again: false },
  'import/is-raw-binary': { details: z.object(file), again: false },
  'import/format-unknown': { details: z.object({ format: z.string(), formats: z.string() }), again: false },
  'import/files-not-one-recording': { details: z.object({ files: z.string() }), again: false },
  'import/layout-alone': { details: z.object(file), again: false },
  'import/events-alone': { details: z.object(file), again: false },
  'import/voltage-only': { details: z.object(file), again: false },
  'import/setting-unknown': { details: z.object({ setting: z.string(), settings: z.string() }), again: false },
  'import/setting-refused': { details: z.object({ setting: z.string(), value: z.string(), expected: z.string() }), again: false },
  'import/needs-setting': { details: z.object({ ...file, setting: z.string() }), again: false },
  'import/archive-damaged': { details: z.object(place), again: false },
  'import/archive-method': { details: z.object({ ...place, method: z.number() }), again: false },
  'import/array-header': { details: z.object({ ...file, dataset: z.string() }), again: false },
  'import/array-of-objects': { details: z.object({ ...file, dataset: z.string() }), again: false },
  'import/variables-unclear': { details: z.object({ ...file, found: z.string() }), again: false },
  'import/workbook-unreadable': { details: z.object(file), again: false },
  'import/parquet-unreadable': { details: z.object({ ...file, reason: z.string() }), again: false },
  'import/pickle-unreadable': { details: z.object({ ...file, byte: z.number() }), again: false },
  'import/file-missing': { details: z.object({ folder: z.string(), missing: z.string() }), again: false },
  'import/no-cells': { details: z.object(file), again: false },
  'import/dataset-missing': { details: z.object({ ...file, dataset: z.string() }), again: false },
  'import/dataset-not-numbers': {
    details: z.object({ ...file, dataset: z.string(), expected: z.string(), found: z.string() }),
    again: false,
  },
  'import/dataset-too-large': { details: z.object({ ...file, dataset: z.string(), claimedMB: z.number() }), again: false },
  'import/dataset-unreadable': { details: z.object({ ...file, dataset: z.string() }), again: false },
  'import/dataset-filtered': { details: z.object({ ...file, dataset: z.string(), filter: z.string() }), again: false },
  'import/dataset-elsewhere': { details: z.object({ ...file, dataset: z.string() }), again: false },
  'import/counts-disagree': { details: z.object({ ...file, dataset: z.string(), expected: z.number(), found: z.number() }), again: false },
  'import/not-a-count': { details: z.object({ ...place, found: z.number() }), again: false },
  'import/not-a-number': { details: z.object({ ...place, found: z.string() }), again: false },
  'import/negative-time': { details: z.object({ ...place, found: z.number() }), again: false },
  'import/column-missing': { details: z.object({ ...file, wanted: z.string(), found: z.string() }), again: false },
  'import/row-too-short': { details: z.object({ ...line, expected: z.number(), found: z.number() }), again: false },
  'import/row-too-long': { details: z.object({ ...line, expected: z.number(), found: z.number() }), again: false },
  'import/line-too-long': { details: z.object(line), again: false },
  'import/cell-empty': { details: z.object(cell), again: false },
  'import/cell-not-a-number': { details: z.object({ ...cell, found: z.string() }), again: false },
  'import/traces-in-rows': { details: z.object({ ...file, channel: z.string(), value: z.string() }), again: false },
  'import/cell-negative-time': { details: z.object({ ...cell, found: z.string() }), again: false },
  'import/too-many-channels': { details: z.object({ ...file, limit: z.number() }), again: false },
  'import/too-many-regions': { details: z.object({ ...file, found: z.number(), limit: z.number() }), again: false },
  'import/duplicate-channel': { details: z.object({ ...line, channel: z.string() }), again: false },
  'import/unit-unknown': {
    details: z.object({ ...file, dataset: z.string(), unit: z.string(), expected: z.string() }),
    again: false,
  },
  'import/clock-event-missing': { details: z.object({ setting: z.string(), value: z.string(), found: z.string() }), again: false },
  'import/clocks-do-not-fit': {
    details: z.object({
      ...file,
      here: z.string(),
      there: z.string(),
      hereCount: z.number(),
      thereCount: z.number(),
      pairs: z.number(),
      residualMs: z.number(),
    }),
    again: false,
  },
  'import/too-many-events': { details: z.object({ ...file, limit: z.number() }), again: false },
  'import/channel-unknown': { details: z.object({ ...place, found: z.number() }), again: false },
  'import/nothing-to-use': { details: z.object({ ...file, found: z.string() }), again: false },
  'import/stuck': { details: z.object({ seconds: z.number() }), again: true },
  'import/no-channels': { details: z.object({ ...file, dataset: z.string() }), again: false },
  'import/no-samples': { details: z.object(file), again: false },
  'import/times-backwards': { details: z.object({ ...place, before: z.number(), after: z.number() }), again: false },
  'import/no-spikes': { details: z.object(file), again: false },
  'import/channels-not-joined': { details: z.object({ ...file, found: z.string(), expected: z.string() }), again: false },
  'import/duration-too-short': { details: z.object({ ...file, startS: z.number(), endS: z.number() }), again: false },

  'layouts/region-name-twice': { details: z.object({ region: z.string() }), again: false },
  'layouts/template-not-joined': {
    details: z.object({ template: z.string(), found: z.string(), expected: z.string(), electrodes: z.number() }),
    again: false,
  },
  'layouts/several-wells': { details: z.object({ count: z.number(), wells: z.string() }), again: false },
  'layouts/no-positions': { details: z.object({ recording: z.string() }), again: false },

  'recordings/not-found': { details: z.object({ id: z.number() }), again: false },
  'recordings/too-few-channels': { details: z.object({ found: z.number(), needed: z.number() }), again: false },
  'snapshots/not-found': { details: z.object({ id: z.number() }), again: false },
  'snapshots/window-longer-than-recording': { details: z.object({ windowS: z.number(), durationS: z.number() }), again: false },
  'snapshots/window-not-whole-bins': { details: z.object({ setting: z.string(), seconds: z.number(), binMs: z.number() }), again: false },
  'snapshots/window-too-few-bins': { details: z.object({ binCount: z.number(), needed: z.number() }), again: false },
  'snapshots/too-many-windows': { details: z.object({ windowCount: z.number(), limit: z.number() }), again: false },
  'snapshots/step-not-in-window': { details: z.object({ windowS: z.number(), stepS: z.number() }), again: false },
  'snapshots/too-few-rate-matched': { details: z.object({ ...shortage, longerStepS: z.number() }), again: false },
  'snapshots/never-rate-matched': { details: z.object(shortage), again: false },
  'snapshots/no-intervals': { details: z.object({ labels: z.string() }), again: false },
  'snapshots/intervals-too-short': { details: z.object({ count: z.number(), needed: z.number(), leastS: z.number() }), again: false },
  'snapshots/only-for-spikes': { details: z.object({ setting: z.string() }), again: false },
  'snapshots/only-for-traces': { details: z.object({ setting: z.string() }), again: false },
  'snapshots/bins-not-of-counts': { details: z.object({ binMs: z.number(), countBinMs: z.number() }), again: false },
  'snapshots/no-significance-after-filter': { details: z.object({}), again: false },
  'snapshots/no-significance-of-smoothed-counts': { details: z.object({}), again: false },
  'snapshots/filter-needs-correlation': { details: z.object({}), again: false },
  'snapshots/no-rate-matching-by-interval': { details: z.object({}), again: false },
  'snapshots/bin-without-sample': {
    details: z.object({ binMs: z.number(), atS: z.number(), sampleMs: z.number(), longestGapMs: z.number() }),
    again: false,
  },
  'snapshots/baseline-not-positive': {
    details: z.object({ channelIndex: z.number(), atS: z.number(), level: z.number() }),
    again: false,
  },
  'snapshots/window-outside-recording': { details: z.object({ first: z.number(), end: z.number(), binCount: z.number() }), again: false },

  'model-runs/not-found': { details: z.object({ id: z.number() }), again: false },
  'model-runs/no-node-statistics': { details: z.object({}), again: false },
  'model-runs/not-resumable': { details: z.object({ id: z.number() }), again: false },
  'model-runs/not-finished': { details: z.object({ id: z.number() }), again: false },
  'model-runs/no-channel-vectors': { details: z.object({ id: z.number(), model: z.string() }), again: false },
  'model-runs/nothing-held-out': { details: z.object({ id: z.number() }), again: false },
  'model-runs/diverged': { details: z.object({ epoch: z.number() }), again: false },
  'model-runs/too-large': {
    details: z.object({ neededMB: z.number(), freeMB: z.number(), snapshotCount: z.number(), channelCount: z.number() }),
    again: false,
  },
  'projections/not-found': { details: z.object({ id: z.number() }), again: false },
  'projections/too-few-points': { details: z.object({ found: z.number(), needed: z.number() }), again: false },
  'alignments/not-found': { details: z.object({ id: z.number() }), again: false },
  'alignments/not-as-recorded': { details: z.object({}), again: false },
  'alignments/no-roles': { details: z.object({}), again: false },

  'evaluations/not-found': { details: z.object({ id: z.number() }), again: false },
  'evaluations/one-subject': { details: z.object({}), again: false },
  'evaluations/inductive-across-recordings': { details: z.object({}), again: false },
  'evaluations/windows-overlap': { details: z.object({ first: z.number(), second: z.number() }), again: false },
  'evaluations/split-leaks': { details: z.object({ fold: z.number(), test: z.number(), train: z.number() }), again: false },
  'evaluations/sides-disagree': { details: z.object({ expected: z.number(), found: z.number() }), again: false },
  'evaluations/no-labels': { details: z.object({ label: z.string() }), again: false },
  'evaluations/model-unknown': { details: z.object({ model: z.string(), models: z.string() }), again: false },
  'evaluations/vectors-disagree': {
    details: z.object({ file: z.string(), expected: z.string(), found: z.string() }),
    again: false,
  },
  'evaluations/vectors-unreadable': { details: z.object(place), again: false },
  'cohorts/not-found': { details: z.object({ id: z.number() }), again: false },
  'cohorts/nothing-aligned': { details: z.object({}), again: false },
  'cohorts/unlike': { details: z.object({ recording: z.string(), other: z.string() }), again: false },
  'recipes/nothing-to-run': { details: z.object({}), again: false },
  'recipes/is-running': { details: z.object({}), again: true },
  'validations/not-a-truth': { details: z.object(file), again: false },

  'figures/unknown': { details: z.object({ figure: z.string(), figures: z.string() }), again: false },
  'figures/nothing-to-draw': { details: z.object({ figure: z.string() }), again: false },
  'exports/too-many-rows': { details: z.object({ rows: z.number(), limit: z.number() }), again: false },
  'exports/nothing-to-write': { details: z.object({ what: z.string() }), again: false },
  'exports/cannot-write': { details: z.object(file), again: true },

  'simulations/file-exists': { details: z.object({ ...file, count: z.number() }), again: false },
  'simulations/no-roles': { details: z.object({ ...file, missing: z.string() }), again: false },
  'simulations/too-many-spikes': { details: z.object({ expected: z.number(), limit: z.number() }), again: false },
  'engines/none-starts': { details: z.object({ engine: z.string(), engines: z.string() }), again: false },
  'engines/device-lost': { details: z.object({ engine: z.string(), reason: z.string() }), again: true },
  'engines/out-of-memory': { details: z.object({ engine: z.string(), neededMB: z.number(), largestMB: z.number() }), again: false },
  'engines/points-unreadable': { details: z.object({ ...file, columns: z.number() }), again: false },
  'engines/fixture-unreadable': { details: z.object({ ...file, place: z.string() }), again: false },
  'jobs/not-found': { details: z.object({ id: z.number() }), again: false },
  'jobs/cancelled': { details: z.object({}), again: true },
  'jobs/interrupted': { details: z.object({}), again: true },
  'jobs/thread-ended': { details: z.object({ exitCode: z.number() }), again: true },
} as const satisfies Record<string, { details: z.ZodObject; again: boolean }>

export type ErrorCode = keyof typeof errorTable
export type ErrorDetails<Code extends ErrorCode> = z.infer<(typeof errorTable)[Code]['details']>

/** A failure a person can act on; only the host turns it into the envelope. */
export class CodedError extends Error {
  readonly code: ErrorCode
  readonly details: Record<string, unknown>
  constructor(code: ErrorCode, details: Record<string, unknown>) {
    super(`${code} ${JSON.stringify(details)}`)
    this.name = 'CodedError'
    this.code = code
    this.details = details
  }
}

/** Ends the step with a coded error: `throw fail('import/counts-disagree', { file, dataset, expected, found })`. */
export function fail<Code extends ErrorCode>(code: Code, details: ErrorDetails<Code>): CodedError {
  return new CodedError(code, details)
}

/** What every door answers with when a call fails. */
export const errorReply = z.object({
  ok: z.literal(false),
  error: z.object({
    code: z.string(),
    message: z.string(),
    hint: z.string(),
    details: z.record(z.string(), z.unknown()),
  }),
})
export type ErrorReply = z.infer<typeof errorReply>
