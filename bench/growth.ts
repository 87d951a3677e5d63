// How time and memory of an epoch grow with channels, snapshots and density: node bench/growth.ts [--quick] [--go-on] [--draw]
// Writes docs/pictures/engine-growth.csv and .svg; --go-on keeps the rows the CSV has, --draw draws them. One thread, and seconds of its processor, so that
// the growth is right on a shared machine, too. Every size has a process of its own (--one), whose memory is the most it held.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LineChart } from 'echarts/charts'
import { GridComponent, LegendComponent, TitleComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { bench } from '../src/main/jobs/bench.ts'
import { here, peer } from './measure.ts'

type Row = {
  along: 'channels' | 'snapshots' | 'density'
  channels: number
  snapshots: number
  density: number
  features: string
  seconds: number
  memoryMB: number
}

const usual = { channels: 900, snapshots: 19, density: 0.2 }
const along = { channels: [300, 900, 2000, 4096], snapshots: [6, 19, 85], density: [0.02, 0.2, 1] } as const
const pictures = join(here, '..', 'docs', 'pictures'),
  csv = join(pictures, 'engine-growth.csv'),
  heads = ['along', 'channels', 'snapshots', 'density', 'features', 'seconds', 'memoryMB'] as const

const one = process.argv.indexOf('--one')
if (one > 0) console.log(JSON.stringify(await timeOne(JSON.parse(process.argv[one + 1] ?? '') as Size)))
else {
  const goesOn = process.argv.includes('--go-on') && existsSync(csv)
  const rows = process.argv.includes('--draw') ? readRows() : measured(process.argv.includes('--quick'), goesOn ? readRows() : [])
  writeFileSync(join(pictures, 'engine-growth.svg'), drawn(rows))
}

type Size = { channels: number; snapshots: number; density: number; features: 'rows' | 'identity' }

/** The least seconds of the processor of an epoch after the first. */
async function timeOne(size: Size): Promise<{ seconds: number; memoryMB: number }> {
  const epochs = size.channels > 2000 ? 2 : 4,
    seconds: number[] = []
  const run = bench({ ...size, engine: 'cpu-plain', threads: 1, epochs, seed: 1, printProgram: false }, () => undefined)
  let before = process.cpuUsage()
  for (;;) {
    const { value, done } = await run.next()
    const { user, system } = process.cpuUsage(before)
    if (done) return { seconds: Math.min(...seconds.slice(2)), memoryMB: value.peakMemoryMB }
    seconds.push((user + system) / 1e6)
    before = process.cpuUsage()
  }
}

function measured(quick: boolean, before: readonly Row[]): Row[] {
  const found: Row[] = []
  for (const name of ['channels', 'snapshots', 'density'] as const) {
    for (const value of along[name]) {
      for (const features of ['rows', 'identity'] as const) {
        const size = { ...usual, [name]: value },
          known = [...found, ...before].find(
            (row) =>
              row.channels === size.channels &&
              row.snapshots === size.snapshots &&
              row.density === size.density &&
              row.features === features,
          )
        if (quick && size.channels * size.snapshots > 20_000) continue
        const { seconds, memoryMB } = known ?? peer(process.execPath, ['growth.ts', '--one', JSON.stringify({ ...size, features })])
        const row = { along: name, ...size, features, seconds: Number(seconds), memoryMB: Math.round(Number(memoryMB)) }
        console.log(heads.map((head) => row[head]).join('  '))
        found.push(row)
        writeFileSync(csv, `${[heads.join(','), ...found.map((one) => heads.map((head) => one[head]).join(','))].join('\n')}\n`)
      }
    }
  }
  return found
}

function readRows(): Row[] {
  const [, ...lines] = readFileSync(csv, 'utf8').trim().split('\n')
  return lines.map((line) => {
    const [name, channels, snapshots, density, features, seconds, memoryMB] = line.split(',') as [string, ...string[]]
    return {
      along: name as Row['along'],
      channels: Number(channels),
      snapshots: Number(snapshots),
      density: Number(density),
      features: features!,
      seconds: Number(seconds),
      memoryMB: Number(memoryMB),
    }
  })
}

/** Two rows of three panels on logarithmic axes: seconds and memory, each along channels, snapshots and density. */
function drawn(all: readonly Row[]): string {
  use([LineChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer])
  const width = 900,
    height = 560
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height })
  const names = ['channels', 'snapshots', 'density'] as const,
    values = [
      { key: 'seconds', label: 'seconds per epoch' },
      { key: 'memoryMB', label: 'memory of the process, MB' },
    ] as const
  const panels = values.flatMap((value, down) => names.map((name, across) => ({ value, name, index: down * 3 + across, down, across })))
  const font = { fontFamily: 'sans-serif', fontSize: 12, color: '#333' }
  try {
    chart.setOption({
      animation: false,
      textStyle: font,
      legend: { bottom: 0, data: ['rows', 'identity'] },
      grid: panels.map(({ down, across }) => ({ left: 70 + across * 285, top: 20 + down * 260, width: 205, height: 190 })),
      xAxis: panels.map(({ name, index }) => ({
        gridIndex: index,
        type: 'log',
        name,
        nameLocation: 'middle',
        nameGap: 26,
        min: along[name][0],
        max: along[name].at(-1),
        axisLabel: { customValues: along[name], ...font },
        axisTick: { customValues: along[name] },
        splitLine: { show: false },
      })),
      yAxis: panels.map(({ value, index, across }) => ({
        gridIndex: index,
        type: 'log',
        name: across === 0 ? value.label : '',
        nameLocation: 'middle',
        nameGap: 48,
        axisLabel: font,
      })),
      series: panels.flatMap(({ name, value, index }) =>
        ['rows', 'identity'].map((features) => ({
          type: 'line',
          name: features,
          xAxisIndex: index,
          yAxisIndex: index,
          symbolSize: 6,
          color: features === 'rows' ? '#1f5fa8' : '#d4731e',
          data: all.filter((row) => row.along === name && row.features === features).map((row) => [row[name], row[value.key]]),
        })),
      ),
    })
    return chart.renderToSVGString()
  } finally {
    chart.dispose()
  }
}
