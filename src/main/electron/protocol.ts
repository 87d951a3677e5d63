import { protocol, type Session } from 'electron'
import { readPage } from '../host/page.ts'

/** Where the page lives; what does not begin with this is foreign. */
export const pageAddress = 'app://tavrnn/'

/** Makes app:// an origin like https; must run before Electron is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } }])
}

/** Serves the built page, and nothing outside its folder, at `pageAddress`. */
export function servePage(session: Session, rendererDir: string): void {
  session.protocol.handle('app', async (request) => {
    if (request.method !== 'GET' || !request.url.startsWith(pageAddress)) return new Response(null, { status: 403 })
    // the path as it was asked for: the parser would resolve what leads upwards before we see it
    const path = `/${request.url.slice(pageAddress.length).split(/[?#]/, 1)[0]}`
    const { status, headers, body } = await readPage(rendererDir, path)
    return new Response(body, { status, headers })
  })
}

export const isOwnAddress = (address: string | undefined): boolean => address?.startsWith(pageAddress) ?? false
