import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ErrorCode } from '../../../src/shared/contract/errors.ts'
import { formats } from '../../../src/main/importers/registry.ts'
import { inspect } from '../../../src/main/importers/read-files.ts'
import { throwAwayFolder } from '../throw-away.ts'
import { expectRefusal, recorded, sample, written } from './written-files.ts'

const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
const prose = 'Dear all,\nthe culture of Tuesday was fine, I think.\nWe moved 3 dishes, and the rig was restarted twice.\n\nBest wishes\n'

test.each<[string, string | Uint8Array]>([
  ['notes.txt', prose],
  ['one-column.csv', 'value\n1\n-2\n'],
  ['model.pkl', Buffer.from('\x80\x04\x95cposix\nsystem\n', 'latin1')],
  ['blanks.txt', '\n\n   \n'],
])('%s is no recording, and what would be one is named', async (name, content) => {
  await expectRefusal(inspect({ files: [written(name, content)] }), 'import/not-recognised', { file: name, formats: formats.join(', ') })
})

test.each<[string, string | Uint8Array, ErrorCode]>([
  ['picture.png', png, 'import/is-a-picture'],
  ['film.tif', 'II*', 'import/is-a-picture'],
  ['settings.json', '{"rate": 20000, "channels": [1, 2, 3]}', 'import/is-a-program'],
  ['page.html', '<html><body>1, 2</body></html>\n', 'import/is-a-document'],
  ['README.md', '# Waves\n\n| channel | time_s |\n| --- | --- |\n| 1 | 0.5 |\n| 2 | 0.7 |\n', 'import/is-a-document'],
  ['notes.md', 'channel,time_s\n1,0.5\n2,0.7\n3,0.9\n', 'import/is-a-document'],
  ['Protokoll März.docx', 'PK\u0003\u0004', 'import/is-a-document'],
  ['week 3.zip', 'PK\u0003\u0004', 'import/is-an-archive'],
  ['continuous.dat', Uint8Array.from({ length: 4000 }, (_, i) => (i * 7919) % 251), 'import/is-raw-binary'],
])('%s is called what it is', async (name, content, code) => {
  await expectRefusal(inspect({ files: [written(name, content)] }), code, { file: name })
})

test('an empty file, a missing file and an empty folder are told apart', async () => {
  const folder = throwAwayFolder()
  mkdirSync(join(folder, 'recording'))
  await expectRefusal(inspect({ files: [written('empty.csv', '')] }), 'import/file-empty', { file: 'empty.csv' })
  await expectRefusal(inspect({ files: [join(folder, 'gone.h5')] }), 'import/file-not-found', { file: join(folder, 'gone.h5') })
  await expectRefusal(inspect({ files: [join(folder, 'recording')] }), 'import/folder-empty', { file: join(folder, 'recording') })
})

test('a line without an end is not collected for ever', async () => {
  const text = `channel,time_s\n${'1,2\n'.repeat(20_000)}${'9'.repeat(5 << 20)}`
  await expectRefusal(inspect({ files: [written('endless.csv', text)] }), 'import/line-too-long', { file: 'endless.csv', line: 20_002 })
})

test('two recordings at once are refused', async () => {
  await expectRefusal(inspect({ files: [sample, recorded('retina-512-tables/spikes.csv')] }), 'import/files-not-one-recording')
})

test('an unknown format is refused, a known one is tried', async () => {
  await expectRefusal(inspect({ files: [sample], format: 'crystal-ball' }), 'import/format-unknown', { format: 'crystal-ball' })
  await expectRefusal(inspect({ files: [sample], format: 'spike-table-csv' }), 'import/not-recognised')
  const table = written('t.csv', 'channel,time_s\n1,0.5\n2,1.5\n')
  expect(await inspect({ files: [table], format: 'spike-table-csv' })).toMatchObject({ spikes: 2, reasons: [{ code: 'columns' }] })
})
