import { spawn } from 'node:child_process'

/** Opens an address in the person's browser where there is a screen; they can always open the printed one themselves. */
export function openBrowser(url: string): void {
  const [program, ...args] = openers[process.platform] ?? ['xdg-open']
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return
  const child = spawn(program as string, [...args, url], { stdio: 'ignore', detached: true })
  child.on('error', () => {})
  child.unref()
}

const openers: Partial<Record<NodeJS.Platform, string[]>> = {
  darwin: ['open'],
  // the empty word is the window's title, which `start` would else take the address for
  win32: ['cmd', '/c', 'start', '""'],
}
