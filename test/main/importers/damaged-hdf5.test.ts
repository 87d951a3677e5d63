import { expect, test } from 'vitest'
import { inspect } from '../../../src/main/importers/read-files.ts'
import { inspectDamaged } from './damaged-copies.ts'
import { shareOf, slowestShare } from './damaged-share.ts'
import { hdf5Fixture } from './written-files.ts'

test.each([
  ['real-maxtwo.raw.h5', 1000],
  ['real-mcs multiwell.h5', 1000],
  ['real-brainwave4.brw', 500],
  ['brainwave4.bxr', 500],
  ['cortical-labs.h5', 1000],
  ['caiman.hdf5', 1000],
  ['real-nwb-Units.nwb', 500],
  ['real-nwb-TimeIntervals.nwb', 300],
  ['real-nwb-RoiResponseSeries.nwb', 200],
  ['own-layout.h5', 500],
  ['lists.h5', 500],
  ['positions.nwb', 200],
])('damaged copies of %s end in an inspection or a coded error, and the next sound file is read as before', async (name, all) => {
  const count = shareOf(all)
  const whole = await inspect({ files: [hdf5Fixture(name)] })
  const survey = await inspectDamaged(hdf5Fixture(name), count)
  expect(survey.slowestShare).toBeLessThan(slowestShare)
  expect(survey.read).toBeGreaterThan(count / 4)
  // Of many both must happen, or nothing was tried.
  if (count === all) expect(Object.keys(survey.refused).length).toBeGreaterThan(1)
  expect(await inspect({ files: [hdf5Fixture(name)] })).toEqual(whole)
})
