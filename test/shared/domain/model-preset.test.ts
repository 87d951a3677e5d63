import { expect, test } from 'vitest'
import { modelPresetFor, modelPresets, modelRecipe } from '../../../src/shared/domain/model-run.ts'
import { snapshotPresets, type SnapshotPreset } from '../../../src/shared/domain/snapshot.ts'

test('snapshots of the rat’s preset bring the rat’s training along, all others the Studio’s', () => {
  const names = Object.keys(snapshotPresets) as SnapshotPreset[]
  expect(names.filter((name) => modelPresetFor(snapshotPresets[name]) === 'rat')).toEqual(['rat'])
  // with the strongest tenth of pairs, as its recipe file has it, it is still the rat; in intervals of minutes it is not
  expect(modelPresetFor({ ...snapshotPresets.rat, binMs: 20 })).toBe('rat')
  expect(modelPresetFor({ ...snapshotPresets.rat, binMs: 50 })).toBe('studio')
  expect(modelRecipe.parse(modelPresets.rat)).toEqual({ ...modelRecipe.parse({}), features: 'identity' })
})
