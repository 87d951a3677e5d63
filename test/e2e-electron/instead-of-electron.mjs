// node --import: whoever asks for the module `electron` gets the recorder.
import { registerHooks } from 'node:module'

const recorder = new URL('./recorded-electron.ts', import.meta.url).href

registerHooks({
  resolve: (name, context, next) => (name === 'electron' ? { url: recorder, shortCircuit: true } : next(name, context)),
})
