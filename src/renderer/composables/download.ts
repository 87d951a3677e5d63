import type { WrittenFile } from '../../shared/domain/figure.ts'

/** Hands a file to the person, as every download of the browser or of Electron's window. */
export function download(file: WrittenFile): void {
  const url = URL.createObjectURL(blobOf(file))
  const link = document.createElement('a')
  link.href = url
  link.download = file.fileName
  link.click()
  // the browser has taken the bytes by the next task
  setTimeout(() => URL.revokeObjectURL(url), 0)
}

export const blobOf = (file: WrittenFile): Blob => new Blob([file.bytes as Uint8Array<ArrayBuffer>], { type: file.mediaType })
