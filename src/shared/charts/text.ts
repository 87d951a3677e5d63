import type { Look } from './look.ts'

/** A number for a person: three significant digits, thousands grouped, no exponent where it can be read without. */
export function readable(value: number): string {
  if (!Number.isFinite(value)) return '–'
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-4 || size >= 1e9)) return minus(value.toExponential(2))
  if (size >= 1000) return minus(group(Math.round(value).toString()))
  return minus(String(Number(value.toPrecision(3))))
}

/** A whole number with its thousands grouped. */
export const count = (value: number): string => minus(group(Math.round(value).toString()))

/** A tick's label: as many decimals as the distance of two ticks asks for, and up to two more where they would round a tick. */
export function tickLabel(value: number, ticks: readonly number[]): string {
  const step = ticks.length > 1 ? Math.abs((ticks[1] ?? 0) - (ticks[0] ?? 0)) : Math.abs(value)
  const written = (write: (tick: number, digits: number) => string, fewest: number): string => {
    const isExact = (digits: number): boolean =>
      ticks.every((tick) => Math.abs(Number(write(tick, digits)) - tick) <= 1e-6 * Math.max(step, Math.abs(tick)))
    return write(value, [fewest, fewest + 1].find(isExact) ?? fewest + 2)
  }
  if (step !== 0 && (step < 1e-4 || Math.abs(value) >= 1e7))
    return value === 0 ? '0' : minus(written((tick, digits) => tick.toExponential(digits), 0))
  const text = written((tick, digits) => tick.toFixed(digits), step === 0 ? 0 : Math.max(0, Math.ceil(-Math.log10(step) - 1e-9)))
  return minus(Math.abs(value) >= 10_000 ? group(text) : text)
}

/** Width of a text before anything has drawn it: an estimate that errs a little to the wide side. */
export function textWidthPx(text: string, look: Look): number {
  let ems = 0
  for (const letter of text) {
    const code = letter.codePointAt(0) ?? 0
    ems +=
      code >= 0x2e80
        ? 1
        : "ijlI.,:;|'!()[] ".includes(letter)
          ? 0.32
          : 'mwMW@%'.includes(letter)
            ? 0.88
            : letter >= 'A' && letter <= 'Z'
              ? 0.68
              : 0.58
  }
  return ems * look.textPx
}

/** Breaks a text into lines of a width, between words and after Chinese stops. */
export function broken(text: string, widthPx: number, look: Look): string[] {
  const lines: string[] = []
  for (const word of text.split(/(?<= )|(?<=[，；、。：])/)) {
    const line = lines.at(-1)
    if (line !== undefined && textWidthPx((line + word).trimEnd(), look) <= widthPx) lines[lines.length - 1] = line + word
    else lines.push(word)
  }
  return lines.map((line) => line.trimEnd())
}

/** Shortens in the middle what would not fit. */
export function elided(text: string, widthPx: number, look: Look): string {
  if (textWidthPx(text, look) <= widthPx) return text
  const letters = [...text]
  let kept = letters.length - 1
  const shortened = (): string =>
    `${letters.slice(0, Math.ceil(kept / 2)).join('')}…${letters.slice(letters.length - Math.floor(kept / 2)).join('')}`
  while (kept > 2 && textWidthPx(shortened(), look) > widthPx) kept--
  return shortened()
}

const minus = (text: string): string => text.replaceAll('-', '−')
const group = (digits: string): string => digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',')

/** With a large first letter, as a title begins. */
export const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
