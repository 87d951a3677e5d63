import { readFileSync, writeFileSync } from 'node:fs'
import { fail } from '../../shared/contract/errors.ts'
import { finitePointCount, leastPoints, picture, startKernels } from './project.ts'
import type { Interrupt, StepNotice } from './step.ts'

export type ProjectionBenchInput = {
  /** file of little-endian float32 numbers, [points, columns], row-major */
  points: string
  columns: number
  steps: number
  /** null for as many as are sensible */
  threads: number | null
  /** file for the picture, float32, [points, 2]; null for none */
  out: string | null
}

export type ProjectionBenchResult = {
  /** from the points in memory to the picture in memory */
  seconds: number
  /** of the processor, on all threads together */
  processorSeconds: number
  kl: number
}

const perplexity = 30,
  seed = 1

/** Times t-SNE of the points in a file. @throws engines/points-unreadable, exports/cannot-write, jobs/cancelled */
export function* benchProjection(
  { points: file, columns, steps, threads, out }: ProjectionBenchInput,
  interrupt: Interrupt,
): Generator<StepNotice, ProjectionBenchResult> {
  const data = readPoints(file),
    points = { data, pointCount: data.length / columns, dimensionCount: columns }
  if (points.pointCount < leastPoints || finitePointCount(points) !== points.pointCount) {
    throw fail('engines/points-unreadable', { file, columns })
  }
  const began = performance.now(),
    before = process.cpuUsage(),
    kernels = startKernels(points.pointCount, threads ?? undefined)
  try {
    const { coordinates, kl } = yield* picture(points, { method: 'tsne', perplexity, iterations: steps, seed }, kernels, interrupt)
    const seconds = (performance.now() - began) / 1000,
      { user, system } = process.cpuUsage(before)
    if (out !== null) writePicture(out, Float32Array.from(coordinates))
    return { seconds, processorSeconds: (user + system) / 1e6, kl: kl ?? NaN }
  } finally {
    kernels?.close()
  }
}

function readPoints(file: string): Float32Array {
  try {
    const bytes = readFileSync(file)
    return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length - (bytes.length % 4)))
  } catch {
    throw fail('import/file-not-found', { file })
  }
}

function writePicture(file: string, coordinates: Float32Array): void {
  try {
    writeFileSync(file, Buffer.from(coordinates.buffer))
  } catch {
    throw fail('exports/cannot-write', { file })
  }
}
