import { client } from '../api/client.ts'
import { mostDropped, type DroppedFile } from '../composables/dropped-files.ts'
import { i18n } from '../i18n.ts'
import { AskError, place } from './ask.ts'

/** A file, or a folder of files, where the host can read it. */
export type ChosenFile = { name: string; path: string; isFolder?: boolean }

export const fileNameOf = (path: string): string => path.split(/[\\/]/).at(-1) ?? path

/**
 * Makes dropped files readable by the host: a file each, or the outermost folder of those that lie in one.
 * @param tell takes how many are placed
 * @throws AskError where there are too many: nothing of them is copied before the person knows
 */
export async function placeAll(added: readonly DroppedFile[], tell: (done: number) => void): Promise<ChosenFile[]> {
  if (added.length > mostDropped) throw tooMany(added)
  const drop = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
    placed = new Map<string, ChosenFile>()
  for (const [f, { file, place: at, isFolder: isWhole = false }] of added.entries()) {
    tell(f)
    const [top = at] = at.split('/'),
      isFolder = at.includes('/'),
      path = await place(file, isFolder ? { place: at, drop } : undefined)
    // A host that reads folders gives the file's own path: the folder's is the beginning of it.
    placed.set(top, {
      name: top,
      path: isFolder && client.readsFolders ? path.slice(0, path.length - at.length) + top : path,
      isFolder: isFolder || isWhole,
    })
  }
  return [...placed.values()]
}

function tooMany([first]: readonly DroppedFile[]): AskError {
  const { t } = i18n.global,
    details = { file: first?.place.split('/')[0] ?? '', limit: mostDropped },
    code = 'import/folder-too-large'
  return new AskError({ code, message: t(`errors.${code}.message`, details), hint: t(`errors.${code}.hint`, details), details })
}
