// Compiles the engine's kernels to out/engine/*.wasm where they are older than their sources. Runs on Node 24.
import { compiledModule, targetNames } from '../src/main/engine/cpu/module.ts'

for (const name of targetNames) compiledModule(name)
