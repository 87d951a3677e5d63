/** Names that programs give to every recording: the folder around one says more. */
const anyones =
  /^(spikes?|spike[_-]?times?|data([_.-]raw)?|raw|units?|traces?|recording|phy|kilosort[\d.]*|ks[\d.]*|sorting|suite2p|plane\d+|output)$/i

/**
 * A name for each recording: its file's or folder's own, without the ending; that of the folder around it where programs call
 * every file the same; longer ones where two would be equal.
 * @param places with `/` between folders
 * @returns as many names, all different
 */
export function nameRecordings(places: readonly string[]): string[] {
  const ways = [(at: number): [number, number] => [at, at + 1], (at: number): [number, number] => [at - 1, at + 1]],
    tried = ways.map((way) => places.map((place) => partOf(place, way))),
    whole = [places.map((place) => place.split('/').slice(tellingPart(place)).join(' ')), places.map((place) => place.split('/').join(' '))]
  const taken = new Set<string>()
  return places.map((_, p) => {
    const name = [...tried, ...whole].find((names) => names.filter((other) => other === names[p]).length === 1)?.[p] ?? places[p] ?? ''
    for (let number = 1; ; number++) {
      const own = number === 1 ? name : `${name} ${number}`
      if (taken.has(own)) continue
      taken.add(own)
      return own
    }
  })
}

/** The innermost part of a place that is not what every recording is called. */
function tellingPart(place: string): number {
  const parts = place.split('/'),
    at = parts.findLastIndex((part) => !anyones.test(withoutEnding(part)))
  return at < 0 ? parts.length - 1 : at
}

function partOf(place: string, way: (at: number) => [number, number]): string {
  const [first, end] = way(tellingPart(place))
  return place.split('/').slice(Math.max(0, first), end).map(withoutEnding).join(' ')
}

const withoutEnding = (name: string): string => name.replace(/\.[a-z0-9]{1,24}$/i, '') || name
