import type { Client } from '../shared/contract/contract.ts'

declare global {
  interface Window {
    /** the contract's client across Electron's bridge; missing in a browser */
    readonly tavrnn?: Client
  }
}
