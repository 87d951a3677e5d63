import { fail } from '../../shared/contract/errors.ts'
import type { Inspection } from '../../shared/domain/inspection.ts'
import { checkPositions, warning } from './checks.ts'
import type { ReadProgress, Reading, SpikeRecording, TraceRecording, VoltageReading } from './importer.ts'
import type { LayoutTable } from './layout-table.ts'
import { inspectionOf, withLayout, type Surroundings } from './reading-frame.ts'
import { assembleSpikes, inspectSpikes, keepSpikes } from './spike-importer.ts'
import { assembleTraces, inspectTraces, keepTraces } from './trace-importer.ts'

/** What an import of this reading would yield. */
export function* inspectReading(reading: Reading, around: Surroundings): Generator<ReadProgress, Inspection> {
  const { format } = around
  switch (reading.modality) {
    case 'spikes':
      return inspectSpikes(yield* assembleSpikes(reading, around), format)
    case 'traces':
    case 'counts':
      return inspectTraces(yield* assembleTraces(reading, around), format)
    case 'voltage':
      return inspectVoltage(reading, around)
    case 'behaviour':
      return inspectBehaviour(reading, format)
    case 'layout':
      return inspectLayout(reading.table, format)
  }
}

/**
 * The recording of a reading, ready to be kept.
 * @throws import/layout-alone, import/events-alone, import/voltage-only for what is no recording; import/needs-setting and what
 *   the checks of the signal throw
 */
export function* keepReading(reading: Reading, around: Surroundings): Generator<ReadProgress, SpikeRecording | TraceRecording> {
  const { file } = around
  switch (reading.modality) {
    case 'spikes':
      return keepSpikes(yield* assembleSpikes(reading, around), around)
    case 'traces':
    case 'counts':
      return keepTraces(yield* assembleTraces(reading, around), around)
    case 'voltage':
      throw fail('import/voltage-only', { file })
    case 'behaviour':
      throw fail('import/events-alone', { file })
    case 'layout':
      throw fail('import/layout-alone', { file })
  }
}

function inspectVoltage(reading: VoltageReading, around: Surroundings): Inspection {
  const { channelLabels, positionsUm, regions, regionOfChannel, samples, samplingRateHz, ...said } = withLayout(reading, around.layout)
  const durationS = samples !== null && samplingRateHz !== null ? samples / samplingRateHz : null
  return {
    ...inspectionOf(around.format, { ...said, warnings: [warning('voltage-only', { file: around.file }), ...said.warnings] }, 'voltage'),
    channels: channelLabels.length,
    samples,
    samplingRateHz,
    durationS,
    channelLabels,
    positionsUm,
    regions,
    regionOfChannel: regions.length > 0 ? regionOfChannel : null,
  }
}

function inspectBehaviour(reading: Reading & { modality: 'behaviour' }, format: string): Inspection {
  let firstS = Infinity
  let lastS = -Infinity
  const see = (timeS: number): void => {
    firstS = Math.min(firstS, timeS)
    lastS = Math.max(lastS, timeS)
  }
  for (const { timeS } of reading.taskEvents ?? []) see(timeS)
  for (const { startS, endS } of reading.intervals ?? []) {
    see(startS)
    see(endS)
  }
  const known = firstS <= lastS
  return {
    ...inspectionOf(format, reading, 'behaviour'),
    firstS: known ? firstS : null,
    lastS: known ? lastS : null,
    durationS: known ? lastS - firstS : null,
  }
}

function inspectLayout(table: LayoutTable, format: string): Inspection {
  const { channelLabels, positionsUm, regions, regionOfChannel, settings, warnings } = table
  return {
    ...inspectionOf(format, { settings, needs: [], warnings: [...warnings, ...checkPositions(positionsUm, channelLabels)] }, 'layout'),
    channels: channelLabels.length,
    channelLabels,
    positionsUm,
    regions,
    regionOfChannel: regions.length > 0 ? regionOfChannel : null,
  }
}
