import { readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { CodedError } from '../../../src/shared/contract/errors.ts'
import { inspect } from '../../../src/main/importers/read-files.ts'
import { throwAwayFolder } from '../throw-away.ts'
import { usualMs } from './damaged-share.ts'
import { expectSane } from './mutated-files.ts'

const awkwardBytes = [0, 1, 0x7f, 0x80, 0xff]

/** A copy with one to eight bytes changed, most of them near the beginning where a file describes itself; one in twelve is cut short. */
function damaged(bytes: Buffer, random: () => number): Buffer {
  const copy = Buffer.from(bytes)
  const changes = 1 + Math.floor(8 * random())
  for (let change = 0; change < changes; change++) {
    const reach = random() < 0.7 ? Math.min(copy.length, 20_000) : copy.length
    copy[Math.floor(reach * random())] = random() < 0.5 ? Math.floor(256 * random()) : (awkwardBytes[Math.floor(5 * random())] ?? 0)
  }
  return random() < 1 / 12 ? copy.subarray(0, Math.max(1, Math.floor(copy.length * random()))) : copy
}

/** Marsaglia's xorshift: the same numbers in every run. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

/** `slowestShare`: how many times as long as the sound file the slowest copy took. */
type Survey = { read: number; refused: Record<string, number>; slowestShare: number }

/**
 * Inspects damaged copies of a file, one after the other.
 * @throws where one ends in anything but a sound inspection or a coded error
 */
export async function inspectDamaged(path: string, count: number): Promise<Survey> {
  const bytes = readFileSync(path)
  const random = seeded(20_080_208)
  const copy = join(throwAwayFolder(), basename(path))
  const survey: Survey = { read: 0, refused: {}, slowestShare: 0 }
  const usual = await usualMs(() => inspect({ files: [path] }))
  for (let i = 0; i < count; i++) {
    writeFileSync(copy, damaged(bytes, random))
    const before = performance.now()
    try {
      expectSane(await inspect({ files: [copy] }))
      survey.read += 1
    } catch (problem) {
      if (!(problem instanceof CodedError)) throw new Error(`copy ${i} of ${basename(path)}`, { cause: problem })
      survey.refused[problem.code] = (survey.refused[problem.code] ?? 0) + 1
    }
    survey.slowestShare = Math.max(survey.slowestShare, (performance.now() - before) / usual)
  }
  return survey
}
