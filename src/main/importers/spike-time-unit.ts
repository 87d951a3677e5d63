import { choiceSetting, numberSetting } from './answers.ts'
import { warning } from './checks.ts'
import { areSeconds, timeUnits, unitsPerSecond, type TimeUnit } from './columns.ts'
import type { SpikeReading } from './importer.ts'
import type { OpenedFile } from './opened-file.ts'
import type { SpikeTable } from './spike-table-rows.ts'

type ListedSpikes = Omit<SpikeTable, 'rowOfSpike'>
type Given = { unit: TimeUnit | null; samplingRateHz: number | null; isRateGiven: boolean }

/**
 * Divides listed times to seconds, in place, by the unit given or else the likely one.
 * @returns the settings that say so; what is needed, times as they were, where samples have no rate
 */
export function toSeconds(
  file: OpenedFile,
  spikes: ListedSpikes,
  { unit: givenUnit, samplingRateHz, isRateGiven }: Given,
): Pick<SpikeReading, 'settings' | 'needs' | 'warnings'> {
  const { times } = spikes,
    unit = givenUnit ?? guessUnit(spikes),
    perSecond = unit === 'samples' ? samplingRateHz : unitsPerSecond[unit]
  if (perSecond !== null) for (let s = 0; s < times.length; s++) times[s]! /= perSecond
  return {
    settings: [
      choiceSetting('timeUnit', unit, { options: timeUnits, guessed: givenUnit === null }),
      numberSetting('samplingRateHz', samplingRateHz, { unit: 'Hz', guessed: !isRateGiven && samplingRateHz !== null }),
    ],
    needs: perSecond === null ? [{ name: 'samplingRateHz', why: 'formats.needs.samplingRateHz' }] : [],
    warnings: givenUnit === null ? [warning('time-unit-guessed', { file: file.name, unit })] : [],
  }
}

/** Nobody notes spikes by full seconds; nobody records for months. */
function guessUnit({ allWhole, largest, times, labels }: ListedSpikes): TimeUnit {
  if (allWhole && times.length > 1) return largest < 1e8 ? 'ms' : 'us'
  const smallest = times.reduce((least, time) => Math.min(least, time), Infinity)
  if (areSeconds({ largest, spanned: largest - smallest, spikes: times.length, channels: labels.length })) return 's'
  return largest < 1e9 ? 'ms' : 'us'
}
