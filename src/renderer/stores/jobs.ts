import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { Job } from '../../shared/domain/job.ts'
import { client } from '../api/client.ts'
import { ask } from './ask.ts'

const endStates: readonly Job['state'][] = ['done', 'cancelled', 'failed', 'interrupted', 'paused']

/** Whether nothing more will come of a job by itself. */
export const hasEnded = (job: Job): boolean => endStates.includes(job.state)

/** Long steps, as the host tells of them. */
export const useJobs = defineStore('jobs', () => {
  const jobs = shallowRef<Job[]>([])
  const running = computed(() => jobs.value.filter((job) => !hasEnded(job)))
  /** ended badly while no page was waiting for them */
  const failed = shallowRef<Job[]>([])
  const waiting = new Map<number, (job: Job) => void>()

  function keep(job: Job): void {
    const others = jobs.value.filter((known) => known.id !== job.id)
    jobs.value = [...others, job].sort((a, b) => a.id - b.id)
    if (!hasEnded(job)) return
    const tell = waiting.get(job.id)
    if (tell) tell(job)
    else if (job.state === 'failed') failed.value = [...failed.value.filter((known) => known.id !== job.id), job]
    waiting.delete(job.id)
  }

  async function load(): Promise<void> {
    jobs.value = (await ask('jobs.list', {})).jobs
  }

  const byId = (jobId: number): Job | null => jobs.value.find((job) => job.id === jobId) ?? null

  /** @returns the job once it has ended, whichever way */
  async function ended(jobId: number): Promise<Job> {
    const end = new Promise<Job>((resolve) => waiting.set(jobId, resolve))
    // It may have ended before we listened.
    keep(await ask('jobs.get', { jobId }))
    return await end
  }

  /** Forgets the jobs of the project that was open. */
  function clear(): void {
    jobs.value = []
    failed.value = []
  }

  function dismiss(jobId: number): void {
    failed.value = failed.value.filter((job) => job.id !== jobId)
  }

  async function cancel(jobId: number): Promise<void> {
    await ask('jobs.cancel', { jobId })
  }

  client.subscribe((notice) => {
    if (notice.notice === 'job') keep(notice.job)
  })

  return { jobs, running, failed, load, byId, ended, clear, dismiss, cancel }
})
