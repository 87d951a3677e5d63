import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { chooseEngine } from '../../../src/main/engine/choose.ts'
import { selfcheck } from '../../../src/main/model/selfcheck.ts'

const folder = join(import.meta.dirname, '../../../resources/golden'),
  files = readdirSync(folder)
type Array64 = { shape: number[]; base64: string }
type Json = {
  recipe: Record<string, unknown>
  input: Record<string, Array64> & { parameters: Record<string, Array64> }
  gradients: Record<string, Array64>
  forward: Record<string, Array64>
  loss: number
  epochs: { nll: number }[]
  embedding: Array64
}
const read = (name: string): Json => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Json
const check = async (name: string, json: unknown) => (await selfcheck([{ name, json }], chooseEngine('cpu')))[0]!

/** The same array with its largest number changed by a share of itself. */
function changed(array: Array64, share: number): Array64 {
  const numbers = new Float64Array(Uint8Array.from(Buffer.from(array.base64, 'base64')).buffer)
  const most = numbers.reduce((best, value, at) => (Math.abs(value) > Math.abs(numbers[best]!) ? at : best), 0)
  numbers[most]! *= 1 + share
  return { ...array, base64: Buffer.from(numbers.buffer).toString('base64') }
}

describe('the engine agrees with the reference', () => {
  test('there are six cases', () => expect(files).toHaveLength(6))
  test.each(files)('%s', async (name) => {
    const { forwardError, gradientError, lossError, embeddingError, pass } = await check(name, read(name))
    // The tolerances are wider; plain float32 stays within these.
    for (const error of [forwardError, gradientError, lossError, embeddingError]) expect(error).toBeLessThan(1e-5)
    expect(pass).toBe(true)
  })
})

describe('a wrong number is found', () => {
  const name = 'rows-history-12x5.json'
  test('in a forward tensor, a gradient, a loss and the embedding', async () => {
    const json = read(name)
    const cases = [
      { ...json, forward: { ...json.forward, h: changed(json.forward.h!, 3e-4) } },
      { ...json, gradients: { ...json.gradients, 'enc.W': changed(json.gradients['enc.W']!, 3e-3) } },
      { ...json, epochs: json.epochs.map((epoch, k) => (k === 4 ? { ...epoch, nll: epoch.nll * 1.003 } : epoch)) },
      { ...json, loss: json.loss * 1.003 },
      { ...json, embedding: changed(json.embedding, 3e-3) },
    ]
    for (const wrong of cases) expect((await check(name, wrong)).pass).toBe(false)
  })
  test('in the input', async () => {
    const json = read(name)
    expect((await check(name, { ...json, input: { ...json.input, features: changed(json.input.features!, 0.5) } })).pass).toBe(false)
  })
})

describe('a file that is no fixture is refused with the place', () => {
  const name = 'no-history-16x4-empty-full.json'
  const json = read(name)
  const withoutKey = Object.fromEntries(Object.entries(json.gradients).filter(([key]) => key !== 'enc.W'))
  const cut = (array: Array64): Array64 => ({ ...array, base64: array.base64.slice(0, 400) })
  test.each<[string, unknown]>([
    ['JSON', 5],
    ['recipe.channels', { ...json, recipe: { ...json.recipe, channels: 'many' } }],
    ['input.noise', { ...json, input: { ...json.input, noise: cut(json.input.noise!) } }],
    ['input.adjacency', { ...json, input: { ...json.input, adjacency: changed(json.input.adjacency!, NaN) } }],
    ['forward.h', { ...json, forward: { ...json.forward, h: { ...cut(json.forward.h!), shape: [300 / 8] } } }],
    ['gradients.enc.W', { ...json, gradients: withoutKey }],
    ['input.parameters.phi_x.W', { ...json, input: { ...json.input, parameters: {} } }],
  ])('%s', async (place, wrong) => {
    await expect(check(name, wrong)).rejects.toThrow(
      expect.objectContaining({
        code: 'engines/fixture-unreadable',
        details: { file: name, place: expect.stringContaining(place) as string },
      }),
    )
  })
})
