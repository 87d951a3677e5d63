import type { Translate } from '../locales/translate.ts'

/**
 * Everything about a drawing that is not its numbers: where it stands, how large it is, its colours and its words.
 * Pixels are CSS pixels (1/96 inch), on paper too.
 */
export type Look = {
  size: { widthPx: number; heightPx: number }
  /** paper: every mark a shape of its own, nothing to point at */
  medium: 'screen' | 'paper'
  ground: 'light' | 'dark'
  colours: {
    text: string
    secondary: string
    axis: string
    /** hairlines and outlines of channels */
    grid: string
    background: string
    accent: string
    /** points that are only there for comparison */
    context: string
  }
  fontFamily: string
  textPx: number
  linePx: number
  translate: Translate
}

export const pxPerMm = 96 / 25.4
const pxPerPt = 96 / 72

/** The look of a figure in a paper: white ground, 7 pt IBM Plex Sans, 0.75 pt lines, no theme colours. */
export function paperLook(translate: Translate, size: Look['size']): Look {
  return {
    size,
    medium: 'paper',
    ground: 'light',
    colours: {
      text: '#000000',
      secondary: '#4a4a4a',
      axis: '#262626',
      grid: '#c4c4c4',
      background: '#ffffff',
      accent: '#0072b2',
      context: '#dcdcdc',
    },
    fontFamily: "'IBM Plex Sans', 'Noto Sans CJK SC', 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif",
    textPx: 7 * pxPerPt,
    linePx: 0.75 * pxPerPt,
    translate,
  }
}

/** Height of a line of text. */
export const lineHeightPx = (look: Look): number => look.textPx * 1.4
