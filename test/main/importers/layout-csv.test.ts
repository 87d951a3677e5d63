import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { lookAtLayout, readLayout } from '../../../src/main/importers/layout-csv.ts'
import { inspect } from '../../../src/main/importers/read-files.ts'
import { readAll } from './read-all.ts'
import { expectRefusal, recorded, sample, soundRetina, written, writtenHdf5 } from './written-files.ts'

const dishbrain = recorded('dishbrain-array/layout.csv')
const ofLayout = new Set(
  readFileSync(dishbrain, 'utf8')
    .split('\n')
    .map((line) => line.split(',')[0]),
)
const numbers = (count: number): string[] => Array.from({ length: count }, (_, c) => String(c))

test('the DishBrain array has its five regions with role, side and paddle', async () => {
  const found = await inspect({ files: [dishbrain] })
  const sizes = found.regions.map(({ name }, r) => [name, found.regionOfChannel?.filter((own) => own === r).length])
  expect(Object.fromEntries(sizes)).toEqual({ sensory: 502, L_down: 99, L_up: 100, R_down: 99, R_up: 100 })
  expect(found.regions.find(({ name }) => name === 'L_up')).toEqual({ name: 'L_up', role: 'motor', side: 'left', paddle: 'up' })
  expect(found.regions.find(({ name }) => name === 'sensory')).toMatchObject({ role: 'sensory', paddle: null })
})

test('exactly the two channels inside another region’s rectangle are told', async () => {
  const { warnings } = await inspect({ files: [dishbrain] })
  expect(warnings).toEqual([
    { code: 'channels-in-other-region', details: { count: 2, channels: '407 (sensory → R_down), 674 (sensory → L_down)' } },
  ])
})

test('regions without a position are left out and named, all of them', async () => {
  const found = await inspect({ files: ['channel_regions.csv', 'channel_locs.csv'].map((name) => recorded(`dishbrain-array/${name}`)) })
  expect(found.channels).toBe(900)
  expect(found.settings).toContainEqual(expect.objectContaining({ name: 'regionColumn', value: 'subregion', guessed: true }))
  const left = found.warnings.find(({ code }) => code === 'layout-channels-left-out')
  expect(left?.details).toMatchObject({ count: 124, file: 'channel_regions.csv' })
  expect(String(left?.details['channels']).split(', ')).toHaveLength(124)
})

test('another column can be the region', async () => {
  const found = await inspect({
    files: ['channel_locs.csv', 'channel_regions.csv'].map((name) => recorded(`dishbrain-array/${name}`)),
    set: { regionColumn: 'side' },
  })
  expect(found.regions.map(({ name }) => name).toSorted()).toEqual(['left', 'right'])
})

test('a layout joins a recording by label', async () => {
  const joined = await readLayout(dishbrain, ['1', '2', '9999'])
  expect([...joined.regionOfChannel].map((r) => joined.regions[r]?.name)).toEqual(['R_down', 'sensory', undefined])
  expect([...(joined.positionsUm ?? [])]).toEqual([3237.5, 1767.5, 1505, 805, NaN, NaN])
  expect(joined.warnings.slice(-2)).toEqual([
    { code: 'layout-lacks-channels', details: { file: 'layout.csv', count: 1, channels: '9999' } },
    {
      code: 'layout-channels-not-recorded',
      details: { file: 'layout.csv', count: 898, channels: '0, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, …' },
    },
  ])
})

test('leading zeros do not keep channels apart', async () => {
  const joined = await readLayout(written('l.csv', 'channel,region\n1,a\n2,b\n'), ['001', '002'])
  expect([...joined.regionOfChannel]).toEqual([0, 1])
})

test('named channels join a numbered layout by their order, with a word about it', async () => {
  const { channelLabels, regionOfChannel, warnings, positionsUm } = await inspect({ files: [dishbrain, sample] })
  expect(regionOfChannel?.filter((r) => r >= 0).length).toBe(numbers(913).filter((n) => ofLayout.has(n)).length)
  expect(warnings).toContainEqual({ code: 'layout-joined-by-place', details: { file: 'layout.csv', number: 0, channel: channelLabels[0] } })
  expect([...(positionsUm?.slice(0, 2) ?? [])], 'the recording keeps its own positions').toEqual([84, 0])
})

test('an array that counts from one is joined from one', async () => {
  const layout = written('l.csv', 'channel,region\n1,a\n2,b\n3,c\n')
  expect([...(await readLayout(layout, ['A1', 'A2', 'B1'])).regionOfChannel]).toEqual([0, 1, 2])
})

test('a layout of another recording is refused', async () => {
  await expectRefusal(readLayout(written('l.csv', 'channel,region\nX1,a\nX2,b\n'), ['A1', 'A2']), 'import/channels-not-joined', {
    file: 'l.csv',
    found: 'X1, X2',
    expected: 'A1, A2',
  })
  await expectRefusal(readLayout(written('l.csv', 'channel,region\n50,a\n60,b\n'), ['1', '2']), 'import/channels-not-joined')
})

test('a layout comes along with an import, and gives places to a recording without any', async () => {
  const retina = await writtenHdf5({ spikes: soundRetina['spikes']!, sCount: soundRetina['sCount']! })
  const recording = await readAll([
    retina,
    written('my array.csv', 'channel,x,y,region,role\n0,0,0,in,sensory\n1,100,0,out,motor\n2,200,0,out,motor\n'),
  ])
  expect(recording).toMatchObject({
    layoutName: 'my array',
    regions: [
      { name: 'in', role: 'sensory' },
      { name: 'out', role: 'motor' },
    ],
  })
  expect([...recording.regionOfChannel]).toEqual([0, 1, 1])
  expect([...(recording.positionsUm ?? [])]).toEqual([0, 0, 100, 0, 200, 0])
})

test('positions without a channel column are taken in order, empty cells are no position', async () => {
  const found = await inspect({ files: [written('p.csv', 'x_mm,y_mm\n0.1,0\n,\n0.3,1\n')] })
  expect([...(found.positionsUm ?? [])]).toEqual([100, 0, NaN, NaN, 300, 1000])
  expect(found.warnings).toContainEqual({ code: 'channels-without-position', details: { count: 1, channels: '1' } })
})

test('positions without names above them are recognised', async () => {
  expect(await inspect({ files: [written('p.txt', '0\t465\t-30\n1\t435\t-450\n2\t405\t-270\n')] })).toMatchObject({
    format: 'layout-csv',
    channels: 3,
  })
})

test('roles that a file does not give are read from the names, with a word about it', async () => {
  const found = await inspect({ files: [written('l.csv', 'channel,region\n1,Motor left\n2,sensory\n3,rest\n')] })
  expect(found.regions.map(({ role }) => role)).toEqual(['motor', 'sensory', 'other'])
  expect(found.warnings.map(({ code }) => code)).toEqual(['roles-guessed', 'no-positions'])
})

test('a region with two roles or a misspelt one counts as other, and where, what and what was expected is told', async () => {
  const text = 'channel,region,role\n1,a,motor\n2,a,Sensory\n3,b,sensroy\n4,c,MOTOR\n5,c,motor\n'
  const found = await inspect({ files: [written('l.csv', text)] })
  expect(found.regions.map(({ role }) => role)).toEqual(['other', 'other', 'motor'])
  const place = { file: 'l.csv', column: 'role' }
  expect(found.warnings.filter(({ code }) => code !== 'no-positions')).toEqual([
    { code: 'region-of-two-roles', details: { ...place, region: 'a', found: 'motor, sensory' } },
    { code: 'role-unclear', details: { ...place, region: 'b', found: 'sensroy' } },
    { code: 'roles-missing', details: { file: 'l.csv', roles: 'sensory' } },
  ])
})

test.each([
  ['names that tell nothing', 'channel,x,y,region\n1,0,0,a\n2,0,1,b\n', ['roles-missing']],
  ['a column of roles that is empty', 'channel,x,y,region,role\n1,0,0,a,\n2,0,1,b,\n', ['roles-missing']],
  ['a role read from a name beside one that is said', 'channel,x,y,region,role\n1,0,0,motor,\n2,0,1,b,sensory\n', ['roles-guessed']],
  ['a region without a role beside both', 'channel,x,y,region,role\n1,0,0,a,motor\n2,0,1,b,sensory\n3,0,2,c,\n', []],
  ['no regions at all', 'channel,x,y\n1,0,0\n2,0,1\n', []],
])('of regions it is told whether roles for an alignment are missing: %s', async (_, text, codes) => {
  const { warnings } = await inspect({ files: [written('layout.csv', text)] })
  expect(warnings.map(({ code }) => code)).toEqual(codes)
})

test.each<[string, string, Parameters<typeof expectRefusal>[1], Record<string, unknown>]>([
  ['a channel twice', 'channel,x,y\n1,0,0\n2,0,1\n1.0,0,2\n', 'import/duplicate-channel', { line: 4, channel: '1' }],
  ['text for a position', 'channel,x,y\n1,0,0\n2,left,1\n3,0,2\n', 'import/cell-not-a-number', { line: 3, column: 'x', found: 'left' }],
  ['a short line', 'channel,x,y\n1,0,0\n2,0\n', 'import/row-too-short', { line: 3 }],
])('%s is refused with its place', async (_, text, code, details) => {
  await expectRefusal(inspect({ files: [written('layout.csv', text)] }), code, { file: 'layout.csv', ...details })
})

test('a table of strange names is a layout once the person says which column is what', async () => {
  const path = written('map.csv', 'Bezeichner;links_rechts;hoch;Gebiet\nK1;0,5;1;a\nK2;1,5;1;b\n')
  await expectRefusal(readLayout(path, ['K1', 'K2']), 'import/column-missing', {
    file: 'map.csv',
    found: 'Bezeichner, links_rechts, hoch, Gebiet',
  })
  const { columns, rows, settings } = await lookAtLayout(path, {})
  expect([columns.length, rows[0]]).toEqual([4, ['K1', '0,5', '1', 'a']])
  expect(settings.map(({ value }) => value)).toEqual(Array(7).fill('none'))
  const set = { layoutChannel: 'Bezeichner', layoutX: 'links_rechts', layoutY: 'hoch', regionColumn: 'Gebiet', positionUnit: 'mm' }
  const { positionsUm, regions } = await readLayout(path, ['K1', 'K2'], set)
  expect([[...(positionsUm ?? [])], regions.map(({ name }) => name)]).toEqual([
    [500, 1000, 1500, 1000],
    ['a', 'b'],
  ])
  const spikes = written('spikes.csv', 'channel,time_s\nK1,0.5\nK2,3\nK1,9.5\n')
  expect(await inspect({ files: [spikes, path], set })).toMatchObject({
    format: 'spike-table-csv',
    regions: [{ name: 'a' }, { name: 'b' }],
  })
})

test('a column that the file does not have is refused with those it has', async () => {
  const path = written('l.csv', 'channel,x,y\n1,0,0\n')
  await expectRefusal(readLayout(path, ['1'], { layoutX: 'posx' }), 'import/setting-refused', {
    setting: 'layoutX',
    value: 'posx',
    expected: 'channel, x, y, none',
  })
})

test('a layout alone is no recording', async () => {
  await expectRefusal(readAll([dishbrain]), 'import/layout-alone', { file: 'layout.csv' })
})

test('two files of positions are not one recording', async () => {
  const [a, b] = [written('a.csv', 'channel,x,y\n1,0,0\n'), written('b.csv', 'channel,x,y\n1,0,0\n')]
  await expectRefusal(inspect({ files: [a, b] }), 'import/files-not-one-recording', { files: 'a.csv, b.csv' })
})
