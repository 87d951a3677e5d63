import { useI18n } from 'vue-i18n'
import type { AlignmentSummary } from '../../shared/domain/alignment.ts'
import { trainedName } from '../../shared/domain/evaluation.ts'
import { modelPresets, modelRecipe, presetOf, type ModelRecipe, type ModelRun } from '../../shared/domain/model-run.ts'
import type { Projection } from '../../shared/domain/projection.ts'
import type { SnapshotRecipe } from '../../shared/domain/snapshot.ts'
import { counted } from '../../shared/locales/counted.ts'
import { modelLabel } from '../../shared/locales/model-label.ts'
import { useFormat } from './use-format.ts'

/** Results in a person's words: what was done, never an id. */
export function useNames() {
  const { t } = useI18n()
  const format = useFormat()

  function edges({ edges: rule }: SnapshotRecipe): string {
    if (rule.rule === 'significance') return t('snapshots.name.significance', { alpha: format.number(rule.alpha) })
    if (rule.rule === 'absolute') return t('snapshots.name.absolute', { threshold: format.number(rule.threshold) })
    return t('snapshots.name.proportional', { percent: format.number(rule.density * 100) })
  }

  const windows = ({ windows: rule, windowS, stepS }: SnapshotRecipe): string => {
    if (rule.by === 'length') return t('snapshots.name.windows', { window: format.duration(windowS), step: format.duration(stepS) })
    return rule.labels === null ? t('snapshots.name.allIntervals') : t('snapshots.name.intervals', { labels: rule.labels.join(', ') })
  }
  const ms = (value: number): string =>
    value >= 1000 ? format.duration(value / 1000) : t('snapshots.name.ms', { ms: format.number(value, 4) })

  /** "2 min every 1 min · 50 ms bins · strongest 5 %"; what is not usual is named, the rest goes without saying */
  const snapshotRecipe = (recipe: SnapshotRecipe, seedCount = 1): string => {
    const { association, filter, smoothingMs, rateMatching } = recipe
    const thinned = seedCount > 1 ? 'rateMatchedSeeds' : 'rateMatched'
    return [
      windows(recipe),
      t('snapshots.name.bins', { bin: ms(recipe.binMs) }),
      ...(recipe.values === 'occupancy' ? [t('snapshots.values.occupancy')] : []),
      ...(recipe.normalise === 'none' ? [] : [t('snapshots.normalise.running-baseline')]),
      ...(smoothingMs === null ? [] : [t('snapshots.name.smoothed', { sd: ms(smoothingMs) })]),
      ...(rateMatching === null
        ? []
        : [t(`snapshots.name.${thinned}`, { seed: rateMatching.seed, seeds: counted(t, 'seeds', seedCount) })]),
      ...(association.measure === 'pearson' ? [] : [t(`snapshots.measure.${association.measure}`)]),
      ...(filter === null ? [] : [t('snapshots.name.filtered')]),
      edges(recipe),
    ].join(' · ')
  }

  /** TAVRNN by its preset or by what is left out of it, other models by their name */
  function model(recipe: ModelRecipe): string {
    if (recipe.model !== 'tavrnn') return t(`train.modelName.${recipe.model}`)
    const { preset, isChanged } = presetOf(recipe),
      trained = trainedName(recipe)
    if (isChanged && trained !== trainedName(modelRecipe.parse(modelPresets[preset]))) return modelLabel(t, trained)
    const word = t(`train.preset.${preset}`)
    return isChanged ? t('train.presetChanged', { preset: word }) : word
  }

  /** "Studio, seed 1, 16 Mar 2025, 10:20"; the newest of several: "Studio, 20 seeds, rate-matched, 16 Mar 2025, 10:20" */
  function modelRun({ recipe, createdAt, isRateMatched }: ModelRun, seedCount = 1): string {
    const seeds = seedCount > 1 ? counted(t, 'seeds', seedCount) : t('train.nameSeed', { seed: recipe.seed })
    return t(isRateMatched ? 'train.nameRateMatched' : 'train.name', { preset: model(recipe), seeds, date: format.date(createdAt, true) })
  }

  /** what alignments that go together were measured on: "Studio, 20 seeds", or "Studio, 3–20 seeds" */
  function training(alike: readonly AlignmentSummary[]): string {
    const measured = alike.at(-1)?.training
    if (!measured) return t('alignments.removedTraining')
    const counts = alike.map(({ seeds }) => seeds.length),
      [least, most] = [Math.min(...counts), Math.max(...counts)]
    return `${model(measured)}, ${least < most ? `${least}–` : ''}${counted(t, 'seeds', most)}`
  }

  function projection({ recipe }: Projection): string {
    if (recipe.method === 'tsne') return t('embedding.name.tsne', { perplexity: format.number(recipe.perplexity), seed: recipe.seed })
    if (recipe.method === 'umap') return t('embedding.name.umap', { neighbours: recipe.neighbourCount, seed: recipe.seed })
    return t('embedding.name.pca')
  }

  return { snapshotRecipe, model, modelRun, training, projection }
}
