import { useI18n } from 'vue-i18n'

/** A file name or path with its middle left out, so that both ends can be read. */
export function elided(text: string, limit: number): string {
  if (text.length <= limit) return text
  const tail = Math.ceil((limit - 1) * 0.6)
  return `${text.slice(0, limit - 1 - tail)}…${text.slice(-tail)}`
}

/** Whether the person's country writes 5/4/2012 for the fifth of April. */
export function isDayFirst(): boolean {
  const parts = new Intl.DateTimeFormat(navigator.language, { day: 'numeric', month: 'numeric', year: 'numeric' }).formatToParts(0)
  return parts.findIndex(({ type }) => type === 'day') < parts.findIndex(({ type }) => type === 'month')
}

/** Numbers, durations and dates as the page's language writes them. */
export function useFormat() {
  const { t, locale } = useI18n()

  /** three significant digits, or as many as asked for */
  const number = (value: number, digits = 3): string =>
    Number.isFinite(value)
      ? new Intl.NumberFormat(locale.value, { maximumSignificantDigits: digits }).format(value).replace(/^-/, '−')
      : '–'

  /** a correlation: two decimals, so that columns of them line up */
  const correlation = (value: number): string => (Number.isFinite(value) ? value.toFixed(2).replace(/^-/, '−') : '–')

  /** exactly three significant digits: for columns of numbers */
  const fixedDigits = (value: number): string =>
    value === 0 ? '0' : new Intl.NumberFormat(locale.value, { minimumSignificantDigits: 3, maximumSignificantDigits: 3 }).format(value)

  /** whole numbers, with separators */
  const count = (value: number): string => new Intl.NumberFormat(locale.value, { maximumFractionDigits: 0 }).format(value)

  const percent = (share: number): string => `${number(share * 100)}\u00a0%`

  /** "4 min 20 s"; the two largest units, below a minute three digits */
  function duration(seconds: number): string {
    if (!Number.isFinite(seconds)) return '–'
    if (seconds > 0 && seconds < 1) return t('kit.duration.ms', { ms: number(seconds * 1000) })
    if (seconds < 60) return t('kit.duration.s', { s: number(seconds) })
    const whole = Math.round(seconds)
    const h = Math.floor(whole / 3600),
      min = Math.floor((whole % 3600) / 60),
      s = whole % 60
    if (h > 0) return min > 0 ? t('kit.duration.hmin', { h: count(h), min }) : t('kit.duration.h', { h: count(h) })
    return s > 0 ? t('kit.duration.mins', { min, s }) : t('kit.duration.min', { min })
  }

  /** what is only guessed: whole seconds up to two minutes, then whole minutes, never too few */
  const roughDuration = (seconds: number): string => duration(seconds < 120 ? Math.ceil(seconds) : Math.ceil(seconds / 60) * 60)

  /** a day, and the time of day where it is wanted */
  const date = (iso: string, withTime = false): string => {
    const moment = new Date(iso)
    if (Number.isNaN(moment.getTime())) return iso
    // in the page's language, in the order of the person's country
    const place = navigator.languages.find((known) => known.startsWith(locale.value)) ?? locale.value
    return new Intl.DateTimeFormat(place, { dateStyle: 'medium', ...(withTime ? { timeStyle: 'short' } : {}) }).format(moment)
  }

  const bytes = (size: number): string =>
    size >= 1e6 ? t('kit.bytes.mb', { size: number(size / 1e6) }) : t('kit.bytes.kb', { size: number(size / 1e3) })

  return { number, correlation, fixedDigits, count, percent, duration, roughDuration, date, bytes }
}
