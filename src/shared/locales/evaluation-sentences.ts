import { leastSubjects } from '../domain/cohort.ts'
import {
  controlledTasks,
  firstScore,
  lowerIsBetter,
  spokenModel,
  spokenReadOut,
  type Comparison,
  type Evaluation,
  type EvaluationRow,
  type MeanInterval,
  type RegionsUsed,
  type ScoreName,
  type UnscoredSubject,
} from '../domain/evaluation.ts'
import { classLabel } from './class-label.ts'
import { counted } from './counted.ts'
import { modelLabel } from './model-label.ts'
import { pValue } from './p-value.ts'
import type { Translate } from './translate.ts'
import { twoDecimals } from './two-decimals.ts'

/** A mean with its interval in brackets where it has one: "0.81 [0.76, 0.86]". */
export function intervalText({ mean, low, high }: MeanInterval): string {
  return low === null || high === null ? twoDecimals(mean) : `${twoDecimals(mean)} [${twoDecimals(low)}, ${twoDecimals(high)}]`
}

const fewestSeeds = 20

/**
 * What an evaluation found, in words: the model that speaks with its interval, what simple models do beside it, what the controls
 * say, how windows were parted and how many seeds there were.
 * @param translate of the page or of the host
 */
export function evaluationSentences(translate: Translate, { recipe, findings }: Pick<Evaluation, 'recipe' | 'findings'>): string[] {
  const { task } = recipe,
    { rows, controls, reason } = findings
  const say = (key: string, values: Record<string, unknown> = {}): string => translate(`evaluations.say.${key}`, values)
  if (reason !== null) {
    // one subject whose reason is the reason of all is not named once more
    const others = findings.unscored.some((one) => one.reason.reason !== reason.reason) || findings.unscored.length > 1
    const named = others ? unscoredSentence(translate, findings.unscored) : []
    return [translate(`evaluations.reason.${reason.reason}`, reason), ...named, say('restStands')]
  }
  const scored = rows.flatMap((row) => {
    const first = firstScore(task, row)
    return first ? [{ row, ...first }] : []
  })
  const spoken = spokenReadOut(recipe),
    compared = scored.filter(({ row }) => row.readOut === spoken || row.readOut === null),
    learned = compared.filter(({ row }) => row.kind === 'learned' || row.kind === 'imported'),
    speaker = spokenModel(learned.map(({ row }) => row)),
    best = learned.find(({ row }) => row.model === speaker) ?? null,
    simple = bestOf(compared.filter(({ row, score }) => isSimple(row) && (best === null || score === best.score))),
    ahead = bestOf(learned.filter(({ row, score }) => row.model !== best?.row.model && score === best?.score)),
    guess = scored.find(({ row }) => row.kind === 'majority')
  const name = ({ row }: Scored): string => modelLabel(translate, row.model)
  const comparisonOf = (one: Scored, against: Scored) =>
    findings.comparisons.find(
      ({ model, other, readOut }) => model === one.row.model && other === against.row.model && readOut === one.row.readOut,
    )
  const sentences: string[] = []
  const bySubject = recipe.split.kind === 'subjects' && task === 'states'
  if (best !== null) {
    const values = {
      model: name(best),
      score: translate(`evaluations.score.${best.score}`),
      value: intervalText(best.value),
      how: best.row.readOut === null ? '' : say('how', { readOut: methodOf(translate, best.row) }),
    }
    const over = bySubject ? counted(translate, 'subjects', best.value.count) : counted(translate, 'seeds', best.value.count)
    sentences.push(best.value.low === null ? say('bestBare', values) : say(bySubject ? 'bestSubjects' : 'best', { ...values, over }))
  } else if (simple !== null) sentences.push(say('noneTrained'))
  if (simple !== null) {
    const values = { simple: name(simple), value: intervalText(simple.value) }
    if (best === null) sentences.push(say('simpleAlone', { ...values, score: translate(`evaluations.score.${simple.score}`) }))
    else {
      const tested = comparisonOf(best, simple)
      sentences.push(say(placeOf(simple, best, tested?.p ?? null), { ...values, model: name(best) }))
      if (tested) sentences.push(testSentence(translate, tested))
    }
  }
  const foretold = task === 'links' ? best?.row.scores.newEdgeAuc : undefined,
    lookingBack = bestNewEdges(rows)
  if (foretold && lookingBack)
    sentences.push(
      say('newEdges', {
        value: intervalText(foretold),
        simple: modelLabel(translate, lookingBack.model),
        other: twoDecimals(lookingBack.mean),
      }),
    )
  if (best !== null && ahead !== null && isAhead(ahead, best)) {
    const values = { model: name(ahead), value: intervalText(ahead.value), count: learned.length - 1 },
      tested = comparisonOf(best, ahead)
    sentences.push(tested && tested.p !== null ? say('aheadTested', { ...values, p: pValue(tested.p) }) : say('ahead', values))
    // with so few subjects the sentence is the same for every pair of models
    if (tested?.p === null && simple === null) sentences.push(testSentence(translate, tested))
  }
  if (guess) sentences.push(say('guess', { value: twoDecimals(guess.value.mean) }))
  if (controlledTasks.includes(task)) sentences.push(...controlSentences(translate, controls, best))
  if (task === 'states') {
    sentences.push(
      say(`split.${recipe.split.kind}`, { folds: findings.folds.length }),
      ...unscoredSentence(translate, findings.unscored),
      say(recipe.scope === 'subjects' ? 'withinRecordings' : recipe.embedding),
      ...regionSentences(translate, findings.regions),
    )
  }
  if (best !== null && best.row.kind === 'learned' && best.row.seeds.length < fewestSeeds)
    sentences.push(say('fewSeeds', { seeds: counted(translate, 'seeds', best.row.seeds.length), needed: fewestSeeds }))
  return sentences
}

/** The subjects whose windows were not tested, each with why. */
function unscoredSentence(translate: Translate, unscored: readonly UnscoredSubject[]): string[] {
  if (unscored.length === 0) return []
  const named = unscored.map(({ subject, reason }) => {
    const why = translate(`evaluations.unscored.${reason.reason}`, { ...reason, what: classLabel(translate, reason.what) })
    return translate('evaluations.say.unscoredOne', { subject, why })
  })
  return [translate('evaluations.say.unscored', { subjects: named.join(translate('evaluations.say.next')) })]
}

/** Which regions stand in for the channels where recordings differ in theirs, and which recordings are in the way of more. */
function regionSentences(translate: Translate, regions: RegionsUsed | null): string[] {
  if (regions === null) return []
  const say = (key: string, values: Record<string, unknown> = {}): string => translate(`evaluations.say.${key}`, values),
    list = (names: readonly string[]): string => names.join(say('and'))
  const lacking = regions.lacking.map(({ recording, regions: lacked, hasAny }) =>
    hasAny ? say('lacksRegions', { recording, regions: list(lacked) }) : say('hasNoRegion', { recording }),
  )
  return [
    regions.shared.length > 0 ? say('regionsShared', { regions: list(regions.shared) }) : say('regionsNone'),
    say('regionsLacking', { recordings: list(lacking) }),
  ]
}

/** The test of two models' difference; over too few subjects how many more it takes. */
function testSentence(translate: Translate, { p, unit, count }: Comparison): string {
  const say = (key: string, values: Record<string, unknown>): string => translate(`evaluations.say.${key}`, values)
  if (p === null) return say('pTooFew', { subjects: counted(translate, 'subjects', count), count: leastSubjects - count })
  return say(unit === 'subjects' ? 'pSubjects' : 'pSeeds', { p: pValue(p) })
}

type Scored = { row: EvaluationRow; score: ScoreName; value: MeanInterval }

function bestOf(rows: readonly Scored[]): Scored | null {
  const ranked = rows.toSorted((a, b) => (lowerIsBetter.includes(a.score) ? a.value.mean - b.value.mean : b.value.mean - a.value.mean))
  return ranked[0] ?? null
}

/** The forecast without a model that foretells new edges best. */
function bestNewEdges(rows: readonly EvaluationRow[]): { model: string; mean: number } | null {
  const found = rows.flatMap(({ kind, model, scores }) =>
    kind === 'forecast' && scores.newEdgeAuc ? [{ model, mean: scores.newEdgeAuc.mean }] : [],
  )
  return found.toSorted((a, b) => b.mean - a.mean)[0] ?? null
}

const isSimple = ({ kind }: EvaluationRow): boolean => kind === 'simple' || kind === 'forecast'

const isAhead = (one: Scored, other: Scored): boolean =>
  lowerIsBetter.includes(one.score) ? one.value.mean < other.value.mean : one.value.mean > other.value.mean

/** How a simple model stands to the one that speaks; without a p nothing is said of what is gained, only of what can be shown. */
function placeOf(simple: Scored, best: Scored, p: number | null): string {
  if (p !== null && p < 0.05 && isAhead(simple, best)) return 'simpleAhead'
  if (!isAsGood(simple, best)) return 'simpleBehind'
  if (p !== null) return 'simpleAsWell'
  if (lowerIsBetter.includes(best.score)) return simple.value.mean < (best.value.low ?? -Infinity) ? 'simpleBelow' : 'simpleWithin'
  return simple.value.mean > (best.value.high ?? Infinity) ? 'simpleAbove' : 'simpleWithin'
}

/** Within the model's interval, or above it. */
const isAsGood = (simple: Scored, best: Scored): boolean =>
  lowerIsBetter.includes(best.score)
    ? simple.value.mean <= (best.value.high ?? best.value.mean)
    : simple.value.mean >= (best.value.low ?? best.value.mean)

/** How a row was read out or clustered. */
export const methodOf = (translate: Translate, { readOut }: Pick<EvaluationRow, 'readOut'>): string =>
  readOut === null ? translate('evaluations.readOut.none') : translate(`evaluations.readOut.${readOut}`)

function controlSentences(translate: Translate, controls: Evaluation['findings']['controls'], best: Scored | null): string[] {
  const own = controls.filter(({ model, score }) => score !== null && (best === null || model === best.row.model))
  if (own.length === 0) return [translate('evaluations.say.notControlled')]
  return own.flatMap(({ control, score }) =>
    score === null
      ? []
      : [translate('evaluations.say.control', { control: translate(`evaluations.control.${control}`), value: intervalText(score) })],
  )
}
