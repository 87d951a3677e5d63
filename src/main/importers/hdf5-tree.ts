/** What lies at a path; `elsewhere` is a link to another file, which is never opened. */
export type Hdf5Kind = 'group' | 'dataset' | 'elsewhere'

/** Something in a file; `identity` tells it from everything else, however it is reached. */
export type Hdf5Place = { path: string; kind: Hdf5Kind; identity: string }

type Walkable = {
  namesIn: (group: string) => string[]
  kindOf: (path: string) => Hdf5Kind | null
  identityOf: (path: string) => string | null
}

const mostPlaces = 100_000
const deepest = 32

/**
 * All groups and datasets of a file, each once: by the first path that leads there, nearer ones first. Links that go in circles
 * end where they come round.
 * @param from a group
 */
export function hdf5Tree(file: Walkable, from = '/'): Hdf5Place[] {
  const places: Hdf5Place[] = []
  const seen = new Set<string>([file.identityOf(from) ?? ''])
  let level = [from === '/' ? '' : from]
  for (let depth = 0; level.length > 0 && depth < deepest; depth++) {
    const next: string[] = []
    for (const group of level) {
      for (const name of file.namesIn(group === '' ? '/' : group)) {
        if (places.length >= mostPlaces) return places
        const path = `${group}/${name}`
        const kind = file.kindOf(path)
        if (kind === null) continue
        const identity = kind === 'elsewhere' ? path : file.identityOf(path)
        if (identity === null || seen.has(identity)) continue
        seen.add(identity)
        places.push({ path, kind, identity })
        if (kind === 'group') next.push(path)
      }
    }
    level = next
  }
  return places
}
