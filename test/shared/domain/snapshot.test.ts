import { expect, test } from 'vitest'
import { presetFor, recipeConflict, recipeFor, snapshotPresets, snapshotRecipe } from '../../../src/shared/domain/snapshot.ts'

test('retinal waves begin with windows long enough for several waves, everything else with the Studio preset', () => {
  expect(presetFor('retinal-wave-hdf5')).toBe('waves')
  expect(presetFor('spike-table-csv')).toBe('studio')
  expect(snapshotPresets.waves.windowS).toBeGreaterThan(snapshotPresets.studio.windowS)
})

test('the defaults of a recipe are the Studio preset', () => {
  expect(snapshotRecipe.parse({})).toEqual(snapshotPresets.studio)
})

test('a recording begins with bins that its samples fill: counts in multiples of theirs, traces in more than a sample', () => {
  const recording = {
    format: 'x',
    modality: 'traces',
    countBinMs: null,
    samplingRateHz: null,
    sampleCount: 600,
    startS: 10,
    endS: 370,
  } as const
  expect(recipeFor({ ...recording, modality: 'spikes' })).toEqual(snapshotPresets.studio)
  expect(recipeFor({ ...recording, samplingRateHz: 30 }).binMs).toBe(50)
  expect(recipeFor({ ...recording, samplingRateHz: 15 }).binMs).toBe(100)
  expect(recipeFor({ ...recording, samplingRateHz: 3 }).binMs).toBe(500)
  expect(recipeFor(recording).binMs).toBe(1000)
  expect(recipeFor({ ...recording, samplingRateHz: 40, countBinMs: 25 }).binMs).toBe(50)
  expect(recipeFor({ ...recording, samplingRateHz: 10, countBinMs: 100 }).binMs).toBe(100)
})

test('every preset goes with spikes; one of 0 and 1 does not go with traces', () => {
  for (const recipe of Object.values(snapshotPresets)) expect(recipeConflict(recipe, 'spikes')).toBeNull()
  expect(recipeConflict(snapshotPresets.published, 'traces')).toMatchObject({
    code: 'snapshots/only-for-spikes',
    details: { setting: 'occupancy' },
  })
  expect(recipeConflict(snapshotPresets.published, 'counts')).toBeNull()
})
