// Compiles the engine's kernels to out/engine/*.wasm where they are older than their sources. Runs on Node 24.
import { compiledModule, variants } from '../src/main/engine/cpu/module.ts'

for (const variant of variants) compiledModule(variant)
