// node scripts/on-node-24.mjs FILE ARGS… : runs a file on Node 24 as the product runs, with its exit code.
import { needNode, productEnv, run } from './checkout.mjs'

const { code } = await run(needNode(), process.argv.slice(2), { cwd: process.cwd(), env: productEnv })
process.exit(code)
