import type { Region } from '../domain/region.ts'
import type { Look } from './look.ts'

/** Viridis (van der Walt & Smith 2015, CC0) at 0, 1/16, … 1. */
const viridis = [
  '#440154',
  '#481a6c',
  '#472f7d',
  '#414487',
  '#39568c',
  '#31688e',
  '#2a788e',
  '#23888e',
  '#1f988b',
  '#22a884',
  '#35b779',
  '#54c568',
  '#7ad151',
  '#a5db36',
  '#d2e21b',
  '#eae51a',
  '#fde725',
]

/** Okabe & Ito (2008), the pale yellow last because it is lost on white. */
export const okabeIto = ['#e69f00', '#56b4e9', '#009e73', '#0072b2', '#d55e00', '#cc79a7', '#b8a800'] as const

/** Two hues for left and right, a dark and a light one of each for up and down. */
const motor = { left: { up: '#0b5c94', down: '#5fb3e6' }, right: { up: '#b34a00', down: '#f0a04b' } } as const
const sensory = { single: '#7b8a9c', left: '#64748b', right: '#9aa8b8' } as const
/** hues that no motor region has */
const besideMotor = ['#009e73', '#cc79a7', '#b8a800', '#6b4c9a', '#8c6d46'] as const

/**
 * Colour of a number on the sequential map.
 * @param share 0 the smallest, 1 the largest; the ends nearest to the ground's own lightness are left out
 */
export function sequentialColour(share: number, ground: Look['ground']): string {
  const [first, last] = ground === 'light' ? [0, 0.94] : [0.14, 1]
  const place = (first + (last - first) * Math.min(1, Math.max(0, share))) * (viridis.length - 1)
  const below = Math.min(viridis.length - 2, Math.floor(place))
  return mix(viridis[below] ?? '', viridis[below + 1] ?? '', place - below)
}

/** Blue, the middle, orange: told apart in grey by lightness from the middle, and by colour-blind eyes. */
const diverging = {
  light: ['#08519c', '#6baed6', '#e8e8e8', '#fdae6b', '#a63603'],
  dark: ['#7fc1ff', '#2f78b7', '#3a3a3a', '#c2641a', '#ffb676'],
} as const

/** Colour of a number on the diverging map: 0 the lowest, ½ zero, 1 the highest. */
export function divergingColour(share: number, ground: Look['ground']): string {
  const stops = diverging[ground],
    place = Math.min(1, Math.max(0, share)) * (stops.length - 1),
    below = Math.min(stops.length - 2, Math.floor(place))
  return mix(stops[below] ?? '', stops[below + 1] ?? '', place - below)
}

/** Colours of a layout's regions, in their order: the same in all views of all figures. */
export function regionColours(regions: readonly Region[]): string[] {
  const anyMotor = regions.some((region) => motorColour(region) !== null)
  const rest = anyMotor ? besideMotor : okabeIto
  const sensoryCount = regions.filter((region) => region.role === 'sensory').length
  let restCount = 0
  return regions.map((region) => {
    const arm = motorColour(region)
    if (arm) return arm
    if (region.role === 'sensory' && sensoryCount <= 2) {
      const side = sideOf(region)
      return sensoryCount === 2 && side ? sensory[side] : sensory.single
    }
    const round = Math.floor(restCount / rest.length)
    const colour = rest[restCount++ % rest.length] ?? sensory.single
    return round === 0 ? colour : mix(colour, '#ffffff', Math.min(0.7, 0.35 * round))
  })
}

/** Colour of channels without a region. */
export const withoutRegion = '#a3a3a3'

function motorColour(region: Region): string | null {
  if (region.role === 'sensory') return null
  const side = sideOf(region)
  const paddle = paddleOf(region)
  return side && paddle ? motor[side][paddle] : null
}

function sideOf(region: Region): 'left' | 'right' | null {
  const said = region.side?.toLowerCase() ?? ''
  if (said === 'left' || said === 'l') return 'left'
  if (said === 'right' || said === 'r') return 'right'
  if (/^l(eft)?[_ -]/i.test(region.name)) return 'left'
  return /^r(ight)?[_ -]/i.test(region.name) ? 'right' : null
}

function paddleOf(region: Region): 'up' | 'down' | null {
  const said = region.paddle?.toLowerCase() ?? ''
  if (said === 'up' || said === 'down') return said
  if (/[_ -]up$/i.test(region.name)) return 'up'
  return /[_ -]down$/i.test(region.name) ? 'down' : null
}

/** Straight mixture of two colours written #rrggbb. */
export function mix(first: string, second: string, share: number): string {
  const channel = (at: number): string => {
    const a = Number.parseInt(first.slice(at, at + 2), 16)
    const b = Number.parseInt(second.slice(at, at + 2), 16)
    return Math.round(a + (b - a) * share)
      .toString(16)
      .padStart(2, '0')
  }
  return `#${channel(1)}${channel(3)}${channel(5)}`
}

/** What needs no model, beside the accent of trained ones. */
export const simpleColour = ({ ground }: Pick<Look, 'ground'>): string => (ground === 'dark' ? '#e69f00' : '#b36b00')
