#!/usr/bin/env node
// The command line: npm run --silent tavrnn -- <command>. Sets itself up when needed; standard output is the command's alone.
import { buildWhenStale } from './build.mjs'
import { inCheckout, needNode, productEnv, run } from './checkout.mjs'
import { setUp } from './setup.mjs'

const words = process.argv.slice(2)
await setUp()
// only the page is built; everything else runs from the sources
if (words[0] === 'serve') await buildWhenStale()
const { code } = await run(needNode(), [inCheckout('src', 'main', 'cli', 'main.ts'), ...words], {
  env: productEnv,
  cwd: process.env.INIT_CWD ?? process.cwd(),
})
process.exit(code)
