import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { extname, resolve, sep } from 'node:path'

/** What a door answers when the page, or a file of it, is asked for. */
export type PageReply = { status: number; headers: Record<string, string>; body: Uint8Array<ArrayBuffer> | string }

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
}

/** Stands in the built index.html where a load's own nonce belongs. */
const noncePlace = '__CSP_NONCE__'

/**
 * A file of the built page, with the headers that keep the page to itself; `/` is index.html with a fresh nonce.
 * @param rendererDir folder of the built page; nothing outside it is given out
 * @param path as it stands in the address, still percent-encoded, without the query
 */
export async function readPage(rendererDir: string, path: string): Promise<PageReply> {
  const nonce = randomBytes(16).toString('base64')
  const file = fileOf(rendererDir, path)
  if (file === null) return { status: 403, headers: pageHeaders(nonce), body: '' }
  try {
    const bytes = new Uint8Array(await readFile(file))
    const headers = { ...pageHeaders(nonce), 'content-type': contentTypes[extname(file)] ?? 'application/octet-stream' }
    if (extname(file) !== '.html') return { status: 200, headers, body: bytes }
    return { status: 200, headers, body: new TextDecoder().decode(bytes).replaceAll(noncePlace, nonce) }
  } catch {
    return { status: 404, headers: pageHeaders(nonce), body: '' }
  }
}

/** The policy of both windows, the browser's and Electron's; `nonce` lets the styles of the components' library in. */
export function pageHeaders(nonce: string): Record<string, string> {
  return {
    'content-security-policy': [
      "default-src 'self'",
      "script-src 'self' 'wasm-unsafe-eval'",
      `style-src 'self' 'nonce-${nonce}'`,
      "img-src 'self' blob:",
      "object-src 'none'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "form-action 'none'",
    ].join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
  }
}

/** @returns null where the path is no path or leads out of the folder */
function fileOf(rendererDir: string, path: string): string | null {
  let name: string
  try {
    name = decodeURIComponent(path)
  } catch {
    return null
  }
  if (name.includes('\0') || name.includes('\\')) return null
  const folder = resolve(rendererDir)
  const file = resolve(folder, `.${name === '/' ? '/index.html' : name}`)
  return file.startsWith(folder + sep) ? file : null
}
