import { fail } from '../../shared/contract/errors.ts'
import type { AwaitedEngine, AwaitedMachine } from '../engine/engine.ts'
import type { View } from '../engine/program.ts'
import { readFixture, type GoldenFixture } from './golden-fixture.ts'
import { inputsOf, vertexGraphsOf } from './graph-input.ts'
import { parameterPlaces } from './parameters.ts'
import { klWeightOf } from './schedule.ts'
import { recordTavrnn, type Tavrnn } from './tavrnn.ts'

/** Largest errors of one fixture on one engine, relative as in model spec 2.5. */
export type SelfcheckResult = {
  name: string
  engine: string
  forwardError: number
  gradientError: number
  lossError: number
  embeddingError: number
  pass: boolean
}

const forwardTolerance = 1e-4,
  tolerance = 1e-3

/**
 * Holds an engine against reference numbers: every forward tensor, every gradient, the losses and gradient norms of five
 * Adam steps and the embedding after them, all computed anew.
 * @param fixtures parsed files, in the format of the reference's make_golden.py
 * @throws engines/fixture-unreadable
 */
export async function selfcheck(fixtures: readonly { name: string; json: unknown }[], engine: AwaitedEngine): Promise<SelfcheckResult[]> {
  const results: SelfcheckResult[] = []
  for (const { name, json } of fixtures) {
    const fixture = readFixture(name, json),
      { tavrnn, machine } = await prepare(name, fixture, engine)
    try {
      results.push({ name: fixture.name, engine: engine.name, ...(await checkFixture(name, fixture, tavrnn, machine)) })
    } finally {
      machine.close?.()
    }
  }
  return results
}

type Errors = Omit<SelfcheckResult, 'name' | 'engine'>

async function checkFixture(file: string, fixture: GoldenFixture, tavrnn: Tavrnn, machine: AwaitedMachine): Promise<Errors> {
  const { recipe } = fixture
  const scalars = { seed: 0, epoch: 0, noiseScale: 1, klWeight: klWeightOf(recipe, 0), learningRate: recipe.learningRate, step: 1 }
  const noise = tavrnn.program.tensors.find((tensor) => tensor.name === 'noise')!
  const give = (values: Float64Array): void =>
    machine.write({ tensor: noise, offset: 0, rowCount: 1, columnCount: noise.length, stride: noise.length }, values)

  give(fixture.noise[0]!)
  await machine.run(['forward', 'backward'], scalars)
  const forwardError = await forwardErrorOf(file, fixture, tavrnn, machine),
    gradientError = await gradientErrorOf(file, fixture, tavrnn, machine)
  const total = async (view: View): Promise<number> => Array.from(await machine.read(view)).reduce((sum, value) => sum + value, 0)
  let lossError = Math.abs(((await total(tavrnn.nll)) + scalars.klWeight * (await total(tavrnn.kl))) / fixture.loss - 1)
  for (const [epoch, want] of fixture.epochs.entries()) {
    give(fixture.noise[epoch]!)
    await machine.run(['forward', 'backward', 'update'], { ...scalars, epoch, step: epoch + 1, klWeight: klWeightOf(recipe, epoch) })
    const pairs = [
      [await total(tavrnn.nll), want.nll],
      [await total(tavrnn.kl), want.kl],
      [await total(tavrnn.gradientNorm), want.gradientNorm],
    ] as const
    lossError = Math.max(lossError, ...pairs.map(([got, wanted]) => Math.abs(got / wanted - 1)))
  }
  await machine.run(['forward'], { ...scalars, noiseScale: 0 })
  const embeddingError = distance(channelsOf(await machine.read(tavrnn.mean), fixture), fixture.embedding)
  machine.close?.()
  const pass = forwardError <= forwardTolerance && [gradientError, lossError, embeddingError].every((error) => error <= tolerance)
  return { forwardError, gradientError, lossError, embeddingError, pass }
}

async function prepare(file: string, fixture: GoldenFixture, engine: AwaitedEngine): Promise<{ tavrnn: Tavrnn; machine: AwaitedMachine }> {
  const { recipe, channelCount, snapshotCount, parameters } = fixture
  const graphs = vertexGraphsOf(edgesOf(fixture), channelCount, recipe.historyNode)
  const tavrnn = recordTavrnn({ channelCount, snapshotCount, entryCount: graphs.columns.length }, recipe, 'given')
  const features = recipe.features === 'rows' ? Float32Array.from(fixture.features) : null
  const machine = await engine.prepare(tavrnn.program, inputsOf({ graphs, features }))
  for (const { name, offset, rowCount, columnCount } of parameterPlaces(graphs.vertexCount)) {
    const values = parameters[name],
      length = rowCount * columnCount
    if (values?.length !== length) throw fail('engines/fixture-unreadable', { file, place: `input.parameters.${name}` })
    machine.write({ ...tavrnn.parameters, offset, columnCount: length }, values)
  }
  return { tavrnn, machine }
}

function edgesOf({ adjacency, channelCount: n, snapshotCount }: GoldenFixture): Uint16Array[] {
  return Array.from({ length: snapshotCount }, (_, t) => {
    const pairs: number[] = []
    for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) if (adjacency[(t * n + i) * n + j] !== 0) pairs.push(i, j)
    return Uint16Array.from(pairs)
  })
}

/** The rows of the channels alone, [T·N·8]. */
function channelsOf(values: ArrayLike<number>, { channelCount, snapshotCount, recipe }: GoldenFixture): Float64Array {
  const vertexCount = channelCount + (recipe.historyNode ? 1 : 0),
    perChannel = values.length / snapshotCount / vertexCount
  const width = channelCount * perChannel
  return Float64Array.from(
    { length: snapshotCount * width },
    (_, at) => values[Math.floor(at / width) * vertexCount * perChannel + (at % width)]!,
  )
}

/** Largest difference relative to the wanted tensor's largest value, or to a thousandth of `largest` for smaller tensors. */
function distance(got: ArrayLike<number>, want: Float64Array, largest = 0): number {
  let gap = 0,
    size = 0
  for (let at = 0; at < want.length; at++) {
    const difference = Math.abs(got[at]! - want[at]!)
    if (Number.isNaN(difference)) return Infinity
    gap = Math.max(gap, difference)
    size = Math.max(size, Math.abs(want[at]!))
  }
  return gap / Math.max(size, 1e-3 * largest, 1e-300)
}

async function forwardErrorOf(file: string, { forward }: GoldenFixture, tavrnn: Tavrnn, machine: AwaitedMachine): Promise<number> {
  const { mean, std, priorMean, priorStd, kl, nll, h, attention } = tavrnn
  const views = { mean, std, prior_mean: priorMean, prior_std: priorStd, kl, nll, h, attention }
  return Math.max(
    ...(await Promise.all(
      Object.entries(views).map(async ([name, view]) => {
        if (view === null) return 0
        const got = await machine.read(view),
          want = forward[name]
        if (want?.length !== got.length) throw fail('engines/fixture-unreadable', { file, place: `forward.${name}` })
        return distance(got, want)
      }),
    )),
  )
}

async function gradientErrorOf(file: string, fixture: GoldenFixture, tavrnn: Tavrnn, machine: AwaitedMachine): Promise<number> {
  const got = await machine.read(tavrnn.gradients),
    wanted = Object.values(fixture.gradients)
  const largest = wanted.reduce((most, values) => values.reduce((size, value) => Math.max(size, Math.abs(value)), most), 0)
  const vertexCount = fixture.channelCount + (fixture.recipe.historyNode ? 1 : 0)
  return Math.max(
    ...parameterPlaces(vertexCount).map(({ name, offset, rowCount, columnCount }) => {
      const want = fixture.gradients[name],
        length = rowCount * columnCount
      if (want?.length !== length) throw fail('engines/fixture-unreadable', { file, place: `gradients.${name}` })
      return distance(got.subarray(offset, offset + length), want, largest)
    }),
  )
}
