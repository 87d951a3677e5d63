import { z } from 'zod'

/** Schemas of typed arrays, over any buffer: what `z.instanceof` infers would refuse views of shared memory. */
export const uint8 = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'expected bytes')
export const int16 = z.custom<Int16Array>((value) => value instanceof Int16Array, 'expected an Int16Array')
export const int32 = z.custom<Int32Array>((value) => value instanceof Int32Array, 'expected an Int32Array')
export const float32 = z.custom<Float32Array>((value) => value instanceof Float32Array, 'expected a Float32Array')
export const float64 = z.custom<Float64Array>((value) => value instanceof Float64Array, 'expected a Float64Array')
