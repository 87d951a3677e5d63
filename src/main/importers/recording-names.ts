/** Names that programs give to every recording: the folder around one says more. */
const anyones =
  /^(spikes?|spike[_-]?times?|data([_.-]raw)?|raw|units?|traces?|recording|phy|kilosort[\d.]*|ks[\d.]*|sorting|suite2p|plane\d+|output)$/i

/**
 * A name for each recording: its file's or folder's own, without the ending; that of the folder around it where programs call
 * every file the same and nothing else lies there; longer ones where two would be equal.
 * @param places with `/` between folders
 * @returns as many names, all different
 */
export function nameRecordings(places: readonly string[]): string[] {
  const candidates = places.map((place, p) => namesOf(place, places.toSpliced(p, 1)))
  const taken = new Set<string>()
  return candidates.map((own, p) => {
    const name = own.find((one) => candidates.every((others, o) => o === p || !others.includes(one))) ?? own.at(-1) ?? ''
    for (let number = 1; ; number++) {
      const numbered = number === 1 ? name : `${name} ${number}`
      if (taken.has(numbered)) continue
      taken.add(numbered)
      return numbered
    }
  })
}

/** Names for a place, the shortest first. */
function namesOf(place: string, others: readonly string[]): string[] {
  const parts = place.split('/'),
    plain = parts.map(withoutEnding),
    telling = plain.findLastIndex((part) => !anyones.test(part)),
    at = telling < 0 ? parts.length - 1 : telling,
    folder = `${parts.slice(0, at + 1).join('/')}/`,
    isShared = at < parts.length - 1 && others.some((other) => other.startsWith(folder))
  return [
    ...(isShared ? [] : [plain.slice(at, at + 1), plain.slice(Math.max(0, at - 1), at + 1)]),
    plain.slice(at),
    parts.slice(at),
    parts,
  ].map((words) => words.join(' '))
}

const withoutEnding = (name: string): string => name.replace(/\.[a-z0-9]{1,24}$/i, '') || name
