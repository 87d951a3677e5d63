import { expect, test } from 'vitest'
import {
  addRegion,
  assignChannels,
  changeRegion,
  channelCounts,
  emptyLayout,
  removeRegion,
  wrongNames,
} from '../../../src/shared/domain/layout-draft.ts'

const drawn = assignChannels(assignChannels(addRegion(addRegion(emptyLayout(6), 'S'), 'M'), [0, 1, 2], 0), [2, 3], 1)

test('a channel is in the region it was given last', () => {
  expect([...drawn.regionOfChannel]).toEqual([0, 0, 1, 1, -1, -1])
  expect(channelCounts(drawn)).toEqual([2, 2, 2])
})

test('taking a region away frees its channels and keeps the others in theirs', () => {
  const left = removeRegion(drawn, 0)
  expect(left.regions.map((region) => region.name)).toEqual(['M 1'])
  expect([...left.regionOfChannel]).toEqual([-1, -1, 0, 0, -1, -1])
})

test('a new region gets a name that is free', () => {
  expect(addRegion(addRegion(emptyLayout(0), 'Region'), 'Region').regions.map((region) => region.name)).toEqual(['Region 1', 'Region 2'])
})

test('channels can be taken out of every region', () => {
  expect([...assignChannels(drawn, [0, 3], -1).regionOfChannel]).toEqual([-1, 0, 1, -1, -1, -1])
})

test('nothing that went in is changed', () => {
  const before = [...drawn.regionOfChannel]
  assignChannels(drawn, [5], 0)
  removeRegion(drawn, 1)
  changeRegion(drawn, 0, { name: 'other' })
  expect([...drawn.regionOfChannel]).toEqual(before)
  expect(drawn.regions[0]?.name).toBe('S 1')
})

test('empty and repeated names are named', () => {
  expect(wrongNames(changeRegion(drawn, 1, { name: 'S 1 ' }))).toEqual([1])
  expect(wrongNames(changeRegion(drawn, 0, { name: ' ' }))).toEqual([0])
  expect(wrongNames(drawn)).toEqual([])
})
