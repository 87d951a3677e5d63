import { expect, test } from 'vitest'
import { presetFor, snapshotPresets, snapshotRecipe } from '../../../src/shared/domain/snapshot.ts'

test('retinal waves begin with windows long enough for several waves, everything else with the Studio preset', () => {
  expect(presetFor('retinal-wave-hdf5')).toBe('waves')
  expect(presetFor('spike-table-csv')).toBe('studio')
  expect(snapshotPresets.waves.windowS).toBeGreaterThan(snapshotPresets.studio.windowS)
})

test('the defaults of a recipe are the Studio preset', () => {
  expect(snapshotRecipe.parse({})).toEqual(snapshotPresets.studio)
})
