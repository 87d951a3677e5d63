// Both sides have these; the library of a room without Node and DOM does not name them.
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>
}
declare class TextDecoder {
  decode(bytes: Uint8Array): string
}
interface File {
  readonly name: string
}
