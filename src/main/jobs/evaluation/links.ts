import type { EvaluationFindings, EvaluationRow, ScoreName } from '../../../shared/domain/evaluation.ts'
import { heldOutLinks } from '../../science/evaluation/held-out-links.ts'
import type { LinkScores } from '../../science/evaluation/link-scores.ts'
import { nextSnapshotScores } from '../../science/evaluation/next-snapshot.ts'
import type { Interrupt, StepNotice } from '../step.ts'
import { comparisonsOf } from './comparisons.ts'
import type { EvaluateInput, TrainedModel } from './input.ts'
import { emptyRow, summarised, type SeedScores } from './rows.ts'
import { embedded, trained } from './training.ts'
import { trainedModel } from './vectors.ts'

/** Share of the edges held out where no training held any out before (model spec 6.4). */
const heldShare = 0.1

type Forecast = { all: LinkScores; fresh: LinkScores }

/**
 * Held-out edges told from other pairs, and the edges of each next snapshot foretold by the prior, beside forecasts that
 * need no model (model spec 6.4). The first recording counts.
 */
export async function* evaluateLinks(input: EvaluateInput, interrupt: Interrupt): AsyncGenerator<StepNotice, EvaluationFindings> {
  const recording = input.recordings[0]!,
    { graphs } = recording,
    { channelCount, snapshotCount } = graphs
  const windows = recording.windows.map(({ startS, endS }) => ({
    recordingId: recording.recordingId,
    subject: recording.subject,
    startS,
    endS,
    label: -1,
    fold: -1,
  }))
  const common = { classes: [], windows, folds: [], unscored: [], regions: null, controls: [] }
  if (graphs.edges.every(({ length }) => length === 0))
    return { ...common, rows: [], comparisons: [], reason: { reason: 'no-edges', what: '', found: 0, needed: 1 } }

  const both = graphs.edges.map((edges, t) => ({ edges, r: graphs.r[t]! }))
  const forecasts = nextSnapshotScores(both, channelCount, null, interrupt)
  const total = input.trained.reduce(
    (sum, { runs, heldOut }) => sum + runs.length + Math.max(heldOut.length, input.recipe.controlSeedCount),
    0,
  )
  let done = 0
  const progress = (): StepNotice => ({ kind: 'progress', done: done++, total: Math.max(1, total), phase: 'evaluate' })

  const rows: EvaluationRow[] = [],
    degreeProduct: SeedScores[] = []
  for (const model of input.trained) {
    const heldScores: SeedScores[] = [],
      nextScores: SeedScores[] = [],
      heldSeeds: number[] = [],
      nextSeeds: number[] = []
    for await (const { seed, mean, share, heldOutSeed, notice } of heldOutMeans(model, input, interrupt, progress)) {
      yield notice
      const found = heldOutLinks({
        edges: graphs.edges,
        channelCount,
        mean,
        latentCount: model.latentCount,
        heldOut: { share, seed: heldOutSeed },
      })
      if (found.auc === null || found.averagePrecision === null) continue
      heldSeeds.push(seed)
      heldScores.push([{ heldOutAuc: found.auc, heldOutPrecision: found.averagePrecision }])
      degreeProduct.push([{ heldOutAuc: found.degreeProductAuc ?? NaN, heldOutPrecision: found.degreeProductAveragePrecision ?? NaN }])
    }
    for (const { seed, parameters } of model.runs) {
      yield progress()
      if (!hasPrior(model)) break
      const { priorMean } = await embedded(graphs, { ...model.recipe, seed }, parameters[0]!, { threadLimit: input.threadLimit, interrupt })
      if (priorMean === null) break
      const own = nextSnapshotScores(both, channelCount, { values: priorMean, latentCount: model.latentCount }, interrupt)
      nextSeeds.push(seed)
      nextScores.push(own.map(({ prior }) => (prior ? scoresOf(prior) : {})))
    }
    const row = emptyRow({ ...trainedModel(model, [recording]), seeds: heldSeeds.length > 0 ? heldSeeds : nextSeeds }, null)
    const held = summarised(row, heldScores, { units: ['1'], first: 'heldOutAuc', over: 'seeds' }),
      next = summarised(row, nextScores, { units: forecasts.map((_, t) => String(t + 2)), first: 'newEdgeAuc', over: 'seeds' })
    rows.push({
      ...held,
      scores: { ...held.scores, ...next.scores },
      perUnit: next.perUnit,
      reason: nextScores.length === 0 ? { reason: 'no-prior', what: '', found: 0, needed: 0 } : null,
    })
  }
  if (snapshotCount > 1) rows.push(...forecastRows(forecasts, degreeProduct))
  return { ...common, rows, comparisons: comparisonsOf(rows, 'seeds', input.recipe.seed), reason: null }
}

const hasPrior = ({ recipe: { model } }: TrainedModel): boolean => model === 'tavrnn' || model === 'vgrnn'

type HeldOutMean = { seed: number; mean: Float32Array; share: number; heldOutSeed: number; notice: StepNotice }

/** Embeddings of trainings that did not see some edges: those there are, else a few trained here. */
async function* heldOutMeans(
  model: TrainedModel,
  input: EvaluateInput,
  interrupt: Interrupt,
  progress: () => StepNotice,
): AsyncGenerator<HeldOutMean> {
  if (model.heldOut.length > 0) {
    for (const run of model.heldOut) yield { ...run, notice: progress() }
    return
  }
  if (!model.recipe.trained) return
  for (let seed = 1; seed <= input.recipe.controlSeedCount; seed++) {
    const recipe = { ...model.recipe, seed, heldOut: { share: heldShare, seed } }
    const { mean } = await trained(input.recordings[0]!.graphs, recipe, { threadLimit: input.threadLimit, interrupt })
    yield { seed, mean, share: heldShare, heldOutSeed: seed, notice: progress() }
  }
}

const scoresOf = ({ all, fresh }: Forecast): Partial<Record<ScoreName, number>> => ({
  nextAuc: all.auc,
  nextPrecision: all.averagePrecision,
  newEdgeAuc: fresh.auc,
  newEdgePrecision: fresh.averagePrecision,
})

/** Forecasts that look back only; the degree product also stands beside held-out edges. */
function forecastRows(forecasts: ReturnType<typeof nextSnapshotScores>, degreeProduct: readonly SeedScores[]): EvaluationRow[] {
  const units = forecasts.map((_, t) => String(t + 2))
  return (['copy', 'correlation', 'runningMean', 'degreeProduct'] as const).map((name) => {
    const row = emptyRow({ name, kind: 'forecast', seeds: [], trained: null }, null)
    const next = summarised(row, [forecasts.map((own) => scoresOf(own[name]))], { units, first: 'newEdgeAuc', over: 'seeds' })
    if (name !== 'degreeProduct' || degreeProduct.length === 0) return { ...next, perSeed: [] }
    const held = summarised(row, degreeProduct, { units: ['1'], first: 'heldOutAuc', over: 'seeds' })
    return { ...next, scores: { ...next.scores, ...held.scores }, perSeed: [] }
  })
}
