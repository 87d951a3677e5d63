import { expect, test } from 'vitest'
import { inspect, read } from '../../../src/main/importers/read-files.ts'
import type { ImportAnswers } from '../../../src/shared/domain/inspection.ts'
import type { TaskEvent } from '../../../src/shared/domain/task-event.ts'
import { codings, expectRefusal, recorded, written } from './written-files.ts'

const spikes = (): string => written('spikes.csv', 'channel,time_s\n1,0.5\n2,3\n1,9.5\n')

async function eventsOf(events: string, set: ImportAnswers = {}): Promise<{ events: TaskEvent[]; warnings: string[] }> {
  const reading = read({ files: [spikes(), events], set }, () => {})
  let step = await reading.next()
  while (!step.done) step = await reading.next()
  return { events: step.value.recording.taskEvents, warnings: step.value.recording.warnings.map(({ code }) => code) }
}
const kindsOf = async (text: string, set: ImportAnswers = {}): Promise<[number, string][]> =>
  (await eventsOf(written('events.csv', text), set)).events.map(({ timeS, kind }) => [timeS, kind])

test('events beside spikes are read in order of time, in whatever order the file has them', async () => {
  const text = 'time_s,kind,value\n4.5,miss,\n1,hit,0.25\n2,Rally start,\n3,licked,7\n'
  expect((await eventsOf(written('events.csv', text))).events).toEqual([
    { timeS: 1, kind: 'hit', label: 'hit', value: 0.25 },
    { timeS: 2, kind: 'rally-start', label: 'Rally start', value: null },
    { timeS: 3, kind: 'custom', label: 'licked', value: 7 },
    { timeS: 4.5, kind: 'miss', label: 'miss', value: null },
  ])
  const found = await inspect({ files: [spikes(), written('events.csv', text)] })
  expect(found).toMatchObject({
    format: 'spike-table-csv',
    channels: 2,
    spikes: 3,
    events: { hit: 1, miss: 1, 'rally-start': 1, licked: 1 },
  })
})

test('a layout, events and spikes come together in any order', async () => {
  const layout = written('layout.csv', 'channel,x_um,y_um,region,role\n1,0,0,a,sensory\n2,9,9,b,motor\n')
  const events = written('events.csv', 'time_s,kind\n1,hit\n')
  for (const files of [
    [events, layout, spikes()],
    [spikes(), events, layout],
  ]) {
    expect(await inspect({ files })).toMatchObject({
      format: 'spike-table-csv',
      events: { hit: 1 },
      regions: [{ name: 'a' }, { name: 'b' }],
    })
  }
})

test('words for what happened are known in several forms and languages', async () => {
  expect(await kindsOf('time_s,event\n1,HIT\n2,Missed\n3,命中\n4,失误\n5,rally_start\n6,Stim\n7,lap\n8,2\n')).toEqual([
    [1, 'hit'],
    [2, 'miss'],
    [3, 'hit'],
    [4, 'miss'],
    [5, 'rally-start'],
    [6, 'stimulus'],
    [7, 'lap'],
    [8, 'custom'],
  ])
})

test('columns and words of another laboratory are named with settings', async () => {
  const text = 'trial,feedback_times,feedbackType\n0,1.5,1\n1,2.5,-1\n2,,1\n3,3.5,1.0\n'
  const set = { time: 'feedback_times', kind: 'feedbackType', hit: 1, miss: '-1' }
  expect(await kindsOf(text, set)).toEqual([
    [1.5, 'hit'],
    [2.5, 'miss'],
    [3.5, 'hit'],
  ])
  expect((await eventsOf(written('trials.csv', text), set)).warnings).toContain('events-without-time')
  expect(await kindsOf('time_s,kind\n1,good\n2,perfect\n3,bad\n', { hit: 'good, perfect', miss: 'bad' })).toEqual([
    [1, 'hit'],
    [2, 'hit'],
    [3, 'miss'],
  ])
})

test('a file of events alone says what it holds and cannot be imported', async () => {
  const path = written('events.csv', 'time_s,kind\n1,hit\n2,hit\n4,miss\n')
  expect(await inspect({ files: [path] })).toMatchObject({
    format: 'events-csv',
    modality: 'behaviour',
    spikes: null,
    events: { hit: 2, miss: 1 },
    firstS: 1,
    lastS: 4,
    durationS: 3,
  })
  await expectRefusal(read({ files: [path] }, () => {}).next(), 'import/events-alone', { file: 'events.csv' })
})

test('times in milliseconds, with a decimal comma and in every coding are the same times', async () => {
  expect(await kindsOf('time_ms,kind\n1500,hit\n')).toEqual([[1.5, 'hit']])
  expect(await kindsOf('time,kind\n1500,hit\n', { eventTimeUnit: 'ms' })).toEqual([[1.5, 'hit']])
  expect(await kindsOf('Zeit (s);Ereignis\n1,5;Treffer\n2,5;Fehler\n')).toEqual([
    [1.5, 'hit'],
    [2.5, 'miss'],
  ])
  expect(await kindsOf('sample,kind\n30000,hit\n', { samplingRateHz: 20_000 })).toEqual([[1.5, 'hit']])
  for (const encode of Object.values(codings)) {
    expect((await eventsOf(written('events.csv', encode('time_s,kind\n1.5,hit\n')))).events).toHaveLength(1)
  }
})

test('in a long table of two columns the comma of a decimal is not taken for the separator', async () => {
  const rows = Array.from({ length: 56 }, (_, k) => `${(0.15 * k + 0.01).toFixed(4).replace('.', ',')};${k % 3 === 0 ? 'miss' : 'hit'}`)
  const kinds = await kindsOf(`when;what\n${rows.join('\n')}\n`, { eventsFile: 'events.csv' })
  expect(kinds.slice(0, 2)).toEqual([
    [0.01, 'miss'],
    [0.16, 'hit'],
  ])
})

test('events before the start and after the end are left out and counted', async () => {
  const { events, warnings } = await eventsOf(written('events.csv', 'time_s,kind\n-1,hit\n0,hit\n9.99,miss\n10,miss\n500,miss\n'))
  expect(events.map(({ timeS }) => timeS)).toEqual([0, 9.99])
  expect(warnings).toContain('events-outside')
})

test('a file with a header and no events is said to have none', async () => {
  const { events, warnings } = await eventsOf(written('events.csv', 'time_s,kind\n'))
  expect(events).toEqual([])
  expect(warnings).toContain('no-events')
})

test('events none of which is a hit or a miss are told with their words, unless something else is their point', async () => {
  const told = async (text: string, set: ImportAnswers = {}): Promise<unknown> => {
    const events = written('events.csv', text)
    const found = await inspect({ files: [spikes(), events], set }),
      ofIt = found.warnings.filter(({ code }) => code === 'no-outcomes')
    expect((await eventsOf(events, set)).warnings.includes('no-outcomes')).toBe(ofIt.length > 0)
    return ofIt.map(({ details }) => details)
  }
  const text = 'time_s,kind\n1,banana\n2,banana\n3,lick\n'
  expect(await told(text)).toEqual([{ file: 'events.csv', words: 'banana, lick' }])
  expect(await told('time_s,kind\n500,banana\n'), 'also where all lie outside').toHaveLength(1)
  expect(await told(text, { hit: 'banana' })).toEqual([])
  expect(await told(text, { other: 'banana', lick: 'lick' }), 'every word has its meaning').toEqual([])
  expect(await told('time_s,kind\n1,hit\n2,banana\n')).toEqual([])
  expect(await told('time_s,kind\n1,rally\n2,rally\n')).toEqual([])
  expect(await told('time_s,kind\n1,lap\n2,lap\n')).toEqual([])
  expect(await told('start_s,end_s,label\n1,2,A\n3,4,B\n')).toEqual([])
  expect(await told('time_s,kind\n'), 'no event at all is told by another word').toEqual([])
  const alone = await inspect({ files: [written('alone.csv', text)] })
  expect(alone.warnings).toContainEqual({ code: 'no-outcomes', details: { file: 'alone.csv', words: 'banana, lick' } })
})

test('what cannot be read is refused with its place', async () => {
  const refused = (text: string, set: ImportAnswers = {}): Promise<unknown> => eventsOf(written('events.csv', text), set)
  await expectRefusal(refused('time_s,kind\n1,hit\nsoon,hit\n'), 'import/cell-not-a-number', {
    file: 'events.csv',
    line: 3,
    column: 'time_s',
    found: 'soon',
  })
  await expectRefusal(refused('time_s,kind\n1,hit\n2,\n'), 'import/cell-empty', { line: 3, column: 'kind' })
  await expectRefusal(refused('sample,kind\n100,hit\n'), 'import/needs-setting', { setting: 'samplingRateHz' })
  await expectRefusal(refused('time_s,kind\n1,hit\n', { eventTimeUnit: 'years' }), 'import/setting-refused', { setting: 'eventTimeUnit' })
  const two = [spikes(), written('a.csv', 'time_s,kind\n1,hit\n'), written('b.csv', 'time_s,kind\n1,hit\n')]
  await expectRefusal(inspect({ files: two }), 'import/files-not-one-recording')
})

test('a recording without events is what it was', async () => {
  const found = await inspect({ files: ['positions.csv', 'spikes.csv'].map((name) => recorded(`retina-512-tables/${name}`)) })
  expect([found.format, found.events]).toEqual(['spike-table-csv', {}])
  await expectRefusal(inspect({ files: [spikes()], set: { hit: '1' } }), 'import/setting-unknown')
})

test('a table with a channel is one of spikes, whatever else it says, and so is one a person names so', async () => {
  const typed = written('typed.csv', 'channel,time_s,type\n1,0.5,sorted\n2,1.5,noise\n')
  expect(await inspect({ files: [typed] })).toMatchObject({ format: 'spike-table-csv', channels: 2, events: {} })
  const named = written('named.csv', 'event,time_s\n1,0.5\n2,1.5\n')
  expect((await inspect({ files: [named] })).format).toBe('events-csv')
  expect(await inspect({ files: [named], format: 'spike-table-csv', set: { channelColumn: 'event' } })).toMatchObject({
    format: 'spike-table-csv',
    channels: 2,
  })
})

test('a table of trials tells hits and misses by its outcomes, at the time they are known', async () => {
  const text = ',stimOn_times,feedback_times,feedbackType,choice\n0,1,1.5,1.0,-1\n1,4,4.25,-1.0,1\n2,6,,1.0,1\n3,8,8.5,1.0,1\n'
  const found = await inspect({ files: [written('trials.csv', text)] })
  expect(found).toMatchObject({ modality: 'behaviour', events: { hit: 2, miss: 1 }, firstS: 1.5, lastS: 8.5 })
  expect(found.settings).toContainEqual(expect.objectContaining({ name: 'hit', value: '1', guessed: true }))
})

test('laps beside spikes are intervals of the recording, those outside it left out and told', async () => {
  const text = 'start_ms,end_ms,label\n0,2000,outbound\n3000,5000,inbound\n60000,61000,outbound\n'
  const files = [spikes(), written('laps.csv', text)]
  const found = await inspect({ files })
  expect(found.intervals).toEqual({ outbound: 1, inbound: 1 })
  expect(found.warnings.map(({ code }) => code)).toContain('intervals-outside')
  const reading = read({ files }, () => {})
  let step = await reading.next()
  while (!step.done) step = await reading.next()
  expect(step.value.recording.intervals).toEqual([
    { startS: 0, endS: 2, label: 'outbound' },
    { startS: 3, endS: 5, label: 'inbound' },
  ])
})

test('an interval that ends before it starts is refused with its line', async () => {
  const text = 'start,end\n1,2\n5,4\n'
  await expectRefusal(inspect({ files: [written('laps.csv', text)] }), 'import/times-backwards', { file: 'laps.csv', place: '3' })
})

test('any table is one of events once a person says so: columns and meanings by example, with what the guesses were', async () => {
  const text = 'nr,when,what\n0,1.5,3\n1,2.5,3\n2,4,7\n3,9,-1\n'
  const files = [spikes(), written('protocol.csv', text)]
  const first = await inspect({ files, set: { eventsFile: 'protocol.csv' } })
  expect(first.behaviour?.table).toEqual({
    file: 'protocol.csv',
    columns: ['nr', 'when', 'what'],
    rows: [
      ['0', '1.5', '3'],
      ['1', '2.5', '3'],
      ['2', '4', '7'],
      ['3', '9', '-1'],
    ],
  })
  expect(first.settings.filter(({ name }) => name === 'time' || name === 'kind').map(({ value, guessed }) => [value, guessed])).toEqual([
    ['when', true],
    ['what', true],
  ])
  expect(first.behaviour?.words).toEqual([
    { word: '3', count: 2, meaning: 'other', guessed: true },
    { word: '-1', count: 1, meaning: 'other', guessed: true },
    { word: '7', count: 1, meaning: 'other', guessed: true },
  ])
  const set = { eventsFile: 'protocol.csv', hit: '3', reward: '7', leftOut: '-1' }
  const second = await inspect({ files, set })
  expect(second.events).toEqual({ hit: 2, reward: 1 })
  expect(second.behaviour?.times.map(({ name, timesS }) => [name, ...timesS])).toEqual([
    ['hit', 1.5, 2.5],
    ['reward', 4],
  ])
})

test('a file of times alone is one kind of event, named like the file', async () => {
  const files = [spikes(), written('licks.txt', '1500\n2500\n9000\n')]
  const found = await inspect({ files, set: { eventsFile: 'licks.txt' } })
  expect(found.events).toEqual({ licks: 3 })
  expect(found.behaviour?.words).toEqual([{ word: 'licks', count: 3, meaning: 'lick', guessed: true }])
  expect(found.settings, 'milliseconds are guessed where seconds would lie outside').toContainEqual(
    expect.objectContaining({ name: 'eventTimeUnit', value: 'ms', guessed: true }),
  )
  expect(found.warnings.map(({ code }) => code)).toContain('time-unit-guessed')
})

test('another clock is joined by a typed offset, and how many events fall inside is told before and after', async () => {
  const files = [spikes(), written('events.csv', 'time_s,kind\n101,hit\n104,miss\n130,hit\n')]
  const found = await inspect({ files, set: { eventOffsetS: -100 } })
  expect(found.behaviour?.clock).toMatchObject({ total: 3, insideBefore: 0, insideAfter: 2, joined: null })
  const { events, warnings } = await eventsOf(files[1] ?? '', { eventOffsetS: -100 })
  expect(events.map(({ timeS }) => timeS)).toEqual([1, 4])
  expect(warnings).toContain('events-outside')
})

test('a shared event joins the clock of a file to that of a rig', async () => {
  const set = { sharedHere: 'ttl', sharedThere: 'Lick' }
  const rig = recorded('rigs/small.nex')
  const fits = written('behaviour.csv', 'time_s,kind\n1000.5,ttl\n1000.75,hit\n1001.5,ttl\n')
  const found = await inspect({ files: [rig, fits], set })
  expect(found.behaviour?.clock).toMatchObject({ joined: { offsetS: -1000, pairCount: 2 }, insideBefore: 0 })
  expect(found.behaviour?.clock?.joined?.driftPpm).toBeCloseTo(0, 3)
  expect(found.events).toMatchObject({ hit: 1 })
  const others = written('behaviour.csv', 'time_s,kind\n1000.5,ttl\n1007.5,ttl\n')
  await expectRefusal(inspect({ files: [rig, others], set }), 'import/clocks-do-not-fit', { here: 'ttl', there: 'Lick', hereCount: 2 })
  await expectRefusal(inspect({ files: [rig, fits], set: { ...set, sharedThere: 'TTL 9' } }), 'import/clock-event-missing', {
    value: 'TTL 9',
  })
})
