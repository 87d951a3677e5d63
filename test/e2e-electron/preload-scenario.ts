// Runs the built preload on the recorder and prints, as JSON, what it lets the page reach.
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { Client } from '../../src/shared/contract/contract.ts'
import { contextBridge, ipcRenderer } from './recorded-electron.ts'

createRequire(import.meta.url)(fileURLToPath(new URL('../../out/preload/index.cjs', import.meta.url)))

const client = contextBridge.exposed.tavrnn as Client
const heard: unknown[][] = []
const unsubscribe = client.subscribe((...values) => heard.push(values))
ipcRenderer.emit('tavrnn:notice', { sender: 'Electron’s own' }, { notice: 'changed', area: 'jobs' })
unsubscribe()
ipcRenderer.emit('tavrnn:notice', {}, { notice: 'changed', area: 'jobs' })

process.stdout.write(
  JSON.stringify({
    worlds: Object.keys(contextBridge.exposed),
    client: Object.keys(client),
    reply: await client.call('projects.recent', {}),
    invoked: ipcRenderer.invoked,
    heard,
    path: await client.place({ name: 'spikes.csv' } as File),
  }),
)
