/**
 * How many of a reader's damaged copies are tried. A normal run takes the first of them, which are the same in every run and damaged
 * all over the file; `MUTATIONS=all` tries every one, as the evidence wants: at least a thousand for each reader.
 */
export const shareOf = (all: number): number => (process.env.MUTATIONS === 'all' ? all : Math.ceil(all / 25))

/** Looking at a damaged copy may take this many times as long as looking at the sound file: what hangs takes for ever. */
export const slowestShare = 500

/** How long looking at a sound file takes here and now, ms: the mean of a few looks after a first, which loads what is needed. */
export async function usualMs(look: () => Promise<unknown>, looks = 4): Promise<number> {
  await look()
  const start = performance.now()
  for (let i = 0; i < looks; i++) await look()
  return (performance.now() - start) / looks
}
