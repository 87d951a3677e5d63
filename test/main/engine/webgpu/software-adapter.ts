import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { loadWebgpu } from '../../../../src/main/engine/webgpu/start.ts'

/** Keeps a library loaded although it is no part of Node. */
const noDelete = 0x1000

/**
 * WebGPU on the software adapter that comes with Chromium, the same on every machine; on a card where there is no Chromium;
 * null, said aloud, where there is neither.
 */
export async function testedWebgpu(): Promise<GPU | null> {
  const folders = [...(process.env['CHROMIUM_PATH'] ? [dirname(process.env['CHROMIUM_PATH'])] : []), '/usr/lib/chromium']
  const folder = folders.find((one) => existsSync(join(one, 'vk_swiftshader_icd.json')))
  if (process.platform === 'linux' && folder !== undefined) {
    process.env['VK_ICD_FILENAMES'] = join(folder, 'vk_swiftshader_icd.json')
    // Chromium keeps Vulkan's loader beside itself, where Dawn does not look: once loaded, it is found by its name.
    try {
      process.dlopen({ exports: {} }, join(folder, 'libvulkan.so.1'), constants.dlopen.RTLD_LAZY | noDelete)
    } catch {
      /* it is loaded, but is no module of Node */
    }
  }
  const gpu = await loadWebgpu()
  if (gpu === null) console.warn('no WebGPU adapter on this machine, neither a card nor Chromium’s: the webgpu engine is not tested')
  return gpu
}
