import type { Inspection } from '../../shared/domain/inspection.ts'
import type { SpikeTrains } from './spike-trains.ts'

const rowCount = 40
const widthS = 10
const largestBinCount = 100_000
const mostSpikes = 50_000

/**
 * The spikes of the busiest 40 channels in the busiest 10 s, for a first look; a shorter time where they are more than
 * 50,000. Rows are in the channels' own order.
 * @param span first and last spike
 */
export function rasterOf(trains: SpikeTrains, span: { firstS: number; lastS: number }): NonNullable<Inspection['raster']> {
  const fromS = busiestStart(trains, span)
  const inside = countInside(trains, fromS, fromS + widthS)
  const busiest = [...inside.keys()]
    .filter((c) => inside[c]! > 0)
    .sort((a, b) => inside[b]! - inside[a]!)
    .slice(0, rowCount)
    .sort((a, b) => a - b)
  const shown = busiest.reduce((sum, c) => sum + inside[c]!, 0)
  const toS = fromS + widthS * Math.min(1, mostSpikes / shown)
  const rows: number[] = []
  const times: number[] = []
  busiest.forEach((c, row) => {
    // Where the time was shortened and the spikes are still too many, each channel keeps its first.
    const last = rows.length + Math.ceil(mostSpikes / busiest.length)
    for (let s = trains.offsets[c]!; s < trains.offsets[c + 1]! && (shown <= mostSpikes || rows.length < last); s++) {
      const time = trains.timesS[s]!
      if (time >= fromS && time < toS) {
        rows.push(row)
        times.push(time)
      }
    }
  })
  return { fromS, toS, channelIndexes: Int32Array.from(busiest), spikeRow: Int32Array.from(rows), spikeS: Float64Array.from(times) }
}

function busiestStart({ timesS }: SpikeTrains, { firstS, lastS }: { firstS: number; lastS: number }): number {
  const origin = Math.floor(firstS)
  const binS = Math.max(1, Math.ceil((lastS - origin) / largestBinCount))
  const perBin = new Uint32Array(Math.floor((lastS - origin) / binS) + 1)
  for (let s = 0; s < timesS.length; s++) perBin[Math.floor((timesS[s]! - origin) / binS)]! += 1
  const width = Math.max(1, Math.round(widthS / binS))
  let sum = 0
  let best = -1
  let bestStart = 0
  for (let bin = 0; bin < perBin.length; bin++) {
    sum += perBin[bin]! - (bin >= width ? perBin[bin - width]! : 0)
    if (sum > best) {
      best = sum
      bestStart = Math.max(0, bin - width + 1)
    }
  }
  return origin + bestStart * binS
}

function countInside({ timesS, offsets }: SpikeTrains, fromS: number, toS: number): Uint32Array {
  const inside = new Uint32Array(offsets.length - 1)
  for (let c = 0; c < inside.length; c++) {
    for (let s = offsets[c]!; s < offsets[c + 1]!; s++) if (timesS[s]! >= fromS && timesS[s]! < toS) inside[c]! += 1
  }
  return inside
}
