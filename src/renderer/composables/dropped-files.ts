import { client } from '../api/client.ts'

/** A file with its folders before its name, as it was dropped or picked. */
export type DroppedFile = { file: File; place: string }

const mostFiles = 2000

/** Files of a drop; those inside folders, too, where the host cannot read a folder by itself. Must be called within the event. */
export async function droppedFiles(transfer: DataTransfer): Promise<DroppedFile[]> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []),
    files = [...transfer.files].map((file) => ({ file, place: file.name }))
  if (client.readsFolders || entries.every((entry) => entry.isFile)) return files
  const found: DroppedFile[] = []
  for (const entry of entries) await walk(entry, entry.name, found)
  return found
}

export const pickedFiles = (files: readonly File[]): DroppedFile[] =>
  files.map((file) => ({ file, place: file.webkitRelativePath || file.name }))

async function walk(entry: FileSystemEntry, place: string, found: DroppedFile[]): Promise<void> {
  if (found.length >= mostFiles || entry.name.startsWith('.')) return
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
