/** Filters the library unpacks by itself: gzip, shuffle, checksum, n-bit, scale and offset. */
const readable: ReadonlySet<number> = new Set([1, 2, 3, 5, 6])

/**
 * What people may have packed their data with, by its registered number.
 * @source HDF Group, Registered Filter Plugins
 */
const names: Readonly<Record<number, string>> = {
  4: 'SZIP',
  401: 'MaxWell compression',
  305: 'LZO',
  307: 'BZIP2',
  32000: 'LZF',
  32001: 'Blosc',
  32004: 'LZ4',
  32008: 'Bitshuffle',
  32013: 'ZFP',
  32015: 'Zstandard',
  32016: 'MaxWell compression',
  32017: 'SZ',
  32019: 'JPEG',
  32026: 'Blosc2',
}

/** The filter that stands between us and the data, by name and number; null where all can be undone. */
export function unreadableFilter(filters: readonly { id: number; name: string }[]): string | null {
  const filter = filters.find(({ id }) => !readable.has(id))
  if (!filter) return null
  return `${names[filter.id] ?? (filter.name.replace(/[^\x20-\x7e]/g, '').slice(0, 60) || 'HDF5 filter')} (${filter.id})`
}
