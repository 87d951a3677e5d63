import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { inspect } from '../../../src/main/importers/read-files.ts'
import { CodedError } from '../../../src/shared/contract/errors.ts'
import type { ImportAnswers, Inspection } from '../../../src/shared/domain/inspection.ts'
import { throwAwayFolder } from '../throw-away.ts'
import { slowestShare, usualMs } from './damaged-share.ts'

/** Files of one recording by name; the first is the one that is damaged. */
export type Sound = { files: Record<string, Uint8Array>; set?: ImportAnswers; format?: string }

/**
 * Damages a sound file again and again (bits turned, bytes replaced, a stretch cut out, doubled or filled, the end cut off, a number
 * made huge) and looks at each: it must be read, with numbers that can be, or be refused by a coded error, in time.
 * @returns how many were read and how many refused, by code
 */
export async function inspectMutations(
  { files, set = {}, format }: Sound,
  count: number,
  seed = 1,
): Promise<{ read: number; refused: Record<string, number> }> {
  const folder = throwAwayFolder()
  const [[name, sound] = ['', new Uint8Array()], ...others] = Object.entries(files)
  for (const [other, bytes] of others) writeFileSync(join(folder, other), bytes)
  const paths = Object.keys(files).map((file) => join(folder, file))
  const random = draws(seed)
  const refused: Record<string, number> = {}
  let read = 0
  const look = (): Promise<Inspection> => inspect({ files: paths, set, ...(format === undefined ? {} : { format }) })
  writeFileSync(join(folder, name), sound)
  const usual = await usualMs(look)
  for (let i = 0; i < count; i++) {
    const mutated = mutate(sound, random)
    writeFileSync(join(folder, name), mutated)
    const start = performance.now()
    try {
      expectSane(await look())
      read += 1
    } catch (problem) {
      if (!(problem instanceof CodedError)) throw new Error(`mutation ${i} of ${name}, seed ${seed}`, { cause: problem })
      refused[problem.code] = (refused[problem.code] ?? 0) + 1
    }
    expect((performance.now() - start) / usual, `mutation ${i} of ${name}`).toBeLessThan(slowestShare)
  }
  return { read, refused }
}

/** What was read can be: counts agree, times are in order, nothing is without a number that should have one. */
export function expectSane(found: Inspection): void {
  const { channels, channelLabels, spikes, spikesPerChannel, samples, firstS, lastS, traceSums, needs } = found
  expect(channelLabels).toHaveLength(channels ?? 0)
  expect(new Set(channelLabels).size).toBe(channelLabels.length)
  if (spikesPerChannel) expect(spikesPerChannel.reduce((sum, n) => sum + n, 0)).toBe(spikes)
  if (samples !== null) expect(samples).toBeGreaterThanOrEqual(0)
  if (traceSums) expect(traceSums.every(Number.isFinite)).toBe(true)
  if (needs.length === 0 && firstS !== null && lastS !== null) expect(lastS - firstS).toBeGreaterThanOrEqual(0)
}

type Draws = { below: (count: number) => number }

/** Whole numbers that are the same in every run (mulberry32). */
function draws(seed: number): Draws {
  let state = seed
  return {
    below(count) {
      state = (state + 0x6d2b79f5) | 0
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
      return ((mixed ^ (mixed >>> 14)) >>> 0) % count
    },
  }
}

function mutate(sound: Uint8Array, random: Draws): Uint8Array {
  let bytes: Uint8Array = Uint8Array.from(sound)
  const times = 1 + random.below(3)
  for (let i = 0; i < times && bytes.length > 0; i++) bytes = mutateOnce(bytes, random)
  return bytes.length > 0 ? bytes : Uint8Array.of(0)
}

function mutateOnce(bytes: Uint8Array, random: Draws): Uint8Array {
  // Headers stand at the beginning and the end: half of all damage is done there.
  const place = (): number => {
    const where = random.below(4)
    const near = Math.min(bytes.length, 200)
    return where === 0 ? random.below(near) : where === 1 ? bytes.length - 1 - random.below(near) : random.below(bytes.length)
  }
  const at = place()
  const length = Math.min(bytes.length - at, 1 + random.below(64))
  switch (random.below(7)) {
    case 0:
      bytes[at]! ^= 1 << random.below(8)
      return bytes
    case 1:
      bytes[at] = random.below(256)
      return bytes
    case 2:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)])
    case 3:
      return Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)])
    case 4:
      bytes.fill([0, 0xff, 0x80, 0x39][random.below(4)]!, at, at + length)
      return bytes
    case 5:
      return bytes.slice(0, at)
    default:
      bytes.fill(0xff, at, Math.min(bytes.length, at + [2, 4, 8][random.below(3)]!))
      return bytes
  }
}
