/**
 * The fixed part of the memory: barriers and orders, scalars, lane masks, then a piece for each thread. It lies above the
 * constants of the compiled module, which every thread writes anew when it starts.
 */
export const control = 65_536,
  scalars = control + 512,
  masks = control + 1024,
  threadScratch = control + 4096
export const threadScratchBytes = 16_384,
  mostThreads = 16
/** Behind the fixed part. */
export const firstFree = threadScratch + mostThreads * threadScratchBytes
