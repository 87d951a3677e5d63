/** What lies at a path; `elsewhere` is a link to another file, which is never opened. */
export type Hdf5Kind = 'group' | 'dataset' | 'elsewhere'

/** Something in a file; `identity` tells it from everything else, however it is reached. */
export type Hdf5Place = { path: string; kind: Hdf5Kind; identity: string }

type Walkable = {
  namesIn: (group: string) => string[]
  kindOf: (path: string) => Hdf5Kind | null
  isSoftLink: (path: string) => boolean
  identityOf: (path: string) => string | null
}

const mostPlaces = 100_000
const deepest = 32

/**
 * All groups and datasets of a file, each once: by its own path before other names for it, nearer paths first. Links that go in
 * circles end where they come round.
 * @param from a group
 */
export function hdf5Tree(file: Walkable, from = '/'): Hdf5Place[] {
  const places: Hdf5Place[] = []
  const seen = new Set<string>([file.identityOf(from) ?? ''])
  const links: string[] = []

  /** Takes what lies at the path; gives the path where it is a group to go on with. */
  function take(path: string): string[] {
    const kind = places.length < mostPlaces ? file.kindOf(path) : null
    const identity = kind === null || kind === 'elsewhere' ? path : file.identityOf(path)
    if (kind === null || identity === null || seen.has(identity)) return []
    seen.add(identity)
    places.push({ path, kind, identity })
    return kind === 'group' ? [path] : []
  }

  function walk(groups: string[]): void {
    for (let level = groups, depth = 0; level.length > 0 && depth < deepest; depth++) {
      level = level.flatMap((group) =>
        file.namesIn(group).flatMap((name) => {
          const path = group === '/' ? `/${name}` : `${group}/${name}`
          if (!file.isSoftLink(path)) return take(path)
          links.push(path)
          return []
        }),
      )
    }
  }

  walk([from])
  for (let link = links.shift(); link !== undefined; link = links.shift()) walk(take(link))
  return places
}
