import { problemOf } from '../stores/ask.ts'
import { useToasts } from '../stores/toasts.ts'

export type Removal = {
  /** what was removed, in words */
  text: string
  /** takes it off the page */
  setAside: () => void | Promise<void>
  /** puts it back */
  keep: () => void | Promise<void>
  /** removes it for good */
  remove: () => Promise<void>
}

/** Removes something that can be brought back as long as its message is shown; after that it is gone for good. */
export function useRemoval(): (removal: Removal) => Promise<void> {
  const toasts = useToasts()
  return async ({ text, setAside, keep, remove }) => {
    await setAside()
    toasts.say(text, keep, async () => {
      try {
        await remove()
      } catch (problem) {
        await keep()
        toasts.say(problemOf(problem).message)
      }
    })
  }
}
