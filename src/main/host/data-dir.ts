import { homedir } from 'node:os'
import { join } from 'node:path'

/** Folder of settings and recent projects: TAVRNN_DATA_DIR, else where this system keeps an application's data. */
export function defaultDataDir(env: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): string {
  if (env.TAVRNN_DATA_DIR) return env.TAVRNN_DATA_DIR
  const name = 'TAVRNN Studio'
  if (platform === 'win32') return join(env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), name)
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', name)
  return join(env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'tavrnn-studio')
}
