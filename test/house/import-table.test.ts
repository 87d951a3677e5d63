import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { rooms } from './import-table.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** What is wrong with a house: `rule: file → imported` for every broken rule. */
async function violations(files: Record<string, string>): Promise<string[]> {
  const house = await mkdtemp(join(tmpdir(), 'house-'))
  await symlink(join(root, 'node_modules'), join(house, 'node_modules'), 'junction')
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(house, file)), { recursive: true })
    await writeFile(join(house, file), text)
  }
  const cruiser = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs')
  const args = [cruiser, '--config', join(root, '.dependency-cruiser.mjs'), '--output-type', 'json', 'src']
  const json = await new Promise<string>((resolve) => {
    execFile(process.execPath, args, { cwd: house, maxBuffer: 1e8 }, (_problem, stdout) => resolve(stdout))
  })
  const { summary } = JSON.parse(json) as { summary: { violations: { rule: { name: string }; from: string; to: string }[] } }
  return summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)
}

describe('the import table', () => {
  let found: string[]

  beforeAll(async () => {
    const allowed = Object.entries(rooms).flatMap(([room, others]) => others.map((other) => [room, other] as const))
    const files: Record<string, string> = {}
    // every import the table allows, which must not be found, and every one it does not, which must
    for (const room of Object.keys(rooms)) files[`${room}/${room === 'src/shared' ? 'contract/' : ''}target.ts`] = 'export const target = 1'
    for (const [room, other] of allowed) {
      files[`${room}/allowed-${name(other)}.ts`] = `import { target } from '${toTarget(room, other)}'\nexport const one = target`
    }
    for (const room of Object.keys(rooms)) {
      for (const other of Object.keys(rooms)) {
        const mayImport = room === other || rooms[room]?.some((one) => one === other || one.startsWith(`${other}/`))
        if (!mayImport)
          files[`${room}/planted-${name(other)}.ts`] = `import { target } from '${toTarget(room, other)}'\nexport const one = target`
      }
    }
    Object.assign(files, {
      'src/main/web/electron.ts': "import { app } from 'electron'\nexport const one = app",
      'src/main/electron/electron.ts': "import { app } from 'electron'\nexport const one = app",
      'src/main/services/sql.ts': "import Database from 'better-sqlite3'\nexport const one = Database",
      'src/main/figures/vue.ts': "import { ref } from 'vue'\nexport const one = ref",
      'src/renderer/views/Plot.vue': '<script setup lang="ts">\nimport { init } from "echarts/core"\ninit(null)\n</script>',
      'src/renderer/components/Chart.vue': '<script setup lang="ts">\nimport { init } from "echarts/core"\ninit(null)\n</script>',
      'src/shared/charts/typed.ts': "import type { EChartsOption } from 'echarts'\nexport type Option = EChartsOption",
      'src/shared/charts/drawn.ts': "import { init } from 'echarts'\nexport const one = init",
      'src/main/science/disk.ts': "import { readFileSync } from 'node:fs'\nexport const one = readFileSync",
      'src/renderer/components/Knowing.vue': '<script setup lang="ts">\nimport { target } from "../stores/target.ts"\ntarget\n</script>',
      'src/renderer/stores/target.ts': 'export const target = 1',
      'src/main/model/hen.ts': "import { egg } from './egg.ts'\nexport const hen = egg",
      'src/main/model/egg.ts': "import { hen } from './hen.ts'\nexport const egg = hen",
    })
    found = await violations(files)
  })

  it('lets in what it allows', () => {
    expect(found.filter((one) => one.includes('allowed-'))).toEqual([])
    for (const fine of ['src/main/electron/electron.ts', 'components/Chart.vue', 'charts/typed.ts']) {
      expect(found.filter((one) => one.includes(fine))).toEqual([])
    }
  })

  it('finds every import between rooms that it does not allow', () => {
    for (const room of Object.keys(rooms)) {
      for (const other of Object.keys(rooms)) {
        const mayImport = room === other || rooms[room]?.some((one) => one === other || one.startsWith(`${other}/`))
        if (mayImport) continue
        expect(
          found.filter((one) => one.startsWith(`${room}-imports: ${room}/planted-${name(other)}.ts`)),
          `${room} → ${other}`,
        ).toHaveLength(1)
      }
    }
  })

  it.each([
    ['electron-only-in', 'src/main/web/electron.ts'],
    ['better-sqlite3-only-in', 'src/main/services/sql.ts'],
    ['vue-only-in', 'src/main/figures/vue.ts'],
    ['echarts-types-only', 'src/renderer/views/Plot.vue'],
    ['echarts-types-only', 'src/shared/charts/drawn.ts'],
    ['src/main/science-is-pure', 'src/main/science/disk.ts'],
    ['renderer-components-are-given-all', 'src/renderer/components/Knowing.vue'],
    ['no-cycles', 'src/main/model/egg.ts'],
  ])('%s finds %s', (rule, file) => {
    expect(found.filter((one) => one.startsWith(`${rule}: ${file}`))).not.toEqual([])
  })
})

const name = (room: string): string => room.replaceAll('/', '-')

function toTarget(room: string, other: string): string {
  const up = '../'.repeat(room.split('/').length)
  return `${up}${other}/${other === 'src/shared' ? 'contract/' : ''}target.ts`
}
