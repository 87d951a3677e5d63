// A training epoch on one thread and on more, beside the yardstick when its folder is given: a program written by hand for one
// model and one recipe.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Times } from './epochs-in-turn.ts'
import { here, peer, ratio, shown, table, type Settings } from './measure.ts'
import { cases, sizeOf } from './training.ts'

/** All sides are in one process and take turns epoch by epoch. */
export function threads({ quick, threads: most, yardstick }: Settings): string[] {
  const env: Record<string, string> = yardstick === null ? {} : { SPIKE_BUILD: builtYardstick(yardstick) },
    rounds = quick ? 3 : 15
  const rows = (quick ? cases.slice(0, 2) : cases).map((one) => {
    const work = { ...one, rounds, threadCounts: [...new Set([1, most])], yardstick }
    const times = peer(process.execPath, ['epochs-in-turn.ts', JSON.stringify(work)], env) as Times
    const of = (side: string, count: number): Times[string] => times[`${side} ${count}`] ?? { seconds: [], ofProcessor: [] },
      alone = of('ours', 1),
      together = of('ours', most),
      byHand = of('yardstick', 1),
      byHandTogether = of('yardstick', most)
    const cells = [
      ...sizeOf(one),
      shown(alone.ofProcessor),
      ratio(alone.ofProcessor, byHand.ofProcessor),
      shown(together.seconds),
      ratio(together.seconds, byHandTogether.seconds),
      ratio(alone.seconds, together.seconds),
      ratio(byHand.seconds, byHandTogether.seconds),
    ]
    console.log(cells.join('  '))
    return cells
  })
  return [
    `On one thread and on ${most}${yardstick === null ? '; the yardstick’s folder was not given' : ', and the yardstick, written by hand for one model and one recipe'}. All sides take turns epoch by epoch in one process, ${rounds} rounds: medians (spread) of seconds and of the rounds’ ratios; on one thread of the processor, else by the clock.`,
    '',
    ...table(
      [
        'channels',
        'snapshots',
        'density',
        'features',
        'ours, 1 thread, of the processor',
        'over yardstick',
        `ours, ${most} threads`,
        'over yardstick',
        'gain by threads, ours',
        'yardstick’s',
      ],
      rows,
    ),
  ]
}

/** Compiles the yardstick with this checkout's compiler into a folder of its own. */
function builtYardstick(folder: string): string {
  const built = mkdtempSync(join(tmpdir(), 'yardstick-'))
  symlinkSync(join(here, '..', 'node_modules'), join(built, 'node_modules'))
  execFileSync('/bin/sh', [join(folder, 'build.sh'), 'plain'], { env: { ...process.env, SPIKE_BUILD: built }, stdio: 'ignore' })
  if (!existsSync(join(built, 'engine.wasm'))) throw new Error(`the yardstick in ${folder} does not build`)
  return built
}
