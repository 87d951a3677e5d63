/** What a column of a table is about. */
export type ColumnRole = 'channel' | 'time' | 'sample' | 'x' | 'y' | 'region' | 'role' | 'side' | 'paddle' | 'kind'

export const timeUnits = ['s', 'ms', 'us', 'samples'] as const
export type TimeUnit = (typeof timeUnits)[number]

/** Names as people write them, the likeliest first; compared without case, blanks, and signs between words. */
const names: Record<ColumnRole, string[]> = {
  channel: [
    'channel',
    'channels',
    'channelid',
    'channelindex',
    'channelnumber',
    'channelno',
    'channelname',
    'channellabel',
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
  ms: 'ms',
  msec: 'ms',
  msecs: 'ms',
  millisecond: 'ms',
  milliseconds: 'ms',
  millisekunden: 'ms',
  毫秒: 'ms',
  us: 'us',
  µs: 'us',
  μs: 'us',
  usec: 'us',
  microsecond: 'us',
  microseconds: 'us',
  mikrosekunden: 'us',
  微秒: 'us',
  sample: 'samples',
  samples: 'samples',
  frame: 'samples',
  frames: 'samples',
  tick: 'samples',
  ticks: 'samples',
}
const lengthUnits: Record<string, number> = { um: 1, µm: 1, μm: 1, micron: 1, microns: 1, mm: 1000, nm: 0.001, m: 1_000_000 }

/** A column's name taken apart: `Zeit (ms)` is zeit in ms, `time_s` is time in s. */
type ColumnName = { word: string; unit: string | null }

function takeApart(name: string): ColumnName {
  const plain = name
    .trim()
    .replace(/^["']|["']$/g, '')
    .toLowerCase()
  const bracket = /^(.*?)\s*[([{]\s*([^)\]}]*)\s*[)\]}]\s*$/.exec(plain)
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
