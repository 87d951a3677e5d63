import { deflateRawSync, crc32 } from 'node:zlib'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as h5wasm from 'h5wasm/node'
import { expect, test } from 'vitest'
import type { ErrorCode } from '../../../src/shared/contract/errors.ts'
import { inspect } from '../../../src/main/importers/read-files.ts'
import { throwAwayFolder } from '../throw-away.ts'
import { expectRefusal, soundRetina, written, writtenHdf5 } from './written-files.ts'

const words = (...lines: string[]): string => `${lines.join('\n')}\n`

test.each<[string, string, ErrorCode, Record<string, unknown>]>([
  [
    'a time that is none',
    words('channel,time_s', '1,0.5', '2,soon'),
    'import/cell-not-a-number',
    { line: 3, column: 'time_s', found: 'soon' },
  ],
  ['NaN for a time', words('channel,time_s', '1,0.5', '2,NaN'), 'import/cell-not-a-number', { line: 3, found: 'NaN' }],
  ['an infinite time', words('channel,time_s', '1,Infinity', '2,3'), 'import/cell-not-a-number', { line: 2, found: 'Infinity' }],
  ['a negative time', words('channel,time_s', '1,0.5', '2,-0.5'), 'import/cell-negative-time', { line: 3, found: '-0.5' }],
  ['a time missing', words('channel,time_s', '1,', '2,3'), 'import/cell-empty', { line: 2, column: 'time_s' }],
  ['a channel missing', words('channel,time_s', '1,1', ',3'), 'import/cell-empty', { line: 3, column: 'channel' }],
  ['a row that ends early', words('channel,time_s', '1,1', '', '# pause', '2'), 'import/row-too-short', { line: 5, expected: 2, found: 1 }],
  [
    'traces whose clock goes back',
    words('time_s,a,b,c', '0,1,2,3', '1,1,2,4', '0.5,3,2,1', '2,1,1,2'),
    'import/times-backwards',
    { before: 1, after: 0.5 },
  ],
  [
    'an infinite value',
    words('time_s,a,b,c', '0,1,2,3', '1,inf,2,4', '2,3,2,1'),
    'import/cell-not-a-number',
    { line: 3, column: 'a', found: 'inf' },
  ],
  ['a row longer than its header', words('time_s,a,b,c', '0,1,2,3', '1,2,3,4,5', '2,3,2,1'), 'import/row-too-long', { line: 3 }],
  ['a count below zero', words('time_s,a,b,c', '0,0,0,0', '1,0,-1,0', '2,0,0,0'), 'import/not-a-count', {}],
])('a table with %s is refused at its line', async (name, text, code, details) => {
  const set: Record<string, string> = name === 'a count below zero' ? { contents: 'counts' } : {}
  await expectRefusal(inspect({ files: [written('table.csv', text)], set }), code, { file: 'table.csv', ...details })
})

test.each<[string, Record<string, unknown>, ErrorCode, Record<string, unknown>]>([
  ['a time that is none', { spikes: { data: Float64Array.of(0.5, NaN, 2.5, 0.75, 3.5) } }, 'import/not-a-number', { place: '/spikes[1]' }],
  [
    'a negative time',
    { spikes: { data: Float64Array.of(0.5, -1, 2.5, 0.75, 3.5) } },
    'import/negative-time',
    { place: '/spikes[1]', found: -1 },
  ],
  [
    'counts that disagree',
    { sCount: { data: Int32Array.of(3, 0, 1) } },
    'import/counts-disagree',
    { dataset: '/sCount', expected: 5, found: 4 },
  ],
  ['a negative count', { sCount: { data: Int32Array.of(6, -1, 0) } }, 'import/not-a-count', { place: '/sCount[1]' }],
  [
    'positions of other channels',
    { epos: { data: Float64Array.of(0, 1, 2, 3), shape: [2, 2] } },
    'import/counts-disagree',
    { dataset: '/epos' },
  ],
])('a retinal file with %s is refused with its dataset', async (_, parts, code, details) => {
  await expectRefusal(inspect({ files: [await writtenHdf5({ ...soundRetina, ...(parts as typeof soundRetina) })] }), code, details)
})

/** An .npy of version 1 with any header. */
function npy(header: string, body: Uint8Array): Buffer {
  const text = Buffer.from(`${header}\n`)
  const length = Buffer.alloc(2)
  length.writeUInt16LE(text.length)
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), length, text, body])
}

const floats = (...values: number[]): Uint8Array => new Uint8Array(Float64Array.from(values).buffer)
const pairs = (shape: string, descr = "'<f8'"): string => `{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }`

test.each<[string, Buffer, ErrorCode]>([
  ['a shape of terabytes', npy(pairs('(1000000000000, 2)'), floats(1, 2)), 'import/file-too-short'],
  ['a shape beyond counting', npy(pairs(`(${'9'.repeat(15)}, ${'9'.repeat(15)})`), floats(1, 2)), 'import/array-header'],
  ['code for a header', npy("{'descr': __import__('os').system('id'), 'shape': (1,)}", floats(1)), 'import/array-header'],
  ['brackets without end', npy('('.repeat(60_000), floats(1)), 'import/array-header'],
  ['objects', npy(pairs('(1,)', "'|O'"), floats(1)), 'import/array-of-objects'],
  ['more numbers than its shape', npy(pairs('(1, 2)'), floats(1, 2, 3)), 'import/counts-disagree'],
])('an array with %s is refused', async (_, bytes, code) => {
  await expectRefusal(inspect({ files: [written('array.npy', bytes)] }), code, { file: 'array.npy' })
})

test('a list of times with a time that is none is refused with its place', async () => {
  const folder = throwAwayFolder()
  writeFileSync(join(folder, 'spike_times.npy'), npy(pairs('(3,)'), floats(0.5, NaN, 2)))
  writeFileSync(join(folder, 'channels.npy'), npy(pairs('(3,)', "'<i8'"), new Uint8Array(BigInt64Array.of(1n, 2n, 1n).buffer)))
  const files = ['spike_times.npy', 'channels.npy'].map((name) => join(folder, name))
  await expectRefusal(inspect({ files }), 'import/not-a-number', { place: 'spike_times[1]' })
})

/** An archive of one entry that is packed as a whole and claims what it likes. */
function archive(name: string, content: Uint8Array, claim: { bytes?: number; crc?: number } = {}): Buffer {
  const packed = deflateRawSync(content)
  const entry = (signature: number, extra: number): Buffer => {
    const head = Buffer.alloc(30 + extra)
    head.writeUInt32LE(signature)
    const at = extra > 0 ? 2 : 0
    head.writeUInt16LE(8, 8 + at)
    head.writeUInt32LE(claim.crc ?? crc32(content), 14 + at)
    head.writeUInt32LE(packed.length, 18 + at)
    head.writeUInt32LE(claim.bytes ?? content.length, 22 + at)
    head.writeUInt16LE(name.length, 26 + at)
    return Buffer.concat([head, Buffer.from(name)])
  }
  const local = Buffer.concat([entry(0x04034b50, 0), packed])
  const directory = entry(0x02014b50, 16)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50)
  end.writeUInt16LE(1, 8)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(local.length, 16)
  return Buffer.concat([local, directory, end])
}

test('an archive that unpacks to more than it says, or to something else, is refused', async () => {
  const content = npy(pairs('(40000, 2)'), new Uint8Array(640_000))
  const claims = async (claim: Parameters<typeof archive>[2], code: ErrorCode): Promise<void> =>
    expectRefusal(inspect({ files: [written('a.npz', archive('pairs.npy', content, claim))] }), code, { file: 'a.npz' })
  await claims({ bytes: 1000 }, 'import/archive-damaged')
  await claims({ bytes: content.length - 1 }, 'import/archive-damaged')
  await claims({ bytes: 3_000_000_000 }, 'import/dataset-too-large')
  await claims({ crc: 1 }, 'import/archive-damaged')
})

test('groups that hold each other do not go round for ever, nor does a link to itself', async () => {
  await h5wasm.ready
  const circle = (loop: boolean): string => {
    const path = join(throwAwayFolder(), 'circle.h5')
    const file = new h5wasm.File(path, 'w')
    file.create_group('a').create_soft_link('/', 'b')
    file.create_hard_link('/a', 'c')
    file.create_dataset({ name: 'times', data: Float64Array.of(1, 2, 3, 4) })
    file.create_dataset({ name: 'channels', data: Int32Array.of(0, 1, 0, 1) })
    if (loop) file.create_soft_link('/loop', 'loop')
    file.close()
    return path
  }
  expect(await inspect({ files: [circle(false)] })).toMatchObject({ modality: 'spikes', spikes: 4, channels: 2 })
  expect(await inspect({ files: [circle(true)] })).toMatchObject({ modality: 'spikes', spikes: 4, channels: 2 })
})

test('a sorting whose settings are a program is read without it', async () => {
  const folder = join(throwAwayFolder(), 'sorting')
  mkdirSync(folder)
  const whole = (...values: number[]): Buffer =>
    npy(pairs(`(${values.length},)`, "'<i8'"), new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer))
  writeFileSync(join(folder, 'spike_times.npy'), whole(100, 200, 300))
  writeFileSync(join(folder, 'spike_clusters.npy'), whole(1, 2, 1))
  writeFileSync(join(folder, 'params.py'), `import os\nos.system('touch ${join(folder, 'ran')}')\nsample_rate = float(input())\n`)
  expect(await inspect({ files: [folder] })).toMatchObject({ needs: [{ name: 'samplingRateHz' }] })
  await expect(inspect({ files: [join(folder, 'ran')] })).rejects.toMatchObject({ code: 'import/file-not-found' })
})
