import { currentLanguage } from '../i18n.ts'
import { createWebClient, type WebClient } from './web-client.ts'

/** What every store asks: Electron's bridge where the page has one, else the loopback door. */
export const client: WebClient = window.tavrnn
  ? { ...window.tavrnn, readsFolders: true, onConnection: () => undefined }
  : createWebClient(currentLanguage)
