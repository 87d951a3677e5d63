// Stands in for the module `electron`, whose program is not on every machine: notes what the app asks of it and lets a test
// press the same buttons. It stays in test/; the app under test is the built one, unchanged.
import { EventEmitter } from 'node:events'

type Handler = (...values: never[]) => unknown

/** A page's contents: where it is, what was sent to it. */
class WebContents extends EventEmitter {
  url = ''
  readonly sent: unknown[][] = []
  windowOpenHandler: Handler | null = null
  getURL(): string {
    return this.url
  }
  isDestroyed(): boolean {
    return false
  }
  send(...message: unknown[]): void {
    this.sent.push(message)
  }
  setWindowOpenHandler(handler: Handler): void {
    this.windowOpenHandler = handler
  }
}

export class BrowserWindow extends EventEmitter {
  static readonly all: BrowserWindow[] = []
  static getAllWindows(): BrowserWindow[] {
    return BrowserWindow.all
  }
  readonly webContents = new WebContents()
  readonly progress: number[] = []
  readonly options: { webPreferences: Record<string, unknown> }
  isShown = false
  constructor(options: { webPreferences: Record<string, unknown> }) {
    super()
    this.options = options
    BrowserWindow.all.push(this)
    app.emit('web-contents-created', {}, this.webContents)
  }
  loadURL(url: string): Promise<void> {
    this.webContents.url = url
    return Promise.resolve()
  }
  show(): void {
    this.isShown = true
  }
  focus(): void {}
  isMinimized(): boolean {
    return false
  }
  restore(): void {}
  setProgressBar(share: number): void {
    this.progress.push(share)
  }
  close(): void {
    let isPrevented = false
    this.emit('close', {
      preventDefault: () => {
        isPrevented = true
      },
    })
    if (!isPrevented) this.emit('closed')
  }
}

class App extends EventEmitter {
  readonly paths: Record<string, string> = {}
  readonly recentDocuments: string[] = []
  name = ''
  exitCode: number | null = null
  setName(name: string): void {
    this.name = name
  }
  setPath(what: string, path: string): void {
    this.paths[what] = path
  }
  getLocale(): string {
    return 'en-GB'
  }
  requestSingleInstanceLock(): boolean {
    return true
  }
  whenReady(): Promise<void> {
    return Promise.resolve()
  }
  addRecentDocument(path: string): void {
    this.recentDocuments.push(path)
  }
  quit(): void {
    this.emit('will-quit', { preventDefault() {} })
  }
  exit(code: number): void {
    this.exitCode = code
  }
}
export const app = new App()

/** Gives back what a setter of Electron's was given. */
export const given = new Map<string, never[]>()
const note =
  (name: string) =>
  (...values: never[]): void => {
    given.set(name, values)
  }

const handledSchemes = new Map<string, (request: Request) => Promise<Response>>()
export const session = {
  defaultSession: {
    setPermissionRequestHandler: note('setPermissionRequestHandler'),
    setPermissionCheckHandler: note('setPermissionCheckHandler'),
    setDevicePermissionHandler: note('setDevicePermissionHandler'),
    webRequest: { onBeforeRequest: note('onBeforeRequest') },
    protocol: { handle: (scheme: string, handler: (request: Request) => Promise<Response>) => handledSchemes.set(scheme, handler) },
  },
  handledSchemes,
}
export const protocol = { registerSchemesAsPrivileged: note('registerSchemesAsPrivileged') }

export const ipcMain = {
  handlers: new Map<string, Handler>(),
  handle(name: string, handler: Handler): void {
    this.handlers.set(name, handler)
  },
}

export const dialog = {
  errors: [] as string[][],
  questions: [] as Record<string, unknown>[],
  /** index of the button that is pressed next */
  nextButton: 0,
  showErrorBox(...words: string[]): void {
    this.errors.push(words)
  },
  showMessageBox(_window: unknown, question: Record<string, unknown>): Promise<{ response: number }> {
    this.questions.push(question)
    return Promise.resolve({ response: this.nextButton })
  },
  showOpenDialog(): Promise<{ filePaths: string[] }> {
    return Promise.resolve({ filePaths: [] })
  },
}

type MenuItem = { label?: string; role?: string; submenu?: MenuItem[]; click?: () => void }
export const Menu = {
  current: null as MenuItem[] | null,
  buildFromTemplate: (template: MenuItem[]): MenuItem[] => template,
  setApplicationMenu(menu: MenuItem[]): void {
    this.current = menu
  },
}

// what the preload sees
export const contextBridge = {
  exposed: {} as Record<string, unknown>,
  exposeInMainWorld(name: string, value: unknown): void {
    this.exposed[name] = value
  },
}
export const ipcRenderer = Object.assign(new EventEmitter(), {
  invoked: [] as unknown[][],
  invoke(...call: unknown[]): Promise<unknown> {
    this.invoked.push(call)
    return Promise.resolve('the reply')
  },
})
export const webUtils = { getPathForFile: (file: { name: string }): string => `/where/it/lies/${file.name}` }
