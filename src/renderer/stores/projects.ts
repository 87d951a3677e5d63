import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { ProjectSummary, RecentProject } from '../../shared/domain/project.ts'
import { client } from '../api/client.ts'
import { ask, place } from './ask.ts'

/** The open project and those opened before. */
export const useProjects = defineStore('projects', () => {
  const current = shallowRef<ProjectSummary | null>(null)
  const recent = shallowRef<RecentProject[]>([])

  async function load(): Promise<void> {
    current.value = (await ask('projects.current', {})).project
    recent.value = (await ask('projects.recent', {})).recent
  }

  async function create(name: string): Promise<void> {
    current.value = await ask('projects.create', { name })
  }

  async function open(path: string): Promise<void> {
    current.value = await ask('projects.open', { path })
  }

  const openFile = async (file: File): Promise<void> => open(await place(file))

  /** @returns the sample's files, to be imported where the project is still empty */
  async function openSample(): Promise<string[]> {
    const { project, files } = await ask('projects.openSample', {})
    current.value = project
    return files
  }

  async function close(): Promise<void> {
    await ask('projects.close', {})
    await load()
  }

  async function forget(path: string): Promise<void> {
    await ask('projects.forget', { path })
    recent.value = recent.value.filter((project) => project.path !== path)
  }

  // Its counts change with every area; a project that is gone stays on the page until something else is opened.
  client.subscribe((notice) => {
    if (notice.notice === 'changed') void load().catch(() => undefined)
  })

  return { current, recent, load, create, open, openFile, openSample, close, forget }
})
