import { client } from '../api/client.ts'

/** A file with its folders before its name, as it was dropped or picked. */
export type DroppedFile = { file: File; place: string; /** a folder that the host reads by itself */ isFolder?: boolean }

/** More files at once are no recordings of one experiment, but somebody's whole disk. */
export const mostDropped = 2000

/** Files of a drop; those inside folders, too, where the host cannot read a folder by itself. Must be called within the event. */
export async function droppedFiles(transfer: DataTransfer): Promise<DroppedFile[]> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []),
    folders = new Set(entries.filter(({ isDirectory }) => isDirectory).map(({ name }) => name)),
    files = [...transfer.files].map((file) => ({ file, place: file.name, isFolder: folders.has(file.name) }))
  if (client.readsFolders || entries.every((entry) => entry.isFile)) return files
  const found: DroppedFile[] = []
  for (const entry of entries) {
    const before = found.length
    await walk(entry, entry.name, found)
    // An empty folder is told, too: as a file that holds nothing.
    if (found.length === before) found.push({ file: new File([], entry.name), place: entry.name })
  }
  return found
}

export const pickedFiles = (files: readonly File[]): DroppedFile[] =>
  files.map((file) => ({ file, place: file.webkitRelativePath || file.name }))

async function walk(entry: FileSystemEntry, place: string, found: DroppedFile[]): Promise<void> {
  if (found.length > mostDropped || entry.name.startsWith('.')) return
  if (entry.isFile) {
    found.push({ place, file: await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)) })
    return
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  // A folder is read in pieces of a hundred.
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (part.length === 0) return
    for (const inside of part) await walk(inside, `${place}/${inside.name}`, found)
  }
}
