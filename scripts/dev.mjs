// npm run dev: the page is built again at every change of it; the program behind it runs until it is ended. Run on Node 24.
import { build } from 'vite'
import config from '../electron.vite.config.ts'
import { inCheckout, run } from './checkout.mjs'

const { renderer } = config
const watcher = await build({
  ...renderer,
  configFile: false,
  build: { ...renderer.build, outDir: inCheckout('out', 'renderer'), emptyOutDir: true, sourcemap: true, watch: {} },
})
await new Promise((resolve) => watcher.on('event', (event) => event.code === 'END' && resolve()))
const { code } = await run(process.execPath, [inCheckout('src', 'main', 'web', 'main.ts'), ...process.argv.slice(2)])
process.exit(code)
