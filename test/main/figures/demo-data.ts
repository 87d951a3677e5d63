import type {
  AlignmentMapData,
  AlignmentSeriesData,
  CohortFigureData,
  ConfusionData,
  DensityData,
  ElectrodeMapData,
  EmbeddingData,
  LossData,
  ModelsData,
  RasterData,
  SplitData,
  TracesData,
} from '../../../src/shared/domain/figure.ts'
import type { Region } from '../../../src/shared/domain/region.ts'

/** A small generator for made-up figures (mulberry32): only the tests' own repeatability hangs on it. */
function uniform(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

export const regions: Region[] = [
  { name: 'sensory', role: 'sensory', side: null, paddle: null },
  { name: 'L_up', role: 'motor', side: 'left', paddle: 'up' },
  { name: 'L_down', role: 'motor', side: 'left', paddle: 'down' },
  { name: 'R_up', role: 'motor', side: 'right', paddle: 'up' },
  { name: 'R_down', role: 'motor', side: 'right', paddle: 'down' },
]

function array(channelCount: number): Pick<ElectrodeMapData, 'channelLabels' | 'regions' | 'regionOfChannel' | 'positionsUm'> {
  const columns = Math.ceil(Math.sqrt(channelCount * 2))
  const positionsUm = new Float64Array(2 * channelCount)
  const regionOfChannel = new Int16Array(channelCount)
  for (let i = 0; i < channelCount; i++) {
    const [column, row] = [i % columns, Math.floor(i / columns)]
    positionsUm[2 * i] = 175 + column * 42
    positionsUm[2 * i + 1] = 175 + row * 42
    const [x, y] = [column / columns, row / (columns / 2)]
    regionOfChannel[i] = y > 0.55 ? 0 : x < 0.25 ? 1 : x < 0.5 ? 2 : x < 0.75 ? 3 : 4
  }
  return { channelLabels: Array.from({ length: channelCount }, (_, i) => `Ch ${i + 1}`), regions, regionOfChannel, positionsUm }
}

function windows(snapshotCount: number): { windowStartS: Float64Array; windowEndS: Float64Array } {
  return {
    windowStartS: Float64Array.from({ length: snapshotCount }, (_, t) => 60 * t),
    windowEndS: Float64Array.from({ length: snapshotCount }, (_, t) => 60 * t + 600),
  }
}

export function electrodeMap(channelCount: number, snapshotCount: number, more: Partial<ElectrodeMapData> = {}): ElectrodeMapData {
  const random = uniform(3)
  const base = array(channelCount)
  const perSnapshot = Float32Array.from({ length: channelCount * snapshotCount }, (_, k) => {
    const i = k % channelCount
    if (i % 41 === 7) return NaN
    return (
      (2 +
        2 * Math.sin(base.positionsUm[2 * i]! / 300 + Math.floor(k / channelCount) / 5) +
        1.5 * Math.cos(base.positionsUm[2 * i + 1]! / 200)) *
        (0.6 + 0.6 * random()) +
      0.5
    )
  }).map((value) => Math.max(value, 0))
  const overall = Float32Array.from({ length: channelCount }, (_, i) => {
    let sum = 0
    for (let t = 0; t < snapshotCount; t++) sum += perSnapshot[t * channelCount + i]!
    return sum / snapshotCount
  })
  return { figure: 'electrode-map', ...base, ...windows(snapshotCount), value: 'rate', overall, perSnapshot, snapshotIndex: null, ...more }
}

export function embedding(channelCount: number, snapshotCount: number, more: Partial<EmbeddingData> = {}): EmbeddingData {
  const random = uniform(5)
  const base = array(channelCount)
  const coordinates = new Float32Array(2 * channelCount * snapshotCount)
  const rateHz = new Float32Array(channelCount * snapshotCount)
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(6.2832 * random())
  for (let t = 0; t < snapshotCount; t++)
    for (let i = 0; i < channelCount; i++) {
      const at = t * channelCount + i
      const angle = base.regionOfChannel[i]! * 1.256 + t * 0.02
      coordinates[2 * at] = 40 * Math.cos(angle) + t * 1.2 + 8 * normal()
      coordinates[2 * at + 1] = 40 * Math.sin(angle) + 8 * normal()
      rateHz[at] = Math.exp(normal() * 0.8) * 2
    }
  return {
    figure: 'embedding',
    ...base,
    ...windows(snapshotCount),
    method: 'tsne',
    neighbourhood: 30,
    trustworthiness: 0.9812,
    kl: 1.2,
    explainedVariance: null,
    coordinates,
    rateHz,
    colour: 'snapshot',
    snapshotIndex: null,
    ...more,
  }
}

export function density(snapshotCount: number): DensityData {
  const random = uniform(7)
  const wave = (base: number, size: number): Float64Array =>
    Float64Array.from({ length: snapshotCount }, (_, t) => base + size * Math.sin(t / 3) + size * 0.3 * random())
  return {
    figure: 'density',
    modality: 'spikes',
    ...windows(snapshotCount),
    channelCount: 913,
    rule: 'absolute',
    density: wave(0.12, 0.04),
    meanAbsoluteR: wave(0.21, 0.05),
    thresholdR: wave(0.6, 0.0004),
    meanRateHz: wave(1.8, 0.4),
    silentChannelCount: Int32Array.from({ length: snapshotCount }, (_, t) => 12 + ((t * 7) % 9)),
  }
}

export function loss(epochs: number, more: Partial<LossData> = {}): LossData {
  const random = uniform(9)
  return {
    figure: 'loss',
    of: 'bound',
    snapshotCount: 21,
    epochLimit: 200,
    nll: Float64Array.from({ length: epochs }, (_, e) => 8.2 + 6.3 * Math.exp(-e / 18) + 0.15 * random()),
    kl: Float64Array.from({ length: epochs }, (_, e) => 0.25 + 2 * Math.exp(-e / 9) + 0.02 * random()),
    klWeight: Float64Array.from({ length: epochs }, (_, e) => Math.min(1, (e + 1) / 10)),
    gradientNorm: Float64Array.from({ length: epochs }, () => random()),
    ...more,
  }
}

export function raster(channelCount: number, spikesPerChannel: number): RasterData {
  const random = uniform(11)
  const base = array(channelCount)
  const spikes: { row: number; second: number }[] = []
  for (let row = 0; row < channelCount; row++) {
    const n = Math.round(spikesPerChannel * (1.8 - (1.5 * row) / channelCount))
    for (let k = 0; k < n; k++)
      spikes.push({ row, second: random() < 0.4 ? 2 + 3 * Math.floor(3 * random()) + 0.15 * random() : 10 * random() })
  }
  return {
    figure: 'raster',
    channelLabels: base.channelLabels,
    regions,
    regionOfChannel: base.regionOfChannel,
    fromS: 0,
    toS: 10,
    spikeRow: Int32Array.from(spikes, (spike) => spike.row),
    spikeS: Float64Array.from(spikes, (spike) => spike.second),
  }
}

/** Five simple models and as many trained ones as asked for. */
export const traces = (): TracesData => ({
  figure: 'traces',
  channelLabels: ['a', 'b', 'still'],
  regions: [],
  regionOfChannel: Int16Array.of(-1, -1, -1),
  fromS: 0,
  toS: 2,
  timesS: Float64Array.of(0, 1, 2),
  values: Float32Array.of(-5, 0, 5, 100, 300, 200, 7, 7, 7),
})

export function models(trainedCount: number, more: Partial<ModelsData> = {}): ModelsData {
  const random = uniform(13)
  const simple = ['who-fired', 'log-rates', 'density', 'pca-8', 'spectral-8'].map((model) => ({
    model,
    kind: 'simple' as const,
    mean: 0.45 + 0.3 * random(),
    low: null,
    high: null,
    points: [],
    pointNames: [],
  }))
  const trained = ['tavrnn', 'tavrnn-no-attention', 'vgrnn', 'vgae'].slice(0, trainedCount).map((model) => {
    const mean = 0.6 + 0.2 * random()
    return {
      model,
      kind: 'learned' as const,
      mean,
      low: mean - 0.05,
      high: mean + 0.05,
      points: Array.from({ length: 20 }, () => mean + 0.1 * random() - 0.05),
      pointNames: Array.from({ length: 20 }, (_, k) => String(k + 1)),
    }
  })
  return {
    figure: 'models',
    task: 'states',
    score: 'balancedAccuracy',
    readOut: 'logistic',
    over: 'seeds',
    unitCount: 20,
    rows: [...simple, ...trained],
    chance: 0.5,
    control: { mean: 0.5, low: 0.42, high: 0.58, count: 20 },
    ...more,
  }
}

export const confusion = (): ConfusionData => ({
  figure: 'confusion',
  model: 'tavrnn',
  readOut: 'logistic',
  classes: ['below', 'above'],
  counts: [
    [30, 10],
    [5, 35],
  ],
})

/** Two recordings of ten windows, the last without a class; blocks with a gap of one. */
export const split = (): SplitData => ({
  figure: 'split',
  classes: ['below', 'above'],
  windowRecording: Int32Array.from({ length: 20 }, (_, k) => (k < 10 ? 1 : 2)),
  recordingNames: Array.from({ length: 20 }, (_, k) => (k < 10 ? 'Kultur 1' : 'Kultur 2')),
  windowStartS: Float64Array.from({ length: 20 }, (_, k) => (k % 10) * 60),
  windowEndS: Float64Array.from({ length: 20 }, (_, k) => (k % 10) * 60 + 120),
  windowLabel: Int32Array.from({ length: 20 }, (_, k) => (k === 19 ? -1 : Math.floor(k / 3) % 2)),
  folds: [0, 1].map((fold) =>
    Array.from({ length: 20 }, (_, k) => (Math.floor((k % 10) / 5) === fold ? 'test' : k % 10 === (fold === 0 ? 5 : 4) ? 'gap' : 'train')),
  ),
  foldNames: ['1', '2'],
})

/** Channel 8 is unconnected. */
export function alignmentMap(channelCount: number, snapshotCount: number, more: Partial<AlignmentMapData> = {}): AlignmentMapData {
  const { overall, perSnapshot, ...map } = electrodeMap(channelCount, snapshotCount),
    nothing = new Float32Array(channelCount).fill(NaN)
  return {
    ...map,
    figure: 'alignment-map',
    column: 'asRecorded',
    value: 'level',
    overall,
    perSnapshot,
    otherColumn: new Float32Array(0),
    outlined: new Uint8Array(channelCount),
    q: nothing,
    windowSe: nothing,
    seedSe: nothing,
    testedCount: overall.filter(Number.isFinite).length,
    ...more,
  }
}

export function alignmentSeries(windowCount: number, more: Partial<AlignmentSeriesData> = {}): AlignmentSeriesData {
  const random = uniform(17),
    drawn = (from: number, to: number): Float64Array => Float64Array.from({ length: windowCount }, () => from + (to - from) * random())
  const column = { seedCount: 3, perWindow: drawn(-1, 0), nullLow: drawn(-0.4, -0.2), nullHigh: drawn(0.2, 0.4), rho: 0.41, p: 0.03 }
  return {
    figure: 'alignment-series',
    ...windows(windowCount),
    measure: 'coupling',
    hitRatio: drawn(0.3, 0.7),
    columns: [
      { ...column, column: 'asRecorded', null95: [-0.5, 0.5] },
      { ...column, column: 'rateMatched', perWindow: drawn(-0.3, 0.1), null95: [-0.4, 0.4] },
    ],
    ...more,
  }
}

export function cohort(subjectCount: number, more: Partial<CohortFigureData> = {}): CohortFigureData {
  const random = uniform(19)
  const columns = (['asRecorded', 'rateMatched'] as const).map((column) => ({
    column,
    rho: Float64Array.from({ length: subjectCount }, () => 2 * random() - 1),
    mean: 0.2,
    low: -0.1,
    high: 0.5,
    pSignFlip: 0.02,
    pSwap: null,
  }))
  return {
    figure: 'cohort',
    subjects: Array.from({ length: subjectCount }, (_, s) => `S${s + 1}`),
    rows: [
      { measure: 'coupling', kind: 'primary', columns },
      { measure: 'couplingCosine', kind: 'second', columns },
      { measure: 'density', kind: 'counterpart', columns },
    ],
    ...more,
  }
}
