import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeSimulatedRecording } from '../main/simulated-spikes.ts'
import { throwAwayFolder } from '../main/throw-away.ts'
import { startTavrnn, tavrnn } from './tavrnn.ts'

test('an import tells what inspecting the same files tells, on standard error and in its reply', async () => {
  const folder = throwAwayFolder(),
    project = join(folder, 'p.tavrnn'),
    events = join(folder, 'events.csv'),
    { spikes } = writeSimulatedRecording(folder)
  for (const [rows, told] of [
    ['500,hit\n501,miss\n', 'left out: 2'],
    ['', 'nothing can be said about performance'],
  ] as const) {
    writeFileSync(events, `time_s,kind\n${rows}`)
    const seen = (await tavrnn(folder, 'inspect', spikes, events)).reply.value['warnings']
    expect(seen).toContainEqual({ code: expect.any(String), message: expect.stringContaining(told) })
    const { reply, err } = await tavrnn(folder, 'import', spikes, '--events', events, '--project', project)
    expect(reply.value['warnings']).toEqual(seen)
    expect(err).toContain(told)
    const plain = await startTavrnn(['import', spikes, '--events', events, '--project', project], folder).ended
    expect([plain.out, plain.err]).toEqual([expect.not.stringContaining(told), expect.stringContaining(told)])
  }
})

test('a layout given beside the files is warned of in the same place, and takes back that positions are missing', async () => {
  const folder = throwAwayFolder(),
    project = join(folder, 'p.tavrnn'),
    layout = join(folder, 'part.csv'),
    { spikes } = writeSimulatedRecording(folder)
  writeFileSync(layout, 'channel,x_um,y_um\n0,0,0\n1,100,0\n')
  const { reply, err } = await tavrnn(folder, 'import', spikes, '--layout', layout, '--project', project)
  const codes = (reply.value['warnings'] as { code: string }[]).map(({ code }) => code)
  expect(codes).toContain('layout-lacks-channels')
  expect(codes).not.toContain('no-positions')
  expect(err).toContain('are not in part.csv')
})
