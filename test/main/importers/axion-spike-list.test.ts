import { expect, test } from 'vitest'
import { inspect } from '../../../src/main/importers/read-files.ts'
import { readAll, trainsOf } from './read-all.ts'
import { expectRefusal, written } from './written-files.ts'

/** As AxIS writes it: settings of the plate beside the first spikes, and going on below the last. */
const list = `Investigator,,Time (s),Electrode,Amplitude(mV)
Description,,0.00122,A1_11,0.031
Recording Name,plate 3,0.5,D3_31,0.02
Sampling Frequency,12500,1.25,D3_31,0.025
Voltage Scale,5e-08 V/sample,2,D3_14,0.03
Spike Detector,,,,
Well Information,,,,
`

test('the wells of a plate are choices; the one with most spikes is shown, and that is told', async () => {
  const file = written('plate.csv', list)
  const found = await inspect({ files: [file] })
  expect(found).toMatchObject({ format: 'axion-spike-list', modality: 'spikes', channelLabels: ['D3_14', 'D3_31'], spikes: 3, lastS: 2 })
  expect(found.choices).toEqual([{ name: 'well', options: ['A1', 'D3'] }])
  expect([...(found.positionsUm ?? [])]).toEqual([0, 1050, 700, 0])
  expect(found.warnings).toContainEqual({ code: 'well-chosen', details: { well: 'D3', count: 2 } })
  expect(trainsOf(await readAll([file], { well: 'A1' }))).toEqual({ A1_11: [0.00122] })
})

test('a row that names no electrode is left out and counted; a time that is none is refused', async () => {
  const found = await inspect({ files: [written('plate.csv', `${list},,3,Ref,0.1\n`)] })
  expect(found.warnings).toContainEqual({ code: 'electrodes-unnamed', details: { count: 1 } })
  await expectRefusal(inspect({ files: [written('plate.csv', `${list},,-3,A1_11,0.1\n`)] }), 'import/cell-negative-time', { line: 8 })
  await expectRefusal(inspect({ files: [written('plate.csv', `${list},,,A1_11,0.1\n`)] }), 'import/cell-empty', { line: 8 })
})
