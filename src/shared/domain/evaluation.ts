import { z } from 'zod'
import type { ModelRecipe } from './model-run.ts'

export const evaluationTasks = ['states', 'channels', 'links', 'clusters'] as const
export const evaluationTask = z.enum(evaluationTasks)
export type EvaluationTask = z.infer<typeof evaluationTask>

/** Where a window's class comes from: above or below the subject's median hit ratio, its interval's label, the recording's condition. */
export const stateLabels = ['performance', 'interval', 'condition'] as const
export const stateLabel = z.enum(stateLabels)
export type StateLabel = z.infer<typeof stateLabel>

export const readOuts = ['logistic', 'neighbours', 'perceptron'] as const
export const readOutName = z.enum(readOuts)

/** Simple models, which a reviewer asks for first (model spec 5). */
export const simpleModels = [
  'who-fired',
  'log-rates',
  'density',
  'cross-role-density',
  'degree-strength',
  'node-statistics',
  'pca-8',
  'spectral-8',
] as const
export type SimpleModel = (typeof simpleModels)[number]

/** Negative controls (model spec 6.6); Rest against Play is a label, not a control. */
export const controls = [
  'labels-permuted',
  'roles-permuted',
  'random-weights',
  'windows-shuffled',
  'edges-rewired',
  'spikes-shifted',
] as const
export const control = z.enum(controls)
export type Control = z.infer<typeof control>

export const windowSide = z.enum(['test', 'train', 'gap'])
export type WindowSide = z.infer<typeof windowSide>

/** How windows are parted (model spec 6.1). */
export const splitRule = z.discriminatedUnion('kind', [
  /** contiguous blocks in time; fewer than asked for where a fold would lack a class */
  z.strictObject({ kind: z.literal('blocks'), foldCount: z.int().min(2).max(20).default(5) }),
  /** one subject left out at a time */
  z.strictObject({ kind: z.literal('subjects') }),
  /** refused while windows overlap */
  z.strictObject({ kind: z.literal('shuffled'), foldCount: z.int().min(2).max(20).default(5) }),
  /** as drawn by a person, one fold; refused where it leaks */
  z.strictObject({ kind: z.literal('given'), sides: z.array(windowSide).min(2).max(100_000) }),
])
export type SplitRule = z.infer<typeof splitRule>

const seed = z
  .int()
  .min(0)
  .max(2 ** 32 - 1)
  .default(1)

/** What is asked of which models, and how it is tested (model spec 6). */
export const evaluationRecipe = z.strictObject({
  task: evaluationTask.default('states'),
  label: stateLabel.default('performance'),
  /** the windows of one recording, or of all recordings cut alike, read out of measures that compare between them */
  scope: z.enum(['recording', 'subjects']).default('recording'),
  /** a window's vector: mean over channels, means per region, or all channels side by side */
  vector: z.enum(['mean', 'regions', 'channels']).default('channels'),
  readOuts: z
    .array(readOutName)
    .min(1)
    .default([...readOuts]),
  split: splitRule.default({ kind: 'blocks', foldCount: 5 }),
  /** whether a model sees the windows it is later tested on while it trains (without labels): as published, and labelled */
  embedding: z.enum(['transductive', 'inductive']).default('transductive'),
  /** names of models; null: all */
  models: z.array(z.string().min(1).max(200)).min(1).nullable().default(null),
  controls: z.array(control).default(['labels-permuted']),
  permutationCount: z.int().min(1).max(10_000).default(20),
  /** trainings of each control, and of held-out edges where none was trained before */
  controlSeedCount: z.int().min(1).max(100).default(3),
  /** what is clustered, and into how many; null: by silhouette and BIC */
  clustered: z.enum(['windows', 'channels']).default('windows'),
  clusterCount: z.int().min(2).max(50).nullable().default(null),
  seed,
})
export type EvaluationRecipe = z.infer<typeof evaluationRecipe>

/** Tasks that negative controls are run for. */
export const controlledTasks: readonly EvaluationTask[] = ['states', 'channels']

/** Higher is better but for those in `lowerIsBetter`. */
export const scoreNames = [
  'balancedAccuracy',
  'macroF1',
  'precision',
  'recall',
  'auc',
  'logLoss',
  'brier',
  'heldOutAuc',
  'heldOutPrecision',
  'nextAuc',
  'nextPrecision',
  'newEdgeAuc',
  'newEdgePrecision',
  'ari',
  'nmi',
  'silhouette',
  'daviesBouldin',
  'calinskiHarabasz',
  'bic',
  'clusterCount',
  'stability',
] as const
export const scoreName = z.enum(scoreNames)
export type ScoreName = z.infer<typeof scoreName>
export const lowerIsBetter: readonly ScoreName[] = ['logLoss', 'brier', 'daviesBouldin', 'bic']

/** Scores of a task, the one that counts first. */
export const scoresOfTask: Record<EvaluationTask, readonly ScoreName[]> = {
  states: ['balancedAccuracy', 'auc', 'macroF1', 'precision', 'recall', 'logLoss', 'brier'],
  channels: ['balancedAccuracy', 'macroF1', 'precision', 'recall'],
  links: ['heldOutAuc', 'heldOutPrecision', 'nextAuc', 'nextPrecision', 'newEdgeAuc', 'newEdgePrecision'],
  clusters: ['ari', 'nmi', 'silhouette', 'daviesBouldin', 'calinskiHarabasz', 'bic', 'clusterCount', 'stability'],
}

/** A mean and its 95 % interval; bounds null where one value has none. */
export const meanInterval = z.object({ mean: z.number(), low: z.number().nullable(), high: z.number().nullable(), count: z.int() })
export type MeanInterval = z.infer<typeof meanInterval>

/** Why there is no score; a sentence stands in the locales under `evaluations.reason`. */
export const evaluationReasons = [
  'one-class',
  'same-ratio',
  'none-above',
  'few-windows',
  'few-in-fold',
  'no-labels',
  'no-regions',
  'no-roles',
  'no-node-statistics',
  'no-positions',
  'few-channels',
  'no-channel-vectors',
  'not-across-recordings',
  'one-recording',
  'few-points',
  'few-connected',
  'no-prior',
  'no-edges',
  'not-applicable',
  'one-seed',
] as const
export const evaluationReason = z.enum(evaluationReasons)
export type EvaluationReason = z.infer<typeof evaluationReason>
/** With what the sentence names: a class or region, how many there are and how many it takes. */
export const reasonGiven = z.object({ reason: evaluationReason, what: z.string(), found: z.number(), needed: z.number() })
export type ReasonGiven = z.infer<typeof reasonGiven>

/** A subject whose windows are not tested, and why; its sentence stands in the locales under `evaluations.unscored`. */
export const unscoredSubject = z.object({ subject: z.string(), reason: reasonGiven })
export type UnscoredSubject = z.infer<typeof unscoredSubject>

export const modelKind = z.enum(['majority', 'simple', 'learned', 'imported', 'forecast'])
export type ModelKind = z.infer<typeof modelKind>

/** One model under one read-out: a row of the table. */
export const evaluationRow = z.object({
  model: z.string(),
  kind: modelKind,
  /** read-out, or k-means and mixture; null where nothing is fitted */
  readOut: z.string().nullable(),
  /** of trainings, or of starts where a model has no seed */
  seeds: z.array(z.int()),
  /** over seeds within one recording (training only), over subjects where several are left out */
  scores: z.partialRecord(scoreName, meanInterval),
  /** the first score: of each seed (mean over folds), and of each fold or subject (mean over seeds) */
  perSeed: z.array(z.number()),
  perUnit: z.array(z.object({ unit: z.string(), value: z.number() })),
  /** true class by class read, summed over folds and seeds */
  confusion: z.array(z.array(z.number())).nullable(),
  /** means over seeds; null for models that are not trained */
  epochs: z.number().nullable(),
  secondsPerEpoch: z.number().nullable(),
  /** estimated before training */
  memoryMB: z.number().nullable(),
  reason: reasonGiven.nullable(),
})
export type EvaluationRow = z.infer<typeof evaluationRow>

export const controlRow = z.object({
  control,
  model: z.string(),
  readOut: z.string().nullable(),
  score: meanInterval.nullable(),
  reason: reasonGiven.nullable(),
})
export type ControlRow = z.infer<typeof controlRow>

/** One model against another on the first score. */
export const comparison = z.object({
  model: z.string(),
  other: z.string(),
  readOut: z.string().nullable(),
  /** mean of model less other */
  difference: z.number(),
  /** sign-flip, two-sided; null over fewer than six subjects */
  p: z.number().nullable(),
  /** over seeds it speaks of training only */
  unit: z.enum(['subjects', 'seeds']),
  count: z.int(),
})
export type Comparison = z.infer<typeof comparison>

/** What vectors of channels are read in where recordings differ in their regions. */
export const regionsUsed = z.object({
  /** those that every recording has; none: the whole array is one */
  shared: z.array(z.string()),
  /** recordings without some region that another has, by name */
  lacking: z.array(z.object({ recording: z.string(), regions: z.array(z.string()), hasAny: z.boolean() })),
})
export type RegionsUsed = z.infer<typeof regionsUsed>

export const evaluatedWindow = z.object({
  recordingId: z.int(),
  subject: z.string(),
  startS: z.number(),
  endS: z.number(),
  /** index into classes; −1 without a label */
  label: z.int(),
  /** the fold that tests it; −1 for none */
  fold: z.int(),
})

/** What was found. */
export const evaluationFindings = z.object({
  /** names of the classes; `above` and `below` where the label is performance */
  classes: z.array(z.string()),
  windows: z.array(evaluatedWindow),
  /** side of every window in every fold */
  folds: z.array(z.array(windowSide)),
  /** findings of earlier versions do not name them */
  unscored: z.array(unscoredSubject).default([]),
  /** null where all recordings have the same, or one is asked */
  regions: regionsUsed.nullable().default(null),
  rows: z.array(evaluationRow),
  comparisons: z.array(comparison),
  controls: z.array(controlRow),
  /** why the task as a whole has no score; the rest is computed */
  reason: reasonGiven.nullable(),
})
export type EvaluationFindings = z.infer<typeof evaluationFindings>

export const evaluation = z.object({
  id: z.int(),
  snapshotSetId: z.int(),
  recordingIds: z.array(z.int()),
  recipe: evaluationRecipe,
  findings: evaluationFindings,
  seconds: z.number(),
  createdAt: z.string(),
})
export type Evaluation = z.infer<typeof evaluation>

export const evaluationSummary = evaluation.omit({ findings: true }).extend({
  /** the model that speaks, by the first score of the read-out that speaks */
  best: z.object({ model: z.string(), score: scoreName, value: meanInterval }).nullable(),
  /** where subjects are left out in turn; null: of one recording */
  subjectCount: z.int().nullable(),
  /** asked, the simple ones among them; guessing the commonest class is none */
  modelCount: z.int(),
})
export type EvaluationSummary = z.infer<typeof evaluationSummary>

/** A vector per window or per channel and window, made elsewhere. */
export const importedVectors = z.object({
  id: z.int(),
  snapshotSetId: z.int(),
  name: z.string(),
  seed: z.int(),
  unit: z.enum(['windows', 'channels']),
  latentCount: z.int(),
})
export type ImportedVectors = z.infer<typeof importedVectors>

/** A model's name in tables and on the command line, from what of its recipe is not as TAVRNN's: `tavrnn`, `tavrnn-no-attention`. */
export function trainedName(recipe: ModelRecipe): string {
  const parts: string[] = [recipe.model]
  if (recipe.preset === 'published') parts.push('published')
  if (!recipe.attention) parts.push('no-attention')
  if (!recipe.recurrence) parts.push('no-recurrence')
  if (!recipe.variation) parts.push('no-variation')
  if (!recipe.historyNode) parts.push('no-history-node')
  if (!recipe.trainedGru && recipe.preset !== 'published') parts.push('untrained-gru')
  if (!recipe.trained) parts.push('random-weights')
  if (recipe.features !== 'rows') parts.push(recipe.features)
  return parts.join('-')
}

/** How many subjects an evaluation that leaves them out in turn is of: those tested, or all where none could be; null: of one recording. */
export function subjectCountOf({ recipe: { task, scope }, findings: { windows } }: Pick<Evaluation, 'recipe' | 'findings'>): number | null {
  if (task !== 'states' || scope !== 'subjects') return null
  const tested = windows.filter(({ fold }) => fold >= 0)
  return new Set((tested.length > 0 ? tested : windows).map(({ subject }) => subject)).size
}

/** TAVRNN by its preset and its features, and a number where there are several; without a part left out. */
const isWholeTavrnn = (name: string): boolean => /^tavrnn(-published)?(-identity|-node-statistics)?(-\d+)?$/.test(name)

/** The one model that speaks for all, so that nothing is picked by its score: `tavrnn`, else a TAVRNN that is no ablation, else the first. */
export const spokenName = (names: readonly string[]): string | null =>
  names.find((name) => name === 'tavrnn') ?? names.find(isWholeTavrnn) ?? names[0] ?? null

/** The model that speaks among rows: of those with a score the learned ones, or else those made elsewhere. */
export function spokenModel(rows: readonly Pick<EvaluationRow, 'model' | 'kind' | 'scores'>[]): string | null {
  const namesOf = (wanted: ModelKind): string[] =>
    rows.flatMap(({ model, kind, scores }) => (kind === wanted && Object.keys(scores).length > 0 ? [model] : []))
  return spokenName(namesOf('learned')) ?? spokenName(namesOf('imported'))
}

/** One read-out speaks for all, so that nothing is picked by its score: the logistic one or the first asked; k-means of clusterings. */
export function spokenReadOut({ task, readOuts: asked }: Pick<EvaluationRecipe, 'task' | 'readOuts'>): string | null {
  if (task === 'links') return null
  if (task === 'clusters') return 'k-means'
  return asked.includes('logistic') ? 'logistic' : (asked[0] ?? null)
}

/** The first score of a row; null without one. */
export const firstScore = (
  task: EvaluationTask,
  { scores }: Pick<EvaluationRow, 'scores'>,
): { score: ScoreName; value: MeanInterval } | null => {
  for (const score of scoresOfTask[task]) {
    const value = scores[score]
    if (value) return { score, value }
  }
  return null
}
