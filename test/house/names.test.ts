import { readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const src = fileURLToPath(new URL('../../src', import.meta.url))
const paths = readdirSync(src, { recursive: true, encoding: 'utf8' }).map((path) => path.replaceAll('\\', '/'))

/** Words that say nothing of what is inside. */
const vague = /(^|[-/])(utils?|helpers?|common|misc|managers?|handlers?|info)(\.|\/|$)/i

describe('names in src', () => {
  it('say what is inside', () => {
    expect(paths.filter((path) => vague.test(path))).toEqual([])
  })

  it('are kebab-case, components PascalCase, composables named as they are called', () => {
    const odd = paths.filter((path) => {
      const file = basename(path).replace(/(\.d|\.test|\.config)?\.\w+$/, '')
      if (path.endsWith('.vue')) return !/^[A-Z][A-Za-z0-9]*$/.test(file)
      if (/\.(ts|mjs)$/.test(path)) return !/^([a-z0-9]+(-[a-z0-9]+)*|use[A-Z][A-Za-z0-9]*)$/.test(file)
      return false
    })
    expect(odd).toEqual([])
  })

  it('would be found if they were vague', () => {
    expect(
      ['main/utils/a.ts', 'main/science/array-helpers.ts', 'renderer/common', 'main/job-manager.ts'].filter((path) => vague.test(path)),
    ).toHaveLength(4)
    expect(['main/science/rates.ts', 'shared/domain/information.ts'].filter((path) => vague.test(path))).toEqual([])
  })
})
