// Puts node_modules in the state package-lock.json asks for; does nothing, and needs no network, where it is in it already.
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findNode, inCheckout, installedNode, needNode, run } from './checkout.mjs'

/**
 * Installs what is missing; everything said on the way goes to standard error, so that a command's output stays its own.
 * Ends the process where the program cannot run.
 */
export async function setUp() {
  const wrong = firstDifference()
  if (wrong) {
    console.error(`Setting up (${wrong}); this needs a network connection once.`)
    const done = await npm(existsSync(inCheckout('node_modules')) ? ['install', '--no-save', '--prefer-offline'] : ['ci'])
    if (!done && firstDifference()) {
      if (!existsSync(inCheckout('node_modules', 'zod'))) {
        console.error('The packages could not be installed. Check the network connection and run this again.')
        process.exit(1)
      }
      console.error('The packages could not be renewed; going on with those that are there.')
    }
  }
  // of all packages only this one has a script that must run: it fetches the Node.js that everything here runs on
  if (!existsSync(installedNode)) await npm(['rebuild', 'node', '--ignore-scripts=false'])
  needNode()
}

/** npm under the newest Node there is (an older one makes npm choose older packages), without any package's scripts. */
async function npm(args) {
  const cli = findNpm()
  const node = findNode() ?? process.execPath
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}` }
  const stdio = ['ignore', 2, 2]
  const all = [...args.slice(0, 1), '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...args.slice(1)]
  const { code } = cli ? await run(node, [cli, ...all], { stdio, env }) : await run('npm', all, { stdio, env })
  return code === 0
}

function findNpm() {
  const beside = dirname(realpathSync(process.execPath))
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'npm'))
    .filter(existsSync)
    .map((file) => realpathSync(file))
  return [
    process.env.npm_execpath,
    join(beside, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(beside, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    ...onPath,
  ].find((file) => file?.endsWith('npm-cli.js') && existsSync(file))
}

/** @returns what differs between package-lock.json and what npm last installed; null where nothing does */
function firstDifference() {
  const read = (...parts) => JSON.parse(readFileSync(inCheckout(...parts), 'utf8')).packages
  if (!existsSync(inCheckout('node_modules', '.package-lock.json'))) return 'the packages are not installed yet'
  const installed = read('node_modules', '.package-lock.json')
  for (const [path, wanted] of Object.entries(read('package-lock.json'))) {
    // what is optional may be for another system
    if (path === '' || wanted.optional || installed[path]?.version === wanted.version) continue
    return `${path.replace(/^.*node_modules\//, '')} ${wanted.version} is wanted, ${installed[path]?.version ?? 'none'} is there`
  }
  return null
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await setUp()
