import type { ImportAnswers, ImportSetting } from '../../shared/domain/inspection.ts'

/** Of earlier answers those that these files have a use for: columns and variables they lack are left. */
export function fittingAnswers(earlier: ImportAnswers, settings: readonly ImportSetting[]): ImportAnswers {
  const byName = new Map(settings.map((setting) => [setting.name, setting]))
  return Object.fromEntries(
    Object.entries(earlier).filter(([name, value]) => {
      const setting = byName.get(name)
      return setting !== undefined && (setting.options.length === 0 || setting.options.includes(String(value)))
    }),
  )
}
