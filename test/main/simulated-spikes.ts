import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { uniformSequence } from '../../src/shared/domain/random.ts'

/**
 * A small recording as a person would have it: a spike table and a layout, two groups of channels that fire together
 * in bursts of their own, one channel silent throughout.
 * @returns paths of the two files
 */
export function writeSimulatedRecording(
  folder: string,
  { channelCount = 24, durationS = 120, seed = 1 } = {},
): { spikes: string; layout: string; spikeCount: number } {
  const random = uniformSequence(seed, 'simulate')
  const rows = ['channel,time_s']
  for (let channel = 0; channel < channelCount - 1; channel++) {
    const half = channel % 2
    for (let time = 0.5 + half; time < durationS - 1; time += 2) {
      if (random() < 0.8) rows.push(`${channel},${(time + random() * 0.2).toFixed(5)}`)
    }
    for (let k = 0; k < durationS / 4; k++) rows.push(`${channel},${(random() * durationS).toFixed(5)}`)
  }
  const positions = ['channel,x_um,y_um,region,role,side,paddle']
  for (let channel = 0; channel < channelCount; channel++) {
    const sensory = channel < channelCount / 2
    positions.push(
      `${channel},${(channel % 6) * 100},${Math.floor(channel / 6) * 100},${sensory ? 'sensory' : 'motor'},${sensory ? 'sensory' : 'motor'},left,`,
    )
  }
  const spikes = join(folder, 'Spikes Kultur ä.csv'),
    layout = join(folder, 'layout.csv')
  writeFileSync(spikes, rows.join('\n') + '\n')
  writeFileSync(layout, positions.join('\n') + '\n')
  return { spikes, layout, spikeCount: rows.length - 1 }
}
