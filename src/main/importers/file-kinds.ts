import { fail, type CodedError } from '../../shared/contract/errors.ts'

/** Endings of files that are no recordings by themselves, and what is said of them. */
const kinds = {
  'import/is-a-document': /\.(docx?|odt|rtf|pdf|pptx?|md|html?|tex)$/i,
  'import/is-a-picture': /\.(png|jpe?g|gif|bmp|svg|tiff?|czi|lif|nd2|oib|oif|avi|mp4|mov|mkv|webm)$/i,
  'import/is-an-archive': /\.(zip|7z|rar|tar|t?gz|bz2|xz)$/i,
  'import/is-a-program': /\.(py|ipynb|m|r|jl|js|ts|cpp|c|h|sh|bat|exe|dll|json|ya?ml|xml|ini|toml|cfg|log)$/i,
  'import/is-raw-binary': /\.(dat|bin|raw|ap|lf|continuous|ns[1-6])$/i,
} as const
type OtherKind = keyof typeof kinds

/** What a file is by its ending, where that is known to be no recording; null of others. A format may take it beside a recording. */
export function otherKindOf(name: string): OtherKind | null {
  for (const [code, ending] of Object.entries(kinds) as [OtherKind, RegExp][]) if (ending.test(name)) return code
  return null
}

/** What is said of a file, or of several with commas between, that no format knows. */
export function notRecognised(names: string, formats: readonly string[]): CodedError {
  const kind = otherKindOf(names)
  return kind ? fail(kind, { file: names }) : fail('import/not-recognised', { file: names, formats: formats.join(', ') })
}
