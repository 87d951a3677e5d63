import { expect, test } from 'vitest'
import { keepThread, takeThread } from '../../../src/main/jobs/kept-threads.ts'

test('a thread waits for the next step, but not after one that leaves much memory, nor once it has ended', async () => {
  const first = takeThread()
  keepThread(first, 250e6)
  expect(takeThread()).toBe(first)
  keepThread(first, 300e6)
  const second = takeThread()
  expect(second).not.toBe(first)

  keepThread(second, 0)
  await second.terminate()
  const third = takeThread()
  expect(third).not.toBe(second)
  await third.terminate()
})

test('two threads wait at most', () => {
  const threads = [takeThread(), takeThread(), takeThread()]
  for (const thread of threads) keepThread(thread, 0)
  expect([takeThread(), takeThread()].every((thread) => threads.includes(thread))).toBe(true)
  expect(threads).not.toContain(takeThread())
})
