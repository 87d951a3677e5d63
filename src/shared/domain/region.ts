import { z } from 'zod'
import { int16 } from './numbers.ts'

export const roles = ['sensory', 'motor', 'other'] as const
export const role = z.enum(roles)
export type Role = z.infer<typeof role>

/** A named set of channels of a layout: its part in the task, its side, the paddle direction it moves. */
export const region = z.object({
  name: z.string().min(1).max(80),
  role: role.default('other'),
  side: z.string().max(40).nullable().default(null),
  paddle: z.string().max(40).nullable().default(null),
})
export type Region = z.infer<typeof region>

/** Regions of one array and which channel is in which; a channel is in one region at most. */
export const layout = z.object({
  name: z.string().max(200).default('layout'),
  regions: z.array(region).max(200),
  /** [channelCount], index into regions, −1 without a region */
  regionOfChannel: int16,
})
export type Layout = z.infer<typeof layout>
