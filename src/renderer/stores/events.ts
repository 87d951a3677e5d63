import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { RouteOutput } from '../../shared/contract/contract.ts'
import { withMeaning, type EventMeaning } from '../../shared/domain/behaviour.ts'
import type { ImportAnswers } from '../../shared/domain/inspection.ts'
import { answered, meant, patched, type AnswerPatch } from './answered.ts'
import { ask, place, problemOf, type Problem } from './ask.ts'

/** Events for a recording that is imported already: what it has, and a file on its way. */
export const useEvents = defineStore('events', () => {
  const kept = shallowRef<RouteOutput<'events.get'> | null>(null)
  const found = shallowRef<RouteOutput<'events.inspect'> | null>(null)
  const fileName = ref('')
  const problem = shallowRef<Problem | null>(null)
  const isReading = ref(false)
  let path = ''
  let answers: ImportAnswers = {}
  let recordingId = 0
  let asked = 0

  /** Starts over for a recording. */
  async function open(id: number): Promise<void> {
    recordingId = id
    asked++
    kept.value = null
    found.value = null
    fileName.value = ''
    problem.value = null
    answers = {}
    path = ''
    const read = await ask('events.get', { recordingId: id })
    if (recordingId === id) kept.value = read
  }

  /** Looks into the file with the answers so far; the last good look stays where it cannot be read with them. */
  async function look(): Promise<void> {
    const question = ++asked
    problem.value = null
    isReading.value = true
    try {
      const read = await ask('events.inspect', { recordingId, file: path, set: answers })
      if (question === asked) found.value = read
    } catch (failure) {
      if (question === asked) problem.value = problemOf(failure)
    }
    if (question === asked) isReading.value = false
  }

  async function choose(file: File): Promise<void> {
    problem.value = null
    found.value = null
    answers = {}
    fileName.value = file.name
    try {
      path = await place(file)
    } catch (failure) {
      problem.value = problemOf(failure)
      return
    }
    await look()
  }

  async function answer(patch: AnswerPatch): Promise<void> {
    answers = patched(answers, patch)
    if (found.value) found.value = answered(found.value, patch)
    await look()
  }

  async function mean(word: string, meaning: EventMeaning): Promise<void> {
    if (found.value) found.value = meant(found.value, word, meaning)
    await answer(withMeaning(answers, { word, meaning }))
  }

  /** @returns the recording they were added to */
  async function add(replace: boolean): Promise<number> {
    await ask('events.add', { recordingId, file: path, set: answers, replace })
    return recordingId
  }

  const undo = (id: number): Promise<unknown> => ask('events.undo', { recordingId: id })

  return { kept, found, fileName, problem, isReading, open, look, choose, answer, mean, add, undo }
})
