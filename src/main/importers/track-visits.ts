import { fail } from '../../shared/contract/errors.ts'
import type { ImportAnswers } from '../../shared/domain/inspection.ts'
import { choiceAnswer, choiceSetting, numberAnswer, numberSetting } from './answers.ts'
import { warning } from './checks.ts'
import type { BehaviourReading, PositionTrack } from './importer.ts'
import { zoneVisits } from './position-visits.ts'

/**
 * Settings of a track: its direction in the picture, where it begins and ends there, its length and that of an end zone; or, in place
 * of its length, two places and the distance between them (`scaleFromPx`, `scaleToPx`, `scaleM`).
 */
export const visitSettings: readonly string[] = ['trackAxis', 'endAPx', 'endBPx', 'trackM', 'zoneM', 'scaleFromPx', 'scaleToPx', 'scaleM']

/**
 * Visits to the two ends of a straight track, as labelled intervals `A` and `B` (the rat preset). What the person does not say is
 * guessed: the direction along which the animal moved more, the ends where it spent 96 % of the time between.
 * @throws import/setting-refused for a length or a distance that is not above 0, and for a length beside a distance
 */
export function visitsOf(track: PositionTrack, answers: ImportAnswers): BehaviourReading {
  const { timesS, x, y, unit, file } = track
  const [xs, ys] = [spreadOf(x), spreadOf(y)]
  const givenAxis = choiceAnswer(answers, 'trackAxis', ['x', 'y'] as const)
  const trackAxis = givenAxis ?? (xs[1] - xs[0] >= ys[1] - ys[0] ? 'x' : 'y')
  const guess = trackAxis === 'x' ? xs : ys
  const number = (name: string, usual: number, min?: number): number => numberAnswer(answers, name, min) ?? usual
  const endAPx = number('endAPx', guess[0]),
    endBPx = number('endBPx', guess[1]),
    scale = scaleOf(answers),
    perM = unit === 'm' ? 1 : unit === 'cm' ? 100 : unit === 'mm' ? 1000 : (scale?.perM ?? null)
  if (perM !== null && answers['trackM'] !== undefined) {
    throw fail('import/setting-refused', {
      setting: 'trackM',
      value: String(answers['trackM']),
      expected: scale ? '— (scaleM)' : `— (${unit})`,
    })
  }
  // Along a straight track places and metres go together, whatever the angle of the camera.
  const trackM = perM === null ? number('trackM', 1.6, 0) : Math.abs(endBPx - endAPx) / perM
  const zoneM = number('zoneM', 0.2, 0)
  const intervals = zoneVisits({ timesS, along: trackAxis === 'x' ? x : y }, { endA: endAPx, endB: endBPx, length: trackM, zone: zoneM })
  const guessed = (name: string): boolean => answers[name] === undefined
  return {
    modality: 'behaviour',
    intervals,
    track,
    settings: [
      choiceSetting('trackAxis', trackAxis, { options: ['x', 'y'], guessed: givenAxis === null }),
      numberSetting('endAPx', endAPx, { unit, guessed: guessed('endAPx') }),
      numberSetting('endBPx', endBPx, { unit, guessed: guessed('endBPx') }),
      numberSetting('trackM', trackM, { unit: 'm', guessed: perM === null && guessed('trackM') }),
      numberSetting('zoneM', zoneM, { unit: 'm', guessed: guessed('zoneM') }),
      ...(scale
        ? [
            numberSetting('scaleFromPx', scale.from, { unit, guessed: false }),
            numberSetting('scaleToPx', scale.to, { unit, guessed: false }),
            numberSetting('scaleM', scale.metres, { unit: 'm', guessed: false }),
          ]
        : []),
    ],
    needs: [],
    warnings: intervals.length === 0 ? [warning('no-visits', { file })] : [],
  }
}

type Scale = { from: number; to: number; metres: number; perM: number }

/** Two places along the track and the distance between them; null where one is missing. */
function scaleOf(answers: ImportAnswers): Scale | null {
  const from = numberAnswer(answers, 'scaleFromPx'),
    to = numberAnswer(answers, 'scaleToPx'),
    metres = numberAnswer(answers, 'scaleM', 0)
  if (from === null || to === null || metres === null) return null
  if (from === to) throw fail('import/setting-refused', { setting: 'scaleToPx', value: String(to), expected: `≠ ${from}` })
  return { from, to, metres, perM: Math.abs(to - from) / metres }
}

function spreadOf(values: Float64Array): [number, number] {
  const sorted = values.filter((value) => !Number.isNaN(value)).toSorted()
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
  return [at(0.02), at(0.98)]
}
