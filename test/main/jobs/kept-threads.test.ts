import { expect, test } from 'vitest'
import { keepThread, takeThread } from '../../../src/main/jobs/kept-threads.ts'

test('a thread waits for the next step, but not after one that may leave much memory, nor once it has ended', async () => {
  const first = takeThread()
  keepThread(first, 'inspect')
  expect(takeThread()).toBe(first)
  keepThread(first, 'import')
  const second = takeThread()
  expect(second).not.toBe(first)

  keepThread(second, 'snapshots')
  await second.terminate()
  const third = takeThread()
  expect(third).not.toBe(second)
  await third.terminate()
})

test('two threads wait at most', () => {
  const threads = [takeThread(), takeThread(), takeThread()]
  for (const thread of threads) keepThread(thread, 'align')
  expect([takeThread(), takeThread()].every((thread) => threads.includes(thread))).toBe(true)
  expect(threads).not.toContain(takeThread())
})
