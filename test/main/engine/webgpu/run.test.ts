import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { drawNoise } from '../../../../src/main/engine/noise.ts'
import { gaussian } from '../../../../src/main/engine/operations/gaussian.ts'
import { referenceEngine } from '../../../../src/main/engine/plain/run.ts'
import { sections } from '../../../../src/main/engine/program.ts'
import { createRecorder } from '../../../../src/main/engine/recorder.ts'
import { createWebgpuEngine } from '../../../../src/main/engine/webgpu/run.ts'
import { inputsOf, modelInputOf } from '../../../../src/main/model/graph-input.ts'
import { initialParameters } from '../../../../src/main/model/parameters.ts'
import { selfcheck } from '../../../../src/main/model/selfcheck.ts'
import { recordTavrnn } from '../../../../src/main/model/tavrnn.ts'
import { modelRecipe } from '../../../../src/shared/domain/model-run.ts'
import { simulatedGraphs } from '../../simulated-graphs.ts'
import { testedWebgpu } from './software-adapter.ts'

const golden = join(import.meta.dirname, '../../../../resources/golden')
const gpu = await testedWebgpu()

function distance(got: ArrayLike<number>, want: ArrayLike<number>): number {
  let gap = 0,
    size = 0
  for (let at = 0; at < want.length; at++) {
    const difference = Math.abs(got[at]! - want[at]!)
    gap = difference <= gap ? gap : difference
    size = Math.max(size, Math.abs(want[at]!))
  }
  return gap / size
}

function recordNoise() {
  const recorder = createRecorder(),
    shape = { vertex: 500, latent: 8 }
  const [mean, std, out] = ['mean', 'std', 'out'].map((name) => recorder.tensor(name, shape, 'kept'))
  gaussian(recorder, { mean: mean!, std: std!, noise: null }, out!, 5)
  return { program: recorder.finish(), std: std!, out: out! }
}

describe.skipIf(gpu === null)('on WebGPU', () => {
  const engine = createWebgpuEngine(gpu!)

  test.each(readdirSync(golden))('the reference numbers of %s are met', async (name) => {
    const [result] = await selfcheck([{ name, json: JSON.parse(readFileSync(join(golden, name), 'utf8')) as unknown }], engine)
    const { forwardError, gradientError, lossError, embeddingError, pass } = result!
    // The tolerances are wider; float32 stays within these.
    for (const error of [forwardError, gradientError, lossError, embeddingError]) expect(error).toBeLessThan(1e-5)
    expect(pass).toBe(true)
  })

  test('an epoch large enough for tiles, strips and several parts of a sum agrees with the plain interpreter', async () => {
    const size = { channelCount: 131, snapshotCount: 8 },
      recipe = modelRecipe.parse({}),
      input = modelInputOf(simulatedGraphs({ ...size, seed: 3 }), recipe)
    const tavrnn = recordTavrnn({ ...size, entryCount: input.graphs.columns.length }, recipe)
    const [got, want] = await Promise.all(
      [engine, referenceEngine].map(async (one) => {
        const machine = await one.prepare(tavrnn.program, inputsOf(input))
        machine.write(tavrnn.parameters, initialParameters(132, recipe))
        await machine.run(sections, { seed: 1, epoch: 2, noiseScale: 1, klWeight: 0.7, learningRate: 0.01, step: 1 })
        const views = [
          tavrnn.mean,
          tavrnn.z,
          tavrnn.h,
          tavrnn.attention,
          tavrnn.nll,
          tavrnn.kl,
          tavrnn.gradientNorm,
          tavrnn.gradients,
          tavrnn.adamMean,
        ]
        const read = await Promise.all(views.filter((view) => view !== null).map((view) => machine.read(view)))
        machine.close?.()
        return read
      }),
    )
    got!.forEach((values, at) => expect(distance(values, want![at]!)).toBeLessThan(2e-5))
  })

  test('a second run gives the same bits', async () => {
    const size = { channelCount: 40, snapshotCount: 3 },
      recipe = modelRecipe.parse({}),
      input = modelInputOf(simulatedGraphs({ ...size, seed: 5 }), recipe)
    const tavrnn = recordTavrnn({ ...size, entryCount: input.graphs.columns.length }, recipe),
      runs: unknown[] = []
    for (let run = 0; run < 2; run++) {
      const machine = await engine.prepare(tavrnn.program, inputsOf(input))
      machine.write(tavrnn.parameters, initialParameters(41, recipe))
      for (const epoch of [0, 1])
        await machine.run(sections, { seed: 1, epoch, noiseScale: 1, klWeight: 0.7, learningRate: 0.01, step: epoch + 1 })
      runs.push([await machine.read(tavrnn.parameters), await machine.read(tavrnn.nll)])
      machine.close?.()
    }
    expect(runs[0]).toEqual(runs[1])
  })

  test('the noise is that of every other engine, to the last digits of a float32', async () => {
    const { program, std, out } = recordNoise(),
      machine = await engine.prepare(program, {})
    machine.write(std, new Array(4000).fill(1))
    for (const [seed, epoch] of [
      [1, 0],
      [4_294_967_295, 799],
    ] as const) {
      await machine.run(['forward'], { seed, epoch, noiseScale: 1 })
      expect(distance(await machine.read(out), drawNoise({ seed, epoch, snapshot: 5 }, 500, 8))).toBeLessThan(5e-7)
    }
    machine.close?.()
  })

  test('a block with gaps is written and read in its place', async () => {
    const { program, out } = recordNoise(),
      machine = await engine.prepare(program, {}),
      block = { ...out, offset: 9, rowCount: 3, columnCount: 2 }
    machine.write(block, [1, 2, 3, 4, 5, 6])
    expect([...(await machine.read(block))]).toEqual([1, 2, 3, 4, 5, 6])
    expect([...(await machine.read(out)).subarray(8, 20)]).toEqual([0, 1, 2, 0, 0, 0, 0, 0, 0, 3, 4, 0])
    machine.close?.()
  })

  test('a run ends when asked between two instructions, and the machine can be used again', async () => {
    const { program, std } = recordNoise(),
      machine = await engine.prepare(program, {}),
      scalars = { seed: 1, epoch: 0, noiseScale: 1 }
    await expect(
      machine.run(['forward'], scalars, () => {
        throw new Error('stop')
      }),
    ).rejects.toThrow('stop')
    machine.write(std, [2])
    await machine.run(['forward'], scalars)
    machine.close?.()
  })

  /** The adapter with other limits, and the devices that were opened on it. */
  function watched(limits: Partial<GPUSupportedLimits> = {}): { gpu: GPU; devices: GPUDevice[] } {
    const devices: GPUDevice[] = []
    const requestAdapter = async (): Promise<unknown> => {
      const adapter = (await gpu!.requestAdapter())!,
        { maxStorageBufferBindingSize, maxBufferSize } = adapter.limits
      const requestDevice = async (wanted: GPUDeviceDescriptor): Promise<GPUDevice> => {
        devices.push(await adapter.requestDevice(wanted))
        return devices.at(-1)!
      }
      return { limits: { maxStorageBufferBindingSize, maxBufferSize, ...limits }, requestDevice }
    }
    return { gpu: { requestAdapter } as GPU, devices }
  }

  test('a device that is lost ends the run with a code, and the next program gets a new one', async () => {
    const { gpu: breaking, devices } = watched(),
      fragile = createWebgpuEngine(breaking),
      { program, out } = recordNoise()
    const machine = await fragile.prepare(program, {})
    devices[0]!.destroy()
    await devices[0]!.lost
    await expect(machine.run(['forward'], { seed: 1, epoch: 0, noiseScale: 1 })).rejects.toMatchObject({
      code: 'engines/device-lost',
      details: { engine: 'webgpu' },
    })
    await expect(machine.read(out)).rejects.toMatchObject({ code: 'engines/device-lost' })
    const next = await fragile.prepare(program, {})
    await next.run(['forward'], { seed: 1, epoch: 0, noiseScale: 1 })
    expect(devices).toHaveLength(2)
  })

  test('a program beyond the device is refused before it starts', async () => {
    const small = createWebgpuEngine(watched({ maxStorageBufferBindingSize: 40_000 }).gpu)
    await expect(small.prepare(recordNoise().program, {})).rejects.toMatchObject({
      code: 'engines/out-of-memory',
      details: { engine: 'webgpu', neededMB: 1 },
    })
  })

  test('no adapter is a coded reason too', async () => {
    const none = createWebgpuEngine({ requestAdapter: () => Promise.resolve(null) } as GPU)
    await expect(none.prepare(recordNoise().program, {})).rejects.toMatchObject({
      code: 'engines/device-lost',
      details: { reason: 'no adapter' },
    })
  })
})
