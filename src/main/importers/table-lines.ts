import { Buffer } from 'node:buffer'
import { separators, toNumber, type Decimal, type Separator } from './table-cells.ts'

const newline = 10
const blank = 32
const tab = 9
const carriageReturn = 13
const zero = 48
/** Whole numbers below this many digits are exact, and so is their quotient by a power of ten up to 10²². */
const exactDigits = 15
const powers = Float64Array.from({ length: 23 }, (_, power) => Number(`1e${power}`))
/** Whole numbers that stand for a channel are looked up in a table up to here. */
const mostTableIds = 65_536

export type LineTask = {
  /** whole lines of a table of single-byte letters, each ended by a line end */
  bytes: Uint8Array
  separator: Separator
  decimal: Decimal
  /** the two columns that are read */
  channel: number
  time: number
  /** what a channel's cell is called, as bytes read one by one; −1 where the line must be looked at whole */
  rowOf: (cell: string) => number
  /** rows of channels by number, −1 where it is not known; filled here */
  rowOfNumber: Int32Array
  take: (row: number, value: number) => void
  /** a line that is not two plain cells: [start, end) of it, which line of these it is, and the bytes of its channel */
  takeWhole: (start: number, end: number, index: number, cell: string) => void
}

export const channelTable = (): Int32Array => new Int32Array(mostTableIds).fill(-1)

/**
 * Reads a channel and a time out of every line, without making texts of what is plain. A number is exact: digits and a power of ten are
 * divided only where that is correctly rounded (Clinger 1990), all else goes through the language's own conversion.
 * @returns how many lines there were
 */
export function readLines(task: LineTask): number {
  const { bytes, separator, decimal, channel, time, rowOf, rowOfNumber, take, takeWhole } = task
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const bySpace = separator === 'space'
  const sign = separators[separator].charCodeAt(0)
  const point = decimal === 'comma' ? 44 : 46
  const last = Math.max(channel, time)
  const isPair = !bySpace && last === 1
  let index = 0
  for (let at = 0; at < bytes.length; index++) {
    const start = at
    // Nearly all lines of a list of spikes are two plain numbers: these need no look at their columns.
    quick: if (isPair) {
      let end = at
      while (isPlain(bytes[end]!, point)) end += 1
      if (bytes[end] !== sign) break quick
      const second = end + 1
      let secondEnd = second
      while (isPlain(bytes[secondEnd]!, point)) secondEnd += 1
      const lineEnd = bytes[secondEnd] === carriageReturn ? secondEnd + 1 : secondEnd
      if (bytes[lineEnd] !== newline) break quick
      const isFirst = channel === 0
      const number = isFirst ? wholeNumber(bytes, at, end) : wholeNumber(bytes, second, secondEnd)
      const value = isFirst ? plainNumber(bytes, second, secondEnd, point) : plainNumber(bytes, at, end, point)
      const row = number < 0 ? -1 : rowOfNumber[number]!
      if (row < 0 || value < 0) break quick
      take(row, value)
      at = lineEnd + 1
      continue
    }
    let column = 0
    let [channelStart, channelEnd, timeStart, timeEnd] = [-1, -1, -1, -1]
    if (bySpace) while (bytes[at] === blank || bytes[at] === tab) at += 1
    const first = bytes[at]!
    let fieldStart = at
    for (;;) {
      const byte = at < bytes.length ? bytes[at]! : newline
      if (byte === newline || byte === sign || (bySpace && byte === tab)) {
        if (column === channel) [channelStart, channelEnd] = [fieldStart, at]
        if (column === time) [timeStart, timeEnd] = [fieldStart, at]
        if (byte === newline) break
        if (bySpace) while (bytes[at + 1] === blank || bytes[at + 1] === tab) at += 1
        fieldStart = at + 1
        if (++column > last) {
          at = bytes.indexOf(newline, at)
          if (at < 0) at = bytes.length
          break
        }
      }
      at += 1
    }
    const end = at
    at += 1
    // Remarks, empty lines and what is short are rare: they are looked at as texts.
    if (first === 35 || first === 37 || channelStart < 0 || timeStart < 0) {
      takeWhole(start, end, index, '')
      continue
    }
    while (channelStart < channelEnd && isBlank(bytes[channelStart]!)) channelStart += 1
    while (channelEnd > channelStart && isBlank(bytes[channelEnd - 1]!)) channelEnd -= 1
    while (timeStart < timeEnd && isBlank(bytes[timeStart]!)) timeStart += 1
    while (timeEnd > timeStart && isBlank(bytes[timeEnd - 1]!)) timeEnd -= 1
    let value = plainNumber(bytes, timeStart, timeEnd, point)
    if (value < 0) value = toNumber(text.toString('latin1', timeStart, timeEnd), decimal)
    const number = wholeNumber(bytes, channelStart, channelEnd)
    let row = number < 0 ? -1 : rowOfNumber[number]!
    if (row < 0 && channelEnd > channelStart) {
      row = rowOf(text.toString('latin1', channelStart, channelEnd))
      if (row >= 0 && number >= 0) rowOfNumber[number] = row
    }
    // Whatever is wrong or unusual with the line is said where lines are texts.
    if (row >= 0 && timeEnd > timeStart && value >= 0 && value < Infinity) take(row, value)
    else takeWhole(start, end, index, text.toString('latin1', channelStart, channelEnd))
  }
  return index
}

const isPlain = (byte: number, point: number): boolean => (byte >= zero && byte <= zero + 9) || byte === point

const isBlank = (byte: number): boolean => byte === blank || byte === tab || byte === carriageReturn

/** Digits with or without a point, at most 15 of them; −1 for anything else. */
function plainNumber(bytes: Uint8Array, start: number, end: number, point: number): number {
  let mantissa = 0
  let digits = 0
  let behind = -1
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!
    if (byte === point && behind < 0) {
      behind = digits
      continue
    }
    const digit = byte - zero
    if (digit < 0 || digit > 9) return -1
    mantissa = 10 * mantissa + digit
    digits += 1
  }
  if (digits === 0 || digits > exactDigits) return -1
  return behind < 0 ? mantissa : mantissa / powers[digits - behind]!
}

/** A channel that is a number as numbers are written, without zeros before it; −1 for any other name. */
function wholeNumber(bytes: Uint8Array, start: number, end: number): number {
  if (end === start || end - start > 5 || (bytes[start] === zero && end - start > 1)) return -1
  let number = 0
  for (let at = start; at < end; at++) {
    const digit = bytes[at]! - zero
    if (digit < 0 || digit > 9) return -1
    number = 10 * number + digit
  }
  return number < mostTableIds ? number : -1
}
