import { dirname } from 'node:path'
import { eventsCsv } from './events-csv.ts'
import { otherKindOf } from './file-kinds.ts'
import { layoutCsv } from './layout-csv.ts'
import { openEach, type OpenedFile } from './opened-file.ts'
import { nameRecordings } from './recording-names.ts'
import { likeliest } from './registry.ts'

/** One of several recordings that came at once. */
export type SortedRecording = {
  /** different for all recordings; the file's own for what is none */
  name: string
  /** paths of its own files, or of the folder that holds them */
  files: string[]
  /** false for what is none: files beside recordings, unknown and unreadable ones */
  isRecognised: boolean
  /** layouts and events that seem to go with it: by their name, or since nothing else is there they could belong to */
  beside: string[]
}

/**
 * Sorts files, and what folders among them hold, into recordings: the files of one experiment at once. A format takes its own
 * files; a layout that lies beside several recordings, or in a folder beside their folders, goes with all of them; events go with
 * the recording of their name, or with the only one there is. What no format knows, and what cannot be opened, is left by itself,
 * so that it can be explained.
 * @param paths absolute paths
 * @returns recordings in the order of their places, then everything else
 * @throws import/folder-too-large
 */
export async function sortRecordings(paths: readonly string[], interrupt: () => void): Promise<SortedRecording[]> {
  const { opened, refused } = await openEach(paths, interrupt),
    { recordings, layouts, events, rest } = sortFolder(opened, 0, interrupt)
  const inOrder = recordings.toSorted((a, b) => placeOf(a).localeCompare(placeOf(b), 'en', { numeric: true })),
    taken = inOrder.map(({ own }) => pathsOf(own, opened)),
    absorbed = taken.flat()
  const others = [...layouts, ...events, ...rest].filter(({ path }) => !absorbed.some((folder) => isInside(path, folder)))
  const names = nameRecordings(inOrder.map(placeOf))
  return [
    ...inOrder.map(({ beside }, r) => ({
      name: names[r] ?? '',
      files: taken[r] ?? [],
      beside: beside.map(({ path }) => path),
      isRecognised: true,
    })),
    ...[...others, ...refused].map(({ path, place }) => ({
      name: place.split('/').at(-1) ?? place,
      files: [path],
      beside: [],
      isRecognised: false,
    })),
  ]
}

type Found = {
  recordings: { own: OpenedFile[]; beside: OpenedFile[] }[]
  layouts: OpenedFile[]
  events: OpenedFile[]
  rest: OpenedFile[]
}

/** Suite2p's planes are parts of one recording: they lie as if in the folder around them. */
const partFolder = /^(plane\d+|combined)$/

/** What lies `depth` folders deep in one folder, and in the folders inside it. */
function sortFolder(files: readonly OpenedFile[], depth: number, interrupt: () => void): Found {
  interrupt()
  const own: OpenedFile[] = [],
    inside = new Map<string, OpenedFile[]>()
  for (const file of files) {
    const folders = file.place.split('/').slice(depth, -1),
      [next] = folders
    if (next === undefined || (folders.length === 1 && partFolder.test(next))) own.push(file)
    else inside.set(next, [...(inside.get(next) ?? []), file])
  }
  const found = splitFiles(own)
  const passed: OpenedFile[] = []
  for (const folder of inside.values()) {
    const within = sortFolder(folder, depth + 1, interrupt)
    found.recordings.push(...within.recordings)
    found.rest.push(...within.rest)
    // What lies loose right in a folder may belong to its neighbours; from deeper down it does not.
    const isLoose = ({ place }: OpenedFile): boolean => place.split('/').length - 1 === depth + 1
    found.layouts.push(...within.layouts.filter(isLoose))
    found.events.push(...within.events.filter(isLoose))
    passed.push(...[...within.layouts, ...within.events].filter((file) => !isLoose(file)))
  }
  const joined = join(found)
  return { ...joined, rest: [...joined.rest, ...passed] }
}

function splitFiles(files: OpenedFile[]): Found {
  const tables = files.filter(mayBeRecording),
    layouts = layoutCsv.detect(tables, {})?.files ?? [],
    events = eventsCsv.detect(tables, {})?.files.filter((file) => !layouts.includes(file)) ?? []
  const recordings: Found['recordings'] = []
  let rest = files.filter((file) => !layouts.includes(file) && !events.includes(file))
  for (let found = next(rest); found?.detection.files[0]; found = next(rest)) {
    const { files: taken } = found.detection
    if (found.importer.isBehaviourOnly) events.push(...taken)
    else recordings.push(...apart(found.importer.format, taken).map((own) => ({ own, beside: [] })))
    rest = rest.filter((file) => !taken.includes(file))
  }
  return { recordings, layouts, events, rest }
}

const mayBeRecording = ({ name }: OpenedFile): boolean => otherKindOf(name) === null

/** A page of notes looks like a table: what is known to be something else is no recording, but may be part of one (`params.py`). */
function next(files: OpenedFile[]): ReturnType<typeof likeliest> {
  const found = likeliest(files, {})
  return found && !found.detection.files.some(mayBeRecording) ? likeliest(files.filter(mayBeRecording), {}) : found
}

/** Arrays saved one a file say by their names which belong together: `day3_times.npy` and `day3_channels.npy`. */
function apart(format: string, files: OpenedFile[]): OpenedFile[][] {
  if (format !== 'npy') return [files]
  const groups = Map.groupBy(files, ({ name }) => stemOf(name).replace(/(^|[_ -]+)[a-z]+$/, ''))
  return [...groups.values()]
}

/** Gives layouts and events to the recordings they belong to, as far as that is clear. */
function join({ recordings, layouts, events, rest }: Found): Found {
  const [only, another] = recordings
  const give = (files: OpenedFile[]): OpenedFile[] =>
    files.filter((file) => {
      const own = only && !another && files.length === 1 ? only : recordings.find((one) => sharesStem(one.own[0]?.name ?? '', file.name))
      own?.beside.push(file)
      return !own
    })
  const [layout, second] = layouts
  // A layout is of the array, which is the same for all; positions and regions of one recording may come in two files.
  const isOfAll = layout !== undefined && (second === undefined || (only !== undefined && another === undefined))
  if (isOfAll) for (const { beside } of recordings) if (!beside.some((file) => layoutCsv.detect([file], {}))) beside.push(...layouts)
  return { recordings, layouts: isOfAll && only ? [] : give(layouts), events: give(events), rest }
}

const stemOf = (name: string): string => name.toLowerCase().replace(/\.[^.]+$/, '')

/** `day3.csv` and `day3_events.csv`, not `day31_events.csv`. */
function sharesStem(recording: string, companion: string): boolean {
  const stem = stemOf(recording).replace(/[_ -]?(spikes?|traces?|data|recording)$/, ''),
    other = stemOf(companion)
  return stem !== '' && other.startsWith(stem) && !/^[a-z0-9]/.test(other.slice(stem.length))
}

/** The folder of a recording that fills it, or whose files lie in several folders, so that its inside stays known; else its files. */
function pathsOf(own: readonly OpenedFile[], opened: readonly OpenedFile[]): string[] {
  const folder = commonFolder(own)
  if (folder === null) return own.map(({ path }) => path)
  const isSpread = new Set(own.map(({ path }) => dirname(path))).size > 1,
    isFull = opened.filter(({ path }) => isInside(path, folder)).length === own.length
  return isFull || isSpread ? [folder] : own.map(({ path }) => path)
}

/** The folder, dropped or inside one, that holds all of a recording; null where a file was chosen by itself. */
function commonFolder(own: readonly OpenedFile[]): string | null {
  const [first] = own
  if (!first || own.length < 2 || own.some(({ place }) => !place.includes('/'))) return null
  let folder = dirname(first.path)
  while (!own.every(({ path }) => isInside(path, folder))) folder = dirname(folder)
  return folder
}

const isInside = (path: string, folder: string): boolean => path.startsWith(`${folder}/`) || path.startsWith(`${folder}\\`)

/** Where a recording lies: its file, or the folder around its files with the beginning that their names share. */
function placeOf({ own }: { own: readonly OpenedFile[] }): string {
  const [first = '', ...others] = own.map(({ place }) => place)
  if (others.length === 0) return first
  let shared = 0
  while (shared < first.length && others.every((place) => place[shared] === first[shared])) shared++
  const start = first.slice(0, shared),
    isOneFolder = !own.some(({ place }) => place.slice(shared).includes('/'))
  return (isOneFolder ? start.replace(/[/_ -]+$/, '') : start.slice(0, start.lastIndexOf('/'))) || first
}
