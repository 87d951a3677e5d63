import fc from 'fast-check'
import { expect, test } from 'vitest'
import { packWire, unpackWire } from '../../../src/shared/contract/wire.ts'

const arrays = fc.oneof(
  fc.float64Array({ maxLength: 20 }),
  fc.float32Array({ maxLength: 20 }),
  fc.int32Array({ maxLength: 20 }),
  fc.int16Array({ maxLength: 20 }),
  fc.uint8Array({ maxLength: 20 }),
  fc.uint16Array({ maxLength: 20 }),
  fc.uint32Array({ maxLength: 20 }),
)
const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    arrays,
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.string().filter((key) => key !== '__proto__' && key !== '$array'),
      tie('value'),
      { maxKeys: 4, noNullPrototype: true },
    ),
  ),
})).value

test('a value with typed arrays anywhere in it arrives as it left', () => {
  fc.assert(
    fc.property(values, (value) => {
      expect(unpackWire(packWire(value))).toEqual(value)
    }),
  )
})

test('a view into a larger buffer carries only its own numbers', () => {
  const whole = Float32Array.of(1, 2, 3, 4)
  expect(unpackWire(packWire({ part: whole.subarray(1, 3) }))).toEqual({ part: Float32Array.of(2, 3) })
})

test('bytes that lie about their lengths are refused, not read past', () => {
  const good = packWire({ a: Float64Array.of(1, 2, 3) })
  fc.assert(
    fc.property(fc.nat({ max: good.length - 1 }), (length) => {
      expect(() => unpackWire(good.slice(0, length))).toThrow()
    }),
  )
  const text = new TextEncoder().encode('{"a":{"$array":["Float64Array",0,1000000000]}}')
  const lying = new Uint8Array(4 + text.length)
  new DataView(lying.buffer).setUint32(0, text.length, true)
  lying.set(text, 4)
  expect(() => unpackWire(lying)).toThrow('outside')
})
