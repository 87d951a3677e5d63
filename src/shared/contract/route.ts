import type { z } from 'zod'
import type { ErrorCode } from './errors.ts'

/** One thing a door can ask of the host: what goes in, what comes out, which failures are foreseen. */
export type Route = { input: z.ZodObject; output: z.ZodType; errors: readonly ErrorCode[] }

/** Declares a route; strict input, so that an unknown field is refused and named. */
export function route<Input extends z.ZodObject, Output extends z.ZodType>(
  input: Input,
  output: Output,
  errors: readonly ErrorCode[] = [],
): { input: Input; output: Output; errors: readonly ErrorCode[] } {
  return { input, output, errors }
}
