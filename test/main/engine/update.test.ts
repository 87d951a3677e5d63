import { expect, test } from 'vitest'
import { chooseEngine, startingEngines } from '../../../src/main/engine/choose.ts'
import { adam } from '../../../src/main/engine/operations/adam.ts'
import { clip } from '../../../src/main/engine/operations/clip.ts'
import { createRecorder } from '../../../src/main/engine/recorder.ts'

const start = [0.5, -0.25, 1, 2, -3],
  gradients = [
    [3, 4, 100, 0.5, -12],
    [-1, 0.25, 100, 30, 2],
  ],
  rate = 0.125

function run(engine: string, limit: number | null): { parameters: number[]; norms: number[] } {
  const recorder = createRecorder(),
    shape = { parameter: 5 }
  const [p, g, m, v] = ['p', 'g', 'm', 'v'].map((name) => recorder.tensor(name, shape, 'kept')),
    norm = recorder.tensor('norm', { one: 1 }, 'kept', 'float64')
  const stretches = [
    [0, 2],
    [3, 5],
  ] as const
  clip(recorder, g!, norm, { stretches, limit })
  adam(recorder, { parameters: p!, mean: m!, variance: v! }, g!, stretches)
  const machine = chooseEngine(engine).prepare(recorder.finish(), {}),
    norms: number[] = []
  machine.write(p!, start)
  for (const [epoch, values] of gradients.entries()) {
    machine.write(g!, values)
    machine.run(['forward'], { learningRate: rate, step: epoch + 1 })
    norms.push(machine.read(norm)[0]!)
  }
  return { parameters: [...machine.read(p!)], norms }
}

function reference(limit: number | null): { parameters: number[]; norms: number[] } {
  const p = [...start],
    m = p.map(() => 0),
    v = p.map(() => 0),
    trained = [0, 1, 3, 4],
    norms: number[] = []
  for (const [epoch, values] of gradients.entries()) {
    const norm = Math.sqrt(trained.reduce((sum, k) => sum + values[k]! ** 2, 0)),
      scale = limit === null ? 1 : Math.min(1, limit / (norm + 1e-12))
    norms.push(norm)
    for (const k of trained) {
      const d = values[k]! * scale
      m[k] = 0.9 * m[k]! + 0.1 * d
      v[k] = 0.999 * v[k]! + 0.001 * d * d
      p[k]! -= (rate * (m[k]! / (1 - 0.9 ** (epoch + 1)))) / (Math.sqrt(v[k]! / (1 - 0.999 ** (epoch + 1))) + 1e-8)
    }
  }
  return { parameters: p, norms }
}

test.each(['reference', 'cpu-plain', 'cpu-relaxed'].flatMap((engine) => [null, 10, 100].map((limit) => [engine, limit] as const)))(
  'on %s, clip at %s and Adam follow the definition and leave frozen parameters alone',
  (engine, limit) => {
    const got = run(engine, limit),
      want = reference(limit)
    want.norms.forEach((norm, epoch) => expect(got.norms[epoch]).toBeCloseTo(norm, 10))
    want.parameters.forEach((value, k) => expect(got.parameters[k]).toBeCloseTo(value, 5))
    expect(got.parameters[2]).toBe(1)
  },
)

test('an engine is chosen by word or by the name in a result; others are refused by name', () => {
  for (const name of ['auto', 'cpu', 'cpu-plain']) expect(chooseEngine(name).name).toBe('cpu-plain')
  for (const name of ['cpu-relaxed', 'reference']) expect(chooseEngine(name).name).toBe(name)
  expect(startingEngines().map(({ name }) => name)).toEqual(['cpu-plain', 'cpu-relaxed'])
  for (const name of ['webgpu', 'cuda', 'tfjs', 'toString']) {
    const details = { engine: name, engines: 'auto, cpu, cpu-plain, cpu-relaxed, reference' }
    expect(() => chooseEngine(name)).toThrow(expect.objectContaining({ code: 'engines/none-starts', details }))
  }
})
