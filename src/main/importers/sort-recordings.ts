import { dirname } from 'node:path'
import { eventsCsv } from './events-csv.ts'
import { layoutCsv } from './layout-csv.ts'
import { openFiles, type OpenedFile } from './opened-file.ts'
import { likeliest } from './registry.ts'

const mostRecordings = 500

/**
 * Sorts files, and what folders among them hold, into recordings: the files of one experiment at once. A format takes its own
 * files; a layout that lies beside several recordings goes with all of them, events go with the recording of their name or
 * folder. What no format knows is left by itself, so that it can be explained.
 * @param paths absolute paths
 * @returns for each recording the paths to inspect and import together, in the order of their names
 */
export async function sortRecordings(paths: readonly string[], interrupt: () => void): Promise<string[][]> {
  const opened = await openFiles(paths, interrupt),
    groups: OpenedFile[][] = []
  for (const folder of new Set(opened.map(folderOf))) {
    interrupt()
    groups.push(...recordingsIn(opened.filter((file) => folderOf(file) === folder)))
  }
  return groups.slice(0, mostRecordings).map((group) => pathsOf(group, opened))
}

/** What lies in one folder is sorted by itself; a folder of parts, as a Suite2p plane, belongs to the folder that was dropped. */
const folderOf = ({ place }: OpenedFile): string => place.split('/').slice(0, -1).slice(0, 2).join('/')

function recordingsIn(files: OpenedFile[]): OpenedFile[][] {
  const layouts = layoutCsv.detect(files, {})?.files ?? [],
    events = eventsCsv.detect(files, {})?.files.filter((file) => !layouts.includes(file)) ?? []
  let rest = files.filter((file) => !layouts.includes(file) && !events.includes(file))
  const recordings: OpenedFile[][] = []
  for (let found = likeliest(rest, {}); found !== null && found.detection.files.length > 0; found = likeliest(rest, {})) {
    const { files: own } = found.detection
    recordings.push([...own])
    rest = rest.filter((file) => !own.includes(file))
  }
  const [only, another] = recordings
  if (only && !another) return [[...only, ...layouts, ...events], ...rest.map((file) => [file])]
  if (!only) return [...rest.map((file) => [file]), ...[...layouts, ...events].map((file) => [file])]
  // A layout is of the array, which is the same for all; two layouts cannot both be.
  if (layouts.length === 1) for (const recording of recordings) recording.push(layouts[0]!)
  const lone = layouts.length === 1 ? [] : layouts.map((file) => [file])
  for (const file of events) {
    const own = recordings.find(([first]) => first && sharesStem(first.name, file.name))
    if (own) own.push(file)
    else lone.push([file])
  }
  return [...recordings, ...lone, ...rest.map((file) => [file])]
}

const stemOf = (name: string): string => name.toLowerCase().replace(/\.[^.]+$/, '')

/** `day3.csv` and `day3_events.csv`. */
function sharesStem(recording: string, companion: string): boolean {
  const stem = stemOf(recording).replace(/[_ -]?(spikes?|traces?|data|recording)$/, '')
  return stem !== '' && stemOf(companion).startsWith(stem)
}

/** A folder where the recording is all that lies in it, so that its inside stays known; else its files. */
function pathsOf(group: readonly OpenedFile[], opened: readonly OpenedFile[]): string[] {
  const folder = commonFolder(group)
  if (
    folder !== null &&
    opened.filter(({ path }) => path.startsWith(`${folder}/`) || path.startsWith(`${folder}\\`)).length === group.length
  ) {
    return [folder]
  }
  return group.map(({ path }) => path)
}

/** The folder, dropped or inside one, that holds all of a group; null where a file was chosen by itself. */
function commonFolder(group: readonly OpenedFile[]): string | null {
  if (group.length < 2 || group.some(({ place }) => !place.includes('/'))) return null
  let folder = dirname(group[0]!.path)
  while (!group.every(({ path }) => path.startsWith(`${folder}/`) || path.startsWith(`${folder}\\`))) folder = dirname(folder)
  return folder
}
