/** Names of the two lines between Electron's window and its host; everything else is the contract. */
export const bridge = { call: 'tavrnn:call', notice: 'tavrnn:notice' } as const
