import type { ImportAnswers, ImportSetting } from '../../shared/domain/inspection.ts'
import { drawnLayout, type DrawnLayout } from '../../shared/domain/layout-draft.ts'
import type { RememberedRig } from '../../shared/domain/project.ts'

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

/** Regions of an earlier recording on the channels of the same names; null where there are none. */
export function fittingRegions({ regions }: RememberedRig, channelLabels: readonly string[]): DrawnLayout | null {
  const regionOf = new Map(regions.flatMap((region, r) => region.channelLabels.map((label) => [label, r] as const)))
  if (!channelLabels.some((label) => regionOf.has(label))) return null
  return drawnLayout({
    name: 'layout',
    regions: regions.map(({ name, role, side, paddle }) => ({ name, role, side, paddle })),
    regionOfChannel: Int16Array.from(channelLabels, (label) => regionOf.get(label) ?? -1),
  })
}
