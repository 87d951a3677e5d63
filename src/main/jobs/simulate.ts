import { existsSync } from 'node:fs'
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fail } from '../../shared/contract/errors.ts'
import type { SimulatedFiles, SimulationRecipe } from '../../shared/domain/simulation.ts'
import { readLayoutTable } from '../importers/layout-csv.ts'
import { openFile } from '../importers/opened-file.ts'
import { simulateCulture, simulationBinMs, simulationSamplingRateHz, type Culture } from '../science/simulate.ts'
import { madeUpArray, type SimulatedArray } from '../science/simulated-array.ts'
import { simulateSpikes, turnOf } from '../science/simulated-spikes.ts'
import type { Interrupt, StepNotice } from './step.ts'

export type SimulationInput = { recipe: SimulationRecipe; layoutFile: string | null; out: string }

/**
 * Writes a cohort of simulated cultures, a folder each, as a person would have them: spikes, layout, events, and what is
 * true of them in a file of its own. A file has its name only when it is complete.
 * @throws simulations/file-exists before anything is written, simulations/no-roles, simulations/too-many-spikes,
 *   exports/cannot-write, project/disk-full, and what reading a layout throws
 */
export async function* simulate(
  { recipe, layoutFile, out }: SimulationInput,
  interrupt: Interrupt,
): AsyncGenerator<StepNotice, SimulatedFiles[]> {
  const array = layoutFile === null ? madeUpArray(recipe.channelCount) : await arrayOf(layoutFile, recipe, interrupt)
  const subjects = Array.from({ length: recipe.subjectCount }, (_, k) => recipe.firstSubject + k)
  const cohort = subjects.map((subject) => ({ subject, files: filesOf(out, subject) }))
  const present = cohort.flatMap(({ files }) => Object.values(files)).filter((file) => existsSync(file))
  if (present[0] !== undefined) throw fail('simulations/file-exists', { file: present[0], count: present.length })

  const channelCount = array.channelLabels.length,
    total = channelCount * cohort.length
  for (const [k, { subject, files }] of cohort.entries()) {
    const culture = simulateCulture(recipe, array, subject)
    try {
      await mkdir(join(out, folderOf(subject)), { recursive: true })
      await writeFile(partOf(files.layout), layoutText(array, culture))
      await writeFile(partOf(files.events), eventsText(culture))
      await writeFile(partOf(files.truth), `${JSON.stringify(truthOf(array, culture))}\n`)
      const spikes = await open(partOf(files.spikes), 'w')
      try {
        await spikes.write('channel,time_s\n')
        for (let c = 0; c < channelCount; c++) {
          interrupt()
          await spikes.write(spikeRows(array.channelLabels[c] ?? '', simulateSpikes(culture, c)))
          yield { kind: 'progress', done: k * channelCount + c + 1, total, phase: 'simulate' }
        }
      } finally {
        await spikes.close()
      }
      for (const file of Object.values(files)) await rename(partOf(file), file)
    } catch (problem) {
      throw writingProblem(problem, join(out, folderOf(subject)))
    } finally {
      for (const file of Object.values(files)) await rm(partOf(file), { force: true }).catch(() => undefined)
    }
  }
  return cohort.map(({ files }) => files)
}

const folderOf = (subject: number): string => `culture-${String(subject).padStart(3, '0')}`
const partOf = (file: string): string => `${file}.part`

function filesOf(out: string, subject: number): SimulatedFiles {
  const at = (name: string): string => join(out, folderOf(subject), name)
  return { spikes: at('spikes.csv'), layout: at('layout.csv'), events: at('events.csv'), truth: at('truth.json') }
}

/** A real array: its layout file must say who is sensory and who is motor, and for `paddle` who moves it up. */
async function arrayOf(layoutFile: string, { variant }: SimulationRecipe, interrupt: Interrupt): Promise<SimulatedArray> {
  const { channelLabels, positionsUm, regions, regionOfChannel, file } = await readLayoutTable([await openFile(layoutFile)], {
    answers: {},
    interrupt,
  })
  for (const role of ['sensory', 'motor'] as const) {
    if (!regions.some((region) => region.role === role)) throw fail('simulations/no-roles', { file, missing: role })
  }
  if (variant === 'paddle' && !regions.some(({ paddle }) => paddle === 'up'))
    throw fail('simulations/no-roles', { file, missing: 'paddle up' })
  return { channelLabels, positionsUm, regions, regionOfChannel }
}

const csvRow = (cells: (string | null)[]): string =>
  `${cells.map((cell) => (/[",;\n\r]/.test(cell ?? '') ? `"${cell?.replaceAll('"', '""')}"` : (cell ?? ''))).join(',')}\n`
const secondsText = (samples: number): string => (samples / simulationSamplingRateHz).toFixed(5)

function spikeRows(label: string, samples: Int32Array): string {
  const start = csvRow([label]).trimEnd()
  let rows = ''
  for (const sample of samples) rows += `${start},${secondsText(sample)}\n`
  return rows
}

function eventsText({ events }: Culture): string {
  return `time_s,kind\n${events.map(({ timeS, kind }) => `${timeS.toFixed(5)},${kind}\n`).join('')}`
}

/** The regions as written, which need not be the true ones. */
function layoutText({ channelLabels, positionsUm, regions, regionOfChannel }: SimulatedArray, { writtenRegion }: Culture): string {
  const place = (at: number): string => (positionsUm && !Number.isNaN(positionsUm[at]!) ? String(positionsUm[at]) : '')
  const rows = channelLabels.map((label, c) => {
    const region = regions[writtenRegion[regionOfChannel[c]!] ?? -1]
    return csvRow([
      label,
      place(2 * c),
      place(2 * c + 1),
      ...(region ? [region.name, region.role, region.side, region.paddle] : [null, null, null, null]),
    ])
  })
  return csvRow(['channel', 'x_um', 'y_um', 'region', 'role', 'side', 'paddle']) + rows.join('')
}

/** What the line must find, and never reads. Series are per bin, rounded to six digits. */
function truthOf({ channelLabels, regions, regionOfChannel }: SimulatedArray, culture: Culture): object {
  const { recipe, subject, durationS, skill, coupling, gains, ratesHz, faults, burstsS, missingEventsS, writtenRegion } = culture
  const where = (isSo: (channel: number) => boolean): string[] => channelLabels.filter((_, c) => isSo(c))
  const rounded = (series: Float64Array): number[] => Array.from(series, (value) => Math.round(value * 1e6) / 1e6)
  return {
    kind: recipe.kind,
    variant: recipe.variant,
    seed: recipe.seed,
    subject,
    durationS,
    binMs: simulationBinMs,
    channels: channelLabels,
    regions: Array.from(regionOfChannel, (region) => regions[region]?.name ?? null),
    modulatedChannels: where((c) => gains[c]! > 0),
    deadChannels: where((c) => faults[c] === 'dead'),
    noiseChannels: where((c) => faults[c] === 'noise'),
    ratesHz: rounded(ratesHz),
    turnsS: recipe.kind === 'shifted' ? channelLabels.map((_, c) => turnOf(culture, c) / simulationSamplingRateHz) : null,
    swappedRegions: writtenRegion.flatMap((other, one) => (other > one ? [[regions[one]?.name, regions[other]?.name]] : [])),
    burstsS,
    missingEventsS,
    skill: rounded(skill),
    coupling: rounded(coupling),
    recipe,
  }
}

function writingProblem(problem: unknown, file: string): unknown {
  const code = problem instanceof Error && 'syscall' in problem ? (problem as NodeJS.ErrnoException).code : undefined
  if (code === undefined) return problem
  return code === 'ENOSPC' || code === 'EDQUOT' ? fail('project/disk-full', { file }) : fail('exports/cannot-write', { file })
}
