/** What a column of a table is about. */
export type ColumnRole = 'channel' | 'time' | 'sample' | 'x' | 'y' | 'region' | 'role' | 'side' | 'paddle' | 'kind'

export const timeUnits = ['s', 'ms', 'us', 'samples', 'ns', 'min', 'h'] as const
export type TimeUnit = (typeof timeUnits)[number]

/** How many of a unit make a second; of samples that is their rate. */
export const unitsPerSecond: Record<Exclude<TimeUnit, 'samples'>, number> = { s: 1, ms: 1e3, us: 1e6, ns: 1e9, min: 1 / 60, h: 1 / 3600 }

/** Longer than recordings are, and rarer than channels fire: times that would mean both are no seconds. */
const longS = 20_000
const rareHz = 0.005

/**
 * The likeliest unit of times that do not say theirs.
 * @param spanned between the first and the last, in their unit
 */
export function areSeconds({
  largest,
  spanned,
  spikes,
  channels,
}: {
  largest: number
  spanned: number
  spikes: number
  channels: number
}): boolean {
  return largest < 1e6 && !(spanned > longS && spikes / Math.max(1, channels) / spanned < rareHz)
}

/** Names as people write them, the likeliest first; compared without case, blanks, and signs between words. */
const names: Record<ColumnRole, string[]> = {
  channel: [
    'channel',
    'channels',
    'channellabel',
    'channelname',
    'channelid',
    'channelindex',
    'channelnumber',
    'channelno',
    'chan',
    'chanid',
    'ch',
    'chid',
    'electrode',
    'electrodeid',
    'electrodenumber',
    'electrodeno',
    'electrodelabel',
    'elec',
    'el',
    'unit',
    'unitid',
    'units',
    'cluster',
    'clusterid',
    'neuron',
    'neuronid',
    'cell',
    'cellid',
    'id',
    'site',
    'contact',
    'kanal',
    'kanalnr',
    'elektrode',
    'einheit',
    'zelle',
    'canal',
    'voie',
    'électrode',
    'electrodo',
    'canale',
    'elettrodo',
    '通道',
    '电极',
    '神经元',
    '单元',
    'チャンネル',
    'канал',
    'электрод',
    'нейрон',
    'kanał',
    'neurona',
    'neurone',
    'neuroneid',
    'spikeclusters',
    '채널',
    '電極',
  ],
  time: [
    'time',
    'times',
    'spiketime',
    'spiketimes',
    'timeofspike',
    'timestamp',
    'timestamps',
    'spiketimestamp',
    't',
    'tspike',
    'zeit',
    'zeitpunkt',
    'spikezeit',
    'temps',
    'tiempo',
    'tempo',
    'seconds',
    'sec',
    'ms',
    'milliseconds',
    '时间',
    '時間',
    '时刻',
    'время',
    'czas',
    '시간',
    'spiketimestamps',
    'tiempos',
    'zeiten',
    'timepoint',
    'timepoints',
  ],
  sample: [
    'sample',
    'samples',
    'sampleindex',
    'samplenumber',
    'spikesample',
    'spikesamples',
    'frame',
    'frames',
    'frameno',
    'framenumber',
    'tick',
    'ticks',
    '采样点',
  ],
  x: ['x', 'xpos', 'posx', 'positionx', 'xposition', 'xcoord', 'xcoordinate', 'xloc', 'locx'],
  y: ['y', 'ypos', 'posy', 'positiony', 'yposition', 'ycoord', 'ycoordinate', 'yloc', 'locy'],
  region: ['subregion', 'region', 'regionname', 'area', 'areaname', 'bereich', 'zone', '区域'],
  role: ['role', 'function', 'rolle'],
  side: ['side', 'hemisphere', 'seite'],
  paddle: ['paddle', 'paddledirection', 'direction'],
  kind: ['kind', 'event', 'events', 'eventtype', 'eventkind', 'eventname', 'type', 'outcome', 'result', 'ereignis', '事件', '类型'],
}

const unitNames: Record<string, TimeUnit> = {
  s: 's',
  sec: 's',
  secs: 's',
  second: 's',
  seconds: 's',
  sekunden: 's',
  秒: 's',
  с: 's',
  сек: 's',
  секунды: 's',
  ms: 'ms',
  msec: 'ms',
  msecs: 'ms',
  millisecond: 'ms',
  milliseconds: 'ms',
  millisekunden: 'ms',
  毫秒: 'ms',
  мс: 'ms',
  us: 'us',
  µs: 'us',
  μs: 'us',
  usec: 'us',
  microsecond: 'us',
  microseconds: 'us',
  mikrosekunden: 'us',
  微秒: 'us',
  мкс: 'us',
  ns: 'ns',
  nsec: 'ns',
  nanosecond: 'ns',
  nanoseconds: 'ns',
  纳秒: 'ns',
  min: 'min',
  mins: 'min',
  minute: 'min',
  minutes: 'min',
  minuten: 'min',
  минуты: 'min',
  分: 'min',
  分钟: 'min',
  h: 'h',
  hr: 'h',
  hrs: 'h',
  hour: 'h',
  hours: 'h',
  stunden: 'h',
  小时: 'h',
  sample: 'samples',
  samples: 'samples',
  frame: 'samples',
  frames: 'samples',
  tick: 'samples',
  ticks: 'samples',
}
const lengthUnits: Record<string, number> = { cm: 10_000, um: 1, µm: 1, μm: 1, micron: 1, microns: 1, mm: 1000, nm: 0.001, m: 1_000_000 }

/** A column's name taken apart: `Zeit (ms)` is zeit in ms, `time_s` is time in s. */
type ColumnName = { word: string; unit: string | null }

function takeApart(name: string): ColumnName {
  const plain = name
    .trim()
    .replace(/^["']|["']$/g, '')
    .toLowerCase()
  const bracket = /^(.*?)\s*[([{（【]\s*([^)\]}）】]*)\s*[)\]}）】]\s*$/.exec(plain)
  if (bracket) return { word: squeeze(bracket[1] ?? ''), unit: squeeze(bracket[2] ?? '') }
  const suffix = /^(.+?)[\s_./-]+(?:in[\s_]+)?([^\s_./-]+)$/.exec(plain)
  if (suffix && (suffix[2]! in unitNames || suffix[2]! in lengthUnits)) return { word: squeeze(suffix[1] ?? ''), unit: suffix[2] ?? null }
  return { word: squeeze(plain), unit: null }
}

function squeeze(text: string): string {
  return text.replace(/[\s_.\-/]+/g, '')
}

/** The column of that role, the likeliest name first; −1 without one. */
export function findColumn(columns: string[], role: ColumnRole): number {
  const words = columns.map((column) => takeApart(column).word)
  for (const name of names[role]) {
    const found = words.indexOf(name)
    if (found >= 0) return found
  }
  return -1
}

/** True for a word we know as the name of a column. */
export function isColumnName(word: string): boolean {
  const { word: plain } = takeApart(word)
  return Object.values(names).some((known) => known.includes(plain))
}

/** The column spike times stand in: a time before a sample number. */
export function findTimeColumn(columns: string[]): number {
  const time = findColumn(columns, 'time')
  return time >= 0 ? time : findColumn(columns, 'sample')
}

/** The unit a column's name tells; null where it tells none. */
export function timeUnitOf(column: string): TimeUnit | null {
  const { word, unit } = takeApart(column)
  return unitNames[unit ?? ''] ?? (names.sample.includes(word) ? 'samples' : (unitNames[word] ?? null))
}

/** Micrometres per unit of a column of positions: 1 unless its name says otherwise. */
export function micrometresPer(column: string): number {
  return lengthUnits[takeApart(column).unit ?? 'um'] ?? 1
}

/** Columns that may name channels beside the one that is taken; in order. */
export function otherChannelColumns(columns: string[], taken: number): number[] {
  return columns.flatMap((column, i) =>
    i !== taken && names.channel.includes(takeApart(column).word) && takeApart(column).word !== 'id' ? [i] : [],
  )
}

const trialWords = new Set([
  'trial',
  'trialid',
  'trialnumber',
  'trialno',
  'trial#',
  'trialindex',
  'sweep',
  'sweepnumber',
  'repetition',
  'repeat',
  'rep',
  'episode',
  'segment',
])
/** A column that tells trials apart: times may begin anew in each; −1 without. */
export const findTrialColumn = (columns: string[]): number => columns.findIndex((column) => trialWords.has(takeApart(column).word))

const wellWords = ['welllabel', 'wellname', 'well', 'wellid']
/** The column that tells the wells of a plate apart; −1 without. */
export function findWellColumn(columns: string[]): number {
  const words = columns.map((column) => takeApart(column).word)
  return wellWords.map((word) => words.indexOf(word)).find((at) => at >= 0) ?? -1
}

const traceWords = new Set([
  'dff',
  'df/f',
  'dfof',
  'df/f0',
  'dff0',
  'deltaf',
  'f',
  'fluo',
  'fluorescence',
  'intensity',
  'trace',
  'signal',
  'activity',
  'calcium',
  'value',
  'values',
  'mean',
  'zscore',
  'spks',
])
/** A column that holds values of traces; −1 without. */
export const findTraceColumn = (columns: string[]): number =>
  columns.findIndex(
    (column) => traceWords.has(takeApart(column).word) || traceWords.has(column.trim().toLowerCase().replace('δ', 'd').replace('∆', 'd')),
  )
