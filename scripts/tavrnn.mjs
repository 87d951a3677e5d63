#!/usr/bin/env node
// The command line: npm run --silent tavrnn -- <command>. Sets itself up when needed; standard output is the command's alone.
import { inCheckout, needNode, run } from './checkout.mjs'
import { setUp } from './setup.mjs'

await setUp()
const { code } = await run(needNode(), [inCheckout('src', 'main', 'cli', 'main.ts'), ...process.argv.slice(2)], {
  cwd: process.env.INIT_CWD ?? process.cwd(),
})
process.exit(code)
