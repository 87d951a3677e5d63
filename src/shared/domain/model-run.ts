import { z } from 'zod'
import { snapshotPresets, type SnapshotRecipe } from './snapshot.ts'

/** Models that can be trained. VGAE and VGRNN are TAVRNN without its recurrence and prior, and without its attention (model spec 5). */
export const modelNames = ['tavrnn', 'vgae', 'vgrnn', 'dyngem', 'dynae', 'dynrnn', 'dynaernn', 'graphert', 'cebra'] as const
export type ModelName = (typeof modelNames)[number]

/** TAVRNN and what becomes of it by leaving parts out: one step an epoch over all snapshots. */
export const isFamilyModel = (model: ModelName): boolean => model === 'tavrnn' || model === 'vgae' || model === 'vgrnn'

/** What a model's loss is: a bound on the likelihood of the edges, or what its own paper has. */
export const lossKinds = ['bound', 'squaredError', 'crossEntropy', 'contrast'] as const
const lossKindOfModel: Record<ModelName, (typeof lossKinds)[number]> = {
  tavrnn: 'bound',
  vgae: 'bound',
  vgrnn: 'bound',
  dyngem: 'squaredError',
  dynae: 'squaredError',
  dynrnn: 'squaredError',
  dynaernn: 'squaredError',
  graphert: 'crossEntropy',
  cebra: 'contrast',
}
export const lossKindOf = (model: ModelName): (typeof lossKinds)[number] => lossKindOfModel[model]

/** Whether a model looks at how strong associations are, and not at the graphs alone. */
export const readsR = ({ model, features }: Pick<ModelRecipe, 'model' | 'features'>): boolean =>
  isFamilyModel(model) && features !== 'identity'

/** Whether a model has one vector for a window of the whole population, [T, 1, 8], and none for a channel; it reads bins, not graphs. */
export const isWindowModel = (model: ModelName): boolean => model === 'cebra'

/** Settings of one training (model spec 2, 3 and 5). The defaults are the Studio preset of TAVRNN. */
export const modelRecipe = z.strictObject({
  model: z.enum(modelNames).default('tavrnn'),
  /** of models outside TAVRNN's family: the same epochs as for all, or epochs and batches as they were published */
  budget: z.enum(['equal', 'published']).default('equal'),
  /** of models outside TAVRNN's family, which take many steps an epoch */
  batchSize: z.int().min(1).max(10_000).default(50),
  /** of models outside TAVRNN's family; null for each one's own, as published */
  ownLearningRate: z.number().gt(0).max(1).nullable().default(null),
  /** of DynGEM and the dyngraph2vec models: units of the layers next to the rows of A, and next to the code */
  outerUnits: z.int().min(1).max(4096).default(500),
  innerUnits: z.int().min(1).max(4096).default(300),
  preset: z.enum(['studio', 'published']).default('studio'),
  /** the model's input: rows of |r|, one vector per channel, or six numbers per channel and snapshot (model spec 1.7) */
  features: z.enum(['rows', 'identity', 'node-statistics']).default('rows'),
  historyNode: z.boolean().default(true),
  /** states attended to, the newest counted; null: all since the first snapshot */
  attentionWidth: z.int().min(1).max(1000).nullable().default(3),
  lossOver: z.enum(['channels', 'all']).default('channels'),
  trainedGru: z.boolean().default(true),
  /** ablations, each alone or together: without attention h_t = s_t, without recurrence h = 0, without variation z = μ and no KL */
  attention: z.boolean().default(true),
  recurrence: z.boolean().default(true),
  variation: z.boolean().default(true),
  /** false leaves the random weights of the start as they are */
  trained: z.boolean().default(true),
  start: z.enum(['glorot', 'published']).default('glorot'),
  embedding: z.enum(['mean', 'sample']).default('mean'),
  sigmaFloor: z.number().min(0).max(1).default(1e-3),
  klEpsilon: z.number().min(0).max(1).default(0),
  klWeight: z.number().min(0).max(1000).default(1),
  warmupEpochs: z.int().min(0).max(10_000).default(10),
  learningRate: z.number().gt(0).max(1).default(1e-2),
  clipNorm: z.number().gt(0).nullable().default(10),
  epochs: z.int().min(1).max(100_000).default(200),
  /** stop when the smoothed loss has not fallen by 1e-4 in 30 epochs */
  stopsWhenFlat: z.boolean().default(true),
  /** a share of the edges of every snapshot, and as many other pairs, that the training does not see (model spec 6.4) */
  heldOut: z
    .strictObject({
      share: z.number().gt(0).max(0.5).default(0.1),
      seed: z
        .int()
        .min(0)
        .max(2 ** 32 - 1)
        .default(1),
    })
    .nullable()
    .default(null),
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .default(1),
})
export type ModelRecipe = z.infer<typeof modelRecipe>

/** The same for all seeds of a training. */
export const butForSeed = (recipe: ModelRecipe): ModelRecipe => ({ ...recipe, seed: 0 })

/** Edges that a training did not see, told from as many other pairs; means over snapshots, null where none has any. */
export const heldOutScores = z.object({
  auc: z.number().nullable(),
  averagePrecision: z.number().nullable(),
  degreeProductAuc: z.number().nullable(),
  degreeProductAveragePrecision: z.number().nullable(),
  /** held-out edges of all snapshots */
  edgeCount: z.int(),
  snapshotCount: z.int(),
})
export type HeldOutScores = z.infer<typeof heldOutScores>

export const modelPresets = {
  studio: {},
  /** for visits and laps: rows of |r| of a few seconds are mostly noise, so a channel is told by who it is */
  rat: { features: 'identity' },
  published: {
    preset: 'published',
    attentionWidth: null,
    lossOver: 'all',
    trainedGru: false,
    start: 'published',
    embedding: 'sample',
    sigmaFloor: 0,
    klEpsilon: 1e-10,
    warmupEpochs: 0,
    clipNorm: null,
    epochs: 500,
    stopsWhenFlat: false,
  },
} as const satisfies Record<string, Partial<ModelRecipe>>
export type ModelPreset = keyof typeof modelPresets

/** The training preset that goes with snapshots: the rat's for windows by interval in bins as short as its own (model spec 3). */
export const modelPresetFor = ({ windows, binMs }: Pick<SnapshotRecipe, 'windows' | 'binMs'>): ModelPreset =>
  windows.by === 'interval' && binMs <= snapshotPresets.rat.binMs ? 'rat' : 'studio'

/** How long is trained, from which start, and what is kept for a test: these leave a preset what it is. */
const besidePreset = new Set<string>(['seed', 'epochs', 'stopsWhenFlat', 'heldOut'] satisfies (keyof ModelRecipe)[])

/** The preset that a recipe of TAVRNN was made with: the one from which the fewest settings differ; and whether any does. */
export function presetOf(recipe: ModelRecipe): { preset: ModelPreset; isChanged: boolean } {
  const changes = (Object.keys(modelPresets) as ModelPreset[]).flatMap((preset) => {
    const settings: Record<string, unknown> = modelRecipe.parse(modelPresets[preset])
    if (settings.preset !== recipe.preset) return []
    const count = Object.entries(recipe).filter(([name, value]) => !besidePreset.has(name) && value !== settings[name]).length
    return [{ preset, count }]
  })
  const [nearest] = changes.toSorted((a, b) => a.count - b.count)
  return { preset: nearest?.preset ?? 'studio', isChanged: (nearest?.count ?? 0) > 0 }
}

export const runState = z.enum(['queued', 'running', 'paused', 'interrupted', 'done', 'cancelled', 'failed'])
export type RunState = z.infer<typeof runState>

/** How a person names an engine; `auto` takes the fastest. */
export const engineWord = z.enum(['auto', 'cpu', 'cpu-plain', 'cpu-relaxed', 'reference', 'webgpu', 'cuda', 'tfjs'])
export type EngineWord = z.infer<typeof engineWord>

/** How long an epoch took with these data: the median of three. */
export const engineTrial = z.object({
  engine: z.string(),
  /** null on a graphics card */
  threadCount: z.int().nullable(),
  secondsPerEpoch: z.number(),
})
export type EngineTrial = z.infer<typeof engineTrial>

/** Why a training runs where it runs. */
export const engineChoice = z.object({
  threadCount: z.int().nullable(),
  /** what was measured before the choice; empty where a person chose and nothing was measured yet */
  trials: z.array(engineTrial),
  /** the engine that was to run it and could not, with the error's code */
  left: z.object({ engine: z.string(), code: z.string(), details: z.record(z.string(), z.unknown()) }).nullable(),
})
export type EngineChoice = z.infer<typeof engineChoice>

export const modelRun = z.object({
  id: z.int(),
  snapshotSetId: z.int(),
  /** trained on snapshots whose rates were matched */
  isRateMatched: z.boolean(),
  recipe: modelRecipe,
  state: runState,
  engine: z.string(),
  /** null before the first epoch */
  engineChoice: engineChoice.nullable(),
  epochCount: z.int(),
  /** times it became unstable and went on with half its learning rate */
  halvings: z.int(),
  /** why it ended early, or what went wrong; null otherwise */
  note: z.string().nullable(),
  trainingS: z.number(),
  createdAt: z.string(),
})
export type ModelRun = z.infer<typeof modelRun>

/** A rate-matched training stands beside another; it is the newest only where there is nothing else. */
export const newestAsRecorded = (runs: readonly ModelRun[]): ModelRun | undefined =>
  runs.findLast(({ isRateMatched }) => !isRateMatched) ?? runs.at(-1)

/** One pass of training: loss terms are sums over snapshots; the norm is before clipping. */
export const epochRecord = z.object({
  epoch: z.int(),
  nll: z.number(),
  kl: z.number(),
  klWeight: z.number(),
  gradientNorm: z.number(),
  seconds: z.number(),
})
export type EpochRecord = z.infer<typeof epochRecord>

/** Why no training on rate-matched snapshots was begun beside one as recorded; sentences stand under `modelRuns.beside`. */
export const besideReasons = [
  'not-asked',
  'is-rate-matched',
  'traces',
  'by-interval',
  'step-not-in-window',
  'recipe-conflict',
  /** channels were excluded or taken in since the snapshots as recorded were made */
  'recording-changed',
  'too-few-rate-matched',
  /** it was done before */
  'is-there',
] as const
export const besideReason = z.enum(besideReasons)
export type BesideReason = z.infer<typeof besideReason>

/** The training on rate-matched snapshots beside one as recorded (model spec 1.6). */
export const beside = z.object({
  /** null: one was begun, or goes on, or will begin */
  reason: besideReason.nullable(),
  /** makes the snapshots, after which the training begins by itself; null where they were there */
  snapshotsJobId: z.int().nullable(),
  jobId: z.int().nullable(),
  modelRunId: z.int().nullable(),
})
export type Beside = z.infer<typeof beside>
