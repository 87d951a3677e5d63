import { Menu, type MenuItemConstructorOptions } from 'electron'
import type { Translate } from '../../shared/locales/translate.ts'

/** What the menu starts; everything else in it is Electron's own. */
export type MenuActions = { openDialog(): void; open(path: string): void }

/** Sets the app's menu, in the language now spoken and with the projects last opened. */
export function setMenu(translate: Translate, recent: { name: string; path: string }[], actions: MenuActions, isMac: boolean): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(translate, recent, actions, isMac)))
}

function menuTemplate(
  translate: Translate,
  recent: { name: string; path: string }[],
  actions: MenuActions,
  isMac: boolean,
): MenuItemConstructorOptions[] {
  const item = (role: NonNullable<MenuItemConstructorOptions['role']>): MenuItemConstructorOptions => ({
    role,
    label: translate(`menu.${role}`),
  })
  const line: MenuItemConstructorOptions = { type: 'separator' }
  const app: MenuItemConstructorOptions = {
    label: 'TAVRNN Studio',
    submenu: [item('about'), line, item('hide'), item('hideOthers'), item('unhide'), line, item('quit')],
  }
  const file: MenuItemConstructorOptions = {
    label: translate('menu.file'),
    submenu: [
      { label: translate('menu.open'), accelerator: 'CmdOrCtrl+O', click: () => actions.openDialog() },
      {
        label: translate('menu.openRecent'),
        enabled: recent.length > 0,
        submenu: recent.map(({ name, path }) => ({ label: name, toolTip: path, click: () => actions.open(path) })),
      },
      line,
      isMac ? item('close') : item('quit'),
    ],
  }
  const edit: MenuItemConstructorOptions = {
    label: translate('menu.edit'),
    submenu: [item('undo'), item('redo'), line, item('cut'), item('copy'), item('paste'), item('selectAll')],
  }
  const view: MenuItemConstructorOptions = {
    label: translate('menu.view'),
    submenu: [item('resetZoom'), item('zoomIn'), item('zoomOut'), line, item('togglefullscreen'), item('toggleDevTools')],
  }
  return [...(isMac ? [app] : []), file, edit, view]
}
