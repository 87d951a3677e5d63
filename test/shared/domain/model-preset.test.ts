import { expect, test } from 'vitest'
import { modelPresetFor, modelPresets, modelRecipe, presetOf, type ModelPreset } from '../../../src/shared/domain/model-run.ts'
import { snapshotPresets, type SnapshotPreset } from '../../../src/shared/domain/snapshot.ts'

test('snapshots of the rat’s preset bring the rat’s training along, all others the Studio’s', () => {
  const names = Object.keys(snapshotPresets) as SnapshotPreset[]
  expect(names.filter((name) => modelPresetFor(snapshotPresets[name]) === 'rat')).toEqual(['rat'])
  // with the strongest tenth of pairs, as its recipe file has it, it is still the rat; in intervals of minutes it is not
  expect(modelPresetFor({ ...snapshotPresets.rat, binMs: 20 })).toBe('rat')
  expect(modelPresetFor({ ...snapshotPresets.rat, binMs: 50 })).toBe('studio')
  expect(modelRecipe.parse(modelPresets.rat)).toEqual({ ...modelRecipe.parse({}), features: 'identity' })
})

test('a training goes by the preset it was made with, however long it was trained, and says when its settings were changed', () => {
  const named = (recipe: object) => presetOf(modelRecipe.parse(recipe))
  for (const preset of Object.keys(modelPresets) as ModelPreset[]) {
    expect(named({ ...modelPresets[preset], seed: 7, epochs: 20, heldOut: {} })).toEqual({ preset, isChanged: false })
    expect(named({ ...modelPresets[preset], learningRate: 0.5 })).toEqual({ preset, isChanged: true })
  }
})
